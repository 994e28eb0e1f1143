/** What came of the mutants of the rules, as it is kept beside them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { killedBy } from '../../mutants/rules/killer.ts';
import type { Killer } from '../../mutants/rules/killer.ts';
import { nameOf } from '../../mutants/rules/mutant.ts';
import type { Mutant } from '../../mutants/rules/mutant.ts';

/** How many there are of something, and how many of them are told from the rules. */
export interface Score {
  readonly mutants: number;
  readonly killed: number;
}
type Scores = Readonly<Record<string, Score>>;

export interface Result extends Score {
  readonly byKind: Scores;
  readonly byChapter: Scores;
  /** How many are seen first by each. */
  readonly by: Readonly<Record<string, number>>;
  /** The names of those that nothing tells from the rules. */
  readonly survivors: readonly string[];
}

/** Why mutants survive: for each reason, their names. */
export type Reasons = Readonly<Record<string, readonly string[]>>;
export interface Survey {
  readonly result: Result;
  readonly reasons: Reasons;
}

const read = (file: URL): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** From the folder of the mutants. */
export const readSurvey = (folder: URL): Survey => ({
  result: read(new URL('results.json', folder)) as Result,
  reasons: read(new URL('survivors.json', folder)) as Reasons,
});

export const keepResult = (folder: URL, result: Result): void =>
  writeFileSync(new URL('results.json', folder), `${JSON.stringify(result, undefined, 1)}\n`);

/** The reason that is given for a survivor. */
export const reasonFor = (reasons: Reasons, name: string): string | undefined =>
  Object.entries(reasons).find(([, names]) => names.includes(name))?.[0];

interface Tried {
  readonly mutant: Mutant;
  readonly by: string | undefined;
}

export function tryAll(mutants: readonly Mutant[], killers: readonly Killer[], seen: (tried: number) => void): Result {
  const tried = mutants.map((mutant, i): Tried => {
    const by = killedBy(killers, mutant)?.by;
    seen(i + 1);
    return { mutant, by };
  });
  return {
    ...scoreOf(tried),
    byKind: scoresBy(tried, ({ kind }) => kind),
    byChapter: scoresBy(tried, ({ chapter }) => chapter),
    by: Object.fromEntries(killers.map(({ name }) => [name, tried.filter(({ by }) => by === name).length])),
    survivors: tried.filter(({ by }) => by === undefined).map(({ mutant }) => nameOf(mutant)),
  };
}

const scoreOf = (tried: readonly Tried[]): Score => ({
  mutants: tried.length,
  killed: tried.filter(({ by }) => by !== undefined).length,
});

function scoresBy(tried: readonly Tried[], groupOf: (mutant: Mutant) => string): Scores {
  const groups = [...new Set(tried.map(({ mutant }) => groupOf(mutant)))].sort();
  return Object.fromEntries(
    groups.map((group) => [group, scoreOf(tried.filter(({ mutant }) => groupOf(mutant) === group))]),
  );
}

export const percent = ({ mutants, killed }: Score): string =>
  mutants === 0 ? '' : `${((100 * killed) / mutants).toFixed(1)} %`;
