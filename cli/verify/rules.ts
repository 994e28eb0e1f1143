/** The chapters of `verify` that draw sequences of the rules, in every scope that is theirs. */
import type { VerbosityLevel } from 'fast-check';
import { Coverage } from '../../search/judge/coverage.ts';
import { allProperties } from '../../properties/chapters.ts';
import { isLaw, isWitness } from '../../properties/property.ts';
import type { Property } from '../../properties/property.ts';
import { seedFor } from '../../search/engine/seeds.ts';
import { callsOf } from '../../search/judge/counterexample.ts';
import { Campaign } from '../../search/rules/campaign.ts';
import { isApplicable } from '../../search/judge/applicable.ts';
import { suitesOf } from '../../search/scopes/suites.ts';
import type { Call } from '../../spec/transition-system.ts';
import { knownSequences } from '../counterexamples.ts';
import { isChosen } from './result.ts';
import type { ChapterProgress, ClauseResult, SuiteViolation, Verdict, VerifyOptions, Watcher } from './result.ts';

/** Calls in one sequence. */
const sequenceLength = 300;

/** All campaigns of a run, with the properties that are asked for. */
export const campaignsFor = (options: VerifyOptions): readonly Campaign[] =>
  suitesOf(options.profile)
    .map((suite) => new Campaign(suite, (system) => chosen(allProperties(system), options.clause), sequenceLength))
    .filter((campaign) => campaign.properties.length > 0 && isChosen(campaign.name, options));

const chosen = (properties: readonly Property[], clause: string | undefined): readonly Property[] =>
  clause === undefined ? properties : properties.filter((property) => property.clause === clause);

/** The committed counterexamples of a scope: what breaks it without some rule must break nothing with all of them. */
const corpusFor = ({ system, suite }: Campaign): readonly (readonly Call[])[] =>
  knownSequences()
    .filter(({ profile, scope }) => profile === suite.profile.name && scope === suite.scope.name)
    .map((known) => callsOf(system, known));

export async function runChapter(
  chapter: string,
  own: readonly Campaign[],
  options: VerifyOptions,
  watcher: Watcher,
  violations: SuiteViolation[],
): Promise<ChapterProgress> {
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 1000;
  const broken = new Set<Campaign>();
  const state = (share: number): ChapterProgress => ({
    chapter,
    scopes: own.map(({ name }) => name),
    runs: sum(own, ({ runs }) => runs),
    calls: sum(own, ({ calls }) => calls),
    share,
    seconds: elapsed(),
    violated: broken.size > 0,
  });
  for (const [i, campaign] of own.entries()) {
    if (watcher.stopped()) break;
    const from = elapsed();
    const seconds = options.seconds === undefined ? undefined : options.seconds / own.length;
    const share = (runs: number): number =>
      (i + Math.min(1, seconds === undefined ? runs / options.runs : (elapsed() - from) / seconds)) / own.length;
    const { minimized, report } = await campaign.run({
      ...limitsOf(options, seconds),
      seed: seedFor(options.seed, campaign.name),
      corpus: corpusFor(campaign),
      stopped: watcher.stopped,
      progress: (runs) => watcher.progress(state(share(runs))),
    });
    if (minimized === undefined) continue;
    broken.add(campaign);
    violations.push({ suite: campaign.suite, minimized, check: campaign.name, report });
  }
  return state(1);
}

/** How long fast-check goes on, from where, and how much it reports. */
export const limitsOf = (
  { runs, path, verbose }: VerifyOptions,
  seconds: number | undefined,
): { runs: number | undefined; seconds: number | undefined; path: string | undefined; verbose: VerbosityLevel } => ({
  runs: seconds === undefined ? runs : undefined,
  seconds,
  path,
  verbose,
});

const sum = <T>(list: readonly T[], of: (one: T) => number): number => list.reduce((total, one) => total + of(one), 0);

/** Sequences after which it is looked whether something is still unreached, and how often that is done at the most. */
const between = 100;
const mostRounds = 40;

/** Some ends are rare: go on where one was not reached, for a while, so that a hole means more than bad luck. */
export async function pursueHoles(
  campaigns: readonly Campaign[],
  { seed }: VerifyOptions,
  watcher: Watcher,
  violations: SuiteViolation[],
): Promise<void> {
  for (let round = 1; round <= mostRounds && !watcher.stopped(); round++) {
    const unreached = new Set(holesOf(campaigns).map((hole) => hole.slice(0, hole.indexOf(':'))));
    const wanted = campaigns.filter(({ suite }) => unreached.has(suite.profile.name));
    if (wanted.length === 0) return;
    for (const campaign of wanted) {
      const { minimized } = await campaign.run({
        seed: seedFor(seed, campaign.name, round),
        runs: between,
        stopped: watcher.stopped,
      });
      if (minimized) violations.push({ suite: campaign.suite, minimized, check: campaign.name });
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
  return [...properties].map(([clause, own]): ClauseResult => {
    const judging = campaigns.filter((campaign) => own.some((property) => isOf(campaign, property)));
    const subjects = sum(judging, (campaign) => sum(own, (property) => subjectsOf(property, campaign)));
    return {
      clause,
      kinds: [...new Set(own.map((property) => property.kind))],
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

export function holesOf(campaigns: readonly Campaign[]): string[] {
  const byProfile = new Map<string, Coverage>();
  for (const campaign of campaigns) {
    const name = campaign.suite.profile.name;
    const coverage = byProfile.get(name) ?? new Coverage(campaign.system);
    coverage.merge(campaign.coverage);
    byProfile.set(name, coverage);
  }
  const reached = new Set([...byProfile.values()].flatMap((coverage) => [...coverage.reached()]));
  return [...byProfile].flatMap(([profile, coverage]) => coverage.holes(reached).map((hole) => `${profile}: ${hole}`));
}
