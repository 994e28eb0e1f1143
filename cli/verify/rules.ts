/** The chapters of `verify` that draw sequences of the rules, in every world that is theirs. */
import { allProperties } from '../../properties/chapters.ts';
import { Coverage } from '../../search/judge/coverage.ts';
import { Hunt, seedFor } from '../../search/judge/hunt.ts';
import type { Property } from '../../properties/property.ts';
import { suitesOf } from '../../search/scopes/suites.ts';
import type { ChapterProgress, ClauseResult, VerifyOptions, Violated, Watcher } from './result.ts';

/** Calls in one sequence. */
const sequenceLength = 300;

/** All hunts of a run, with the properties that are asked for. */
export const huntsFor = ({ profile, clause }: VerifyOptions): readonly Hunt[] =>
  suitesOf(profile)
    .map((suite) => new Hunt(suite, (machine) => chosen(allProperties(machine), clause)))
    .filter((hunt) => hunt.properties.length > 0);

const chosen = (properties: readonly Property[], clause: string | undefined): readonly Property[] =>
  clause === undefined ? properties : properties.filter((property) => property.clause === clause);

export async function huntChapter(
  chapter: string,
  own: readonly Hunt[],
  all: readonly Hunt[],
  options: VerifyOptions,
  watcher: Watcher,
  violations: Violated[],
): Promise<ChapterProgress> {
  const begun = performance.now();
  const over = new Set<Hunt>();
  const state = (share: number): ChapterProgress => ({
    chapter,
    worlds: own.map((hunt) => `${hunt.suite.profile.name}/${hunt.suite.named.name}`),
    runs: sum(own, (hunt) => hunt.runs),
    calls: sum(own, (hunt) => hunt.calls),
    share,
    seconds: (performance.now() - begun) / 1000,
    violated: over.size > 0,
  });
  const shareDone = (run: number): number =>
    options.seconds === undefined
      ? run / options.runs
      : Math.min(1, (performance.now() - begun) / 1000 / options.seconds);
  for (let run = 0; shareDone(run) < 1 && over.size < own.length && !watcher.stopped(); run++) {
    for (const hunt of own) {
      if (over.has(hunt)) continue;
      const finding = hunt.next(seedFor(options.seed, all.indexOf(hunt), run), sequenceLength);
      if (finding) {
        violations.push({ suite: hunt.suite, finding });
        over.add(hunt);
      }
    }
    watcher.progress(state(shareDone(run)));
    // Lets signals and timers in.
    await new Promise(setImmediate);
  }
  return state(1);
}

const sum = <T>(list: readonly T[], of: (one: T) => number): number => list.reduce((total, one) => total + of(one), 0);

/** Sequences after which it is looked whether something is still unreached, and how many more there may be in all. */
const between = 100;
const atMost = 4000;

/** Some ends are rare: hunt on where one was not reached, for a while, so that a hole means more than bad luck. */
export async function pursueHoles(
  hunts: readonly Hunt[],
  options: VerifyOptions,
  watcher: Watcher,
  violations: Violated[],
): Promise<void> {
  for (let extra = 0; extra < atMost && !watcher.stopped();) {
    const unreached = new Set(holesOf(hunts).map((hole) => hole.slice(0, hole.indexOf(':'))));
    const wanted = hunts.filter((hunt) => unreached.has(hunt.suite.profile.name));
    if (wanted.length === 0) return;
    for (const end = extra + between; extra < end; extra++) {
      for (const hunt of wanted) {
        const finding = hunt.next(seedFor(options.seed, hunts.indexOf(hunt), options.runs + extra), sequenceLength);
        if (finding) violations.push({ suite: hunt.suite, finding });
      }
      await new Promise(setImmediate);
    }
    if (violations.length > 0) return;
  }
}

export function clauseResults(hunts: readonly Hunt[], violations: readonly Violated[]): ClauseResult[] {
  const broken = new Set<string>(violations.map(({ finding }) => finding.violation.property.clause));
  const properties = new Map<string, Property[]>();
  for (const property of hunts.flatMap((hunt) => hunt.properties)) {
    properties.set(property.clause, [...(properties.get(property.clause) ?? []), property]);
  }
  return [...properties].map(([clause, own]): ClauseResult => {
    const judging = hunts.filter((hunt) => hunt.properties.some((property) => property.clause === clause));
    const unseen = own.some((property) => isUnseen(property, judging));
    const kinds = [...new Set(own.map((property) => property.kind))];
    const witnessOnly = kinds.every((kind) => kind === 'permitted' || kind === 'sometimes');
    return {
      clause,
      kinds,
      runs: sum(judging, (hunt) => hunt.runs),
      calls: sum(judging, (hunt) => hunt.calls),
      verdict: broken.has(clause) ? 'violated' : unseen ? 'never seen' : witnessOnly ? 'exhibited' : 'holds',
    };
  });
}

/** A witness that no hunt which looks for it has seen. */
const isUnseen = (property: Property, hunts: readonly Hunt[]): boolean =>
  (property.kind === 'permitted' || property.kind === 'sometimes') &&
  hunts
    .filter((hunt) => hunt.properties.some((one) => one.says === property.says))
    .every((hunt) => hunt.unseen.some((one) => one.says === property.says));

export function holesOf(hunts: readonly Hunt[]): string[] {
  const byProfile = new Map<string, Coverage>();
  for (const hunt of hunts) {
    const name = hunt.suite.profile.name;
    const coverage = byProfile.get(name) ?? new Coverage(hunt.machine);
    coverage.merge(hunt.coverage);
    byProfile.set(name, coverage);
  }
  const reached = new Set([...byProfile.values()].flatMap((coverage) => [...coverage.reached()]));
  return [...byProfile].flatMap(([profile, coverage]) => coverage.holes(reached).map((hole) => `${profile}: ${hole}`));
}
