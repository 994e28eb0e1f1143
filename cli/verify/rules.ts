/** The chapters of `verify` that draw sequences of the rules, in every scope that is theirs. */
import { Coverage } from '../../search/judge/coverage.ts';
import { isLaw, isWitness } from '../../properties/property.ts';
import type { Property } from '../../properties/property.ts';
import { seedFor } from '../../search/engine/seeds.ts';
import type { Campaign } from '../../search/rules/campaign.ts';
import { isApplicable } from '../../search/judge/applicable.ts';
import { nameOf } from '../../search/scopes/suite.ts';
import { suitesOf } from '../../search/scopes/suites.ts';
import { againWhole, isChosen } from './result.ts';
import type { ChapterProgress, ClauseResult, SuiteViolation, Verdict, VerifyOptions, Watcher } from './result.ts';
import { breakAll, campaignOf } from './scope.ts';
import type { Made } from './scope.ts';

/** All campaigns of a run, with the properties that are asked for. */
export const campaignsFor = (options: VerifyOptions): readonly Campaign[] => [...eachCampaignFor(options)];

/** The same one by one, for who need not have them all: each compiles the rules of its scope. */
export function* eachCampaignFor(options: VerifyOptions): Generator<Campaign> {
  for (const suite of suitesOf(options.profile)) {
    if (!isChosen(nameOf(suite), options)) continue;
    const campaign = campaignOf(suite, options.clause);
    if (campaign.properties.length > 0) yield campaign;
  }
}

export async function runChapter(
  chapter: string,
  planned: readonly Campaign[],
  options: VerifyOptions,
  watcher: Watcher,
): Promise<Made & { readonly chapter: ChapterProgress }> {
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 1000;
  const made: Made = { campaigns: [], violations: [] };
  let cut = false;
  const state = (share: number): ChapterProgress => ({
    chapter,
    scopes: planned.map(({ name }) => name),
    runs: sum(made.campaigns, ({ runs }) => runs),
    calls: sum(made.campaigns, ({ calls }) => calls),
    ...{ share, seconds: elapsed(), violated: made.violations.length > 0, cut },
  });
  const seconds = options.seconds === undefined ? undefined : options.seconds / planned.length;
  for (const [i, campaign] of planned.entries()) {
    if (watcher.stopped()) break;
    const from = elapsed();
    const share = (runs: number): number => Math.max(runs / options.runs, (elapsed() - from) / (seconds ?? Infinity));
    const isCut = await breakAll(campaign, options, seconds, made, {
      stopped: watcher.stopped,
      progress: (runs) => watcher.progress(state((i + Math.min(1, share(runs))) / planned.length)),
    });
    cut ||= isCut;
  }
  return { ...made, chapter: state(1) };
}

const sum = <T>(list: readonly T[], of: (one: T) => number): number => list.reduce((total, one) => total + of(one), 0);

/** Sequences after which it is looked whether something is still unreached, and how often that is done at the most. */
const between = 100;
const mostRounds = 40;

/** Some ends are rare: go on where one was not reached, for a while, so that a hole means more than bad luck. */
export async function pursueHoles(
  campaigns: readonly Campaign[],
  options: VerifyOptions,
  watcher: Watcher,
  violations: SuiteViolation[],
): Promise<void> {
  const begun = performance.now();
  for (let round = 1; round <= mostRounds && !watcher.stopped(); round++) {
    const unreached = new Set(holesOf(campaigns).map((hole) => hole.slice(0, hole.indexOf(':'))));
    const wanted = campaigns.filter(({ suite }) => unreached.has(suite.profile.name));
    if (wanted.length === 0) return;
    for (const campaign of wanted) {
      const { minimized } = await campaign.run({
        seed: seedFor(options.seed, campaign.name, round),
        runs: between,
        stopped: watcher.stopped,
      });
      const seconds = (performance.now() - begun) / 1000;
      if (minimized)
        violations.push({
          suite: campaign.suite,
          check: campaign.name,
          minimized,
          again: againWhole(options),
          seconds,
        });
    }
    if (violations.length > 0) return;
  }
}

export function clauseResults(campaigns: readonly Campaign[], violations: readonly SuiteViolation[]): ClauseResult[] {
  const broken = new Set<string>(violations.map(({ minimized }) => minimized.violation.property.clause));
  const properties = new Map<string, Property[]>();
  for (const property of campaigns.flatMap((campaign) => campaign.properties)) {
    properties.set(property.clause, [...(properties.get(property.clause) ?? []), property]);
  }
  for (const clause of broken) properties.set(clause, properties.get(clause) ?? []);
  return [...properties].map(([clause, own]): ClauseResult => {
    const judging = campaigns.filter((campaign) => own.some((property) => isOf(campaign, property)));
    const subjects = sum(judging, (campaign) => sum(own, (property) => subjectsOf(property, campaign)));
    return {
      clause,
      kinds: own.length === 0 ? ['guard'] : [...new Set(own.map((property) => property.kind))],
      runs: sum(judging, ({ runs }) => runs),
      calls: sum(judging, ({ calls }) => calls),
      subjects,
      verdict: broken.has(clause) ? 'broken' : verdictOn(own, judging, subjects),
    };
  });
}

function verdictOn(own: readonly Property[], judging: readonly Campaign[], subjects: number): Verdict {
  if (judging.length === 0) return 'not applicable';
  return subjects === 0 || own.some((property) => isUnseen(property, judging)) ? 'not reached' : 'holds';
}

/** The property is one of this campaign, whose calls can bring its subject about. */
const isOf = ({ system, properties }: Campaign, property: Property): boolean =>
  properties.includes(property) && isApplicable(system, property);

const subjectsOf = (property: Property, campaign: Campaign): number => {
  if (!isOf(campaign, property)) return 0;
  return isLaw(property) ? campaign.subjectsOf(property) : campaign.calls;
};

/** A witness that no campaign which looks for it has seen. */
const isUnseen = (property: Property, campaigns: readonly Campaign[]): boolean =>
  isWitness(property) &&
  campaigns.some((campaign) => isOf(campaign, property)) &&
  campaigns
    .filter((campaign) => isOf(campaign, property))
    .every((campaign) => campaign.unseen.some((one) => one.statement === property.statement));

/** Guards that cannot refuse, as they would be reported, each with the reason. */
export const unreachable: Readonly<Record<string, string>> = Object.fromEntries(
  ['android16-6.12', 'android16-6.12-as-shipped'].map((profile) => [
    `${profile}: guest_mem_share: MEM-SHARE-UNPOISONED`,
    'Android has no call that poisons a frame',
  ]),
);

export function holesOf(campaigns: readonly Campaign[]): string[] {
  const byProfile = new Map<string, Coverage>();
  for (const campaign of campaigns) {
    const name = campaign.suite.profile.name;
    const coverage = byProfile.get(name) ?? new Coverage(campaign.system);
    coverage.merge(campaign.coverage);
    byProfile.set(name, coverage);
  }
  const reached = new Set([...byProfile.values()].flatMap((coverage) => [...coverage.reached()]));
  return [...byProfile].flatMap(([profile, coverage]) =>
    coverage
      .holes(reached)
      .map((hole) => `${profile}: ${hole}`)
      .filter((hole) => !(hole in unreachable)),
  );
}
