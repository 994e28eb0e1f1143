/** The chapters of `verify` that draw sequences of the rules, in every scope that is theirs. */
import { seedFor } from '../../search/engine/seeds.ts';
import { Coverage } from '../../search/judge/coverage.ts';
import type { Campaign } from '../../search/rules/campaign.ts';
import { systemOf } from '../../search/rules/systems.ts';
import { nameOf } from '../../search/scopes/suite.ts';
import type { Suite } from '../../search/scopes/suite.ts';
import { suitesOf } from '../../search/scopes/suites.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { nothing, partOf } from './part.ts';
import type { Part } from './part.ts';
import { againWhole, isChosen } from './result.ts';
import type { ProfileCoverage, SuiteViolation, VerifyOptions } from './result.ts';
import { campaignOf, verifyScope, violationOf } from './scope.ts';
import type { Task } from './task.ts';

/** The group of all that is drawn from the rules. */
export const rulesGroup = 'rules';

/** The scopes of a run in the order of their chapters. */
export function suitesFor(options: VerifyOptions): readonly Suite[] {
  const suites = suitesOf(options.profile).filter((suite) => isChosen(nameOf(suite), options));
  const chapters = [...new Set(suites.map(({ chapter }) => chapter))];
  const inOrder = chapters.flatMap((chapter) => suites.filter((suite) => suite.chapter === chapter));
  return options.clause === undefined
    ? inOrder
    : inOrder.filter((suite) => campaignOf(suite, options.clause).properties.length > 0);
}

export const taskOf = (suite: Suite, options: VerifyOptions): Task => ({
  name: `${suite.chapter}: ${nameOf(suite)}`,
  chapter: suite.chapter,
  group: rulesGroup,
  isScope: true,
  perform: (doing) => verifyScope(suite, options, doing),
});

/** What is covered of a system. */
export interface Covered {
  readonly suite: Suite;
  readonly system: TransitionSystem;
  readonly coverage: Coverage;
}

/** What parts have covered, by their suites. */
export const coveredBy = (parts: readonly (readonly [Suite, Part])[]): Covered[] =>
  parts.map(([suite, { coverage: numbers = [] }]) => {
    const system = systemOf(suite.profile, suite.scope.config);
    const coverage = new Coverage(system);
    coverage.addNumbers(numbers);
    return { suite, system, coverage };
  });

/** Sequences after which it is looked whether something is still unreached, and how often that is done at the most. */
const between = 100;
const mostRounds = 40;

export interface Pursued {
  readonly campaigns: readonly Campaign[];
  readonly violations: readonly SuiteViolation[];
}

/** Some ends are rare: go on where one was not reached, for a while, so that a hole means more than bad luck. */
export async function pursueHoles(
  covered: readonly Covered[],
  options: VerifyOptions,
  stopped: () => boolean,
): Promise<Pursued> {
  const campaigns = new Map<Covered, Campaign>();
  const violations: SuiteViolation[] = [];
  for (let round = 1; round <= mostRounds && !stopped() && violations.length === 0; round++) {
    const unreached = new Set(holesOf(covered).map((hole) => hole.slice(0, hole.indexOf(':'))));
    const wanted = covered.filter(({ suite }) => unreached.has(suite.profile.name));
    if (wanted.length === 0) break;
    for (const one of wanted) {
      const campaign = campaigns.get(one) ?? campaignOf(one.suite, options.clause);
      campaigns.set(one, campaign);
      const seed = seedFor(options.seed, campaign.name, round);
      const before = new Coverage(one.system);
      before.merge(campaign.coverage);
      const { minimized } = await campaign.run({ seed, runs: between, stopped });
      one.coverage.addNumbers(campaign.coverage.numbers.map((counts, i) => less(counts, before.numbers[i] ?? [])));
      if (minimized) violations.push(violationOf(one.suite, minimized, { again: againWhole(options) }));
    }
  }
  return { campaigns: [...campaigns.values()], violations };
}

const less = (counts: readonly number[], before: readonly number[]): number[] =>
  counts.map((count, i) => count - (before[i] ?? 0));

/** What was made in pursuit, as a part like any other. */
export const pursuedPart = ({ campaigns, violations }: Pursued): Part => ({
  ...nothing,
  rows: campaigns.flatMap((campaign) => partOf([campaign]).rows),
  violations,
});

/** Guards that cannot refuse, as they would be reported, each with the reason. */
export const unreachable: Readonly<Record<string, string>> = Object.fromEntries(
  ['android16-6.12', 'android16-6.12-as-shipped'].map((profile) => [
    `${profile}: guest_mem_share: MEM-SHARE-UNPOISONED`,
    'Android has no call that poisons a frame',
  ]),
);

export function holesOf(covered: readonly Covered[]): string[] {
  const byProfile = sumsOf(covered);
  const reached = new Set([...byProfile.values()].flatMap((coverage) => [...coverage.reached()]));
  return [...byProfile].flatMap(([profile, coverage]) =>
    coverage
      .holes(reached)
      .map((hole) => `${profile}: ${hole}`)
      .filter((hole) => !(hole in unreachable)),
  );
}

/** How often each call was done and each guard refused, by profile. */
export const coverageOf = (covered: readonly Covered[]): ProfileCoverage[] =>
  [...sumsOf(covered)].map(([profile, coverage]) => ({ profile, calls: coverage.report() }));

function sumsOf(covered: readonly Covered[]): Map<string, Coverage> {
  const byProfile = new Map<string, Coverage>();
  for (const { suite, system, coverage } of covered) {
    const { name } = suite.profile;
    const sum = byProfile.get(name) ?? new Coverage(system);
    sum.merge(coverage);
    byProfile.set(name, sum);
  }
  return byProfile;
}
