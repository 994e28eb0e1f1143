/** What came of the mutants of the rules, as it is kept beside them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { killedBy } from '../../mutants/rules/killer.ts';
import type { Killer } from '../../mutants/rules/killer.ts';
import { keysOf, nameOf } from '../../mutants/rules/mutant.ts';
import type { Mutant } from '../../mutants/rules/mutant.ts';

/** How many there are of something, how many of them are told from the rules, and how many are proved to be equal. */
export interface Score {
  readonly mutants: number;
  readonly killed: number;
  readonly equal: number;
}
type Scores = Readonly<Record<string, Score>>;

export interface Result extends Score {
  readonly byKind: Scores;
  readonly byChapter: Scores;
  /** How many are seen first by each. */
  readonly by: Readonly<Record<string, number>>;
}

/** Survivors by the reason for which they survive: by key, the name of each. */
export type Survivors = Readonly<Record<string, Readonly<Record<string, string>>>>;
export interface Survey {
  readonly result: Result;
  readonly survivors: Survivors;
}

/** What stands in place of a reason where nobody has given one yet. */
export const noReason = 'without a reason';
/** How a reason begins that is a proof. */
export const provedEqual = 'proved equal: ';

const read = (file: URL): unknown => JSON.parse(readFileSync(file, 'utf8'));
const write = (file: URL, what: unknown): void => writeFileSync(file, `${JSON.stringify(what, undefined, 1)}\n`);
const resultIn = (folder: URL): URL => new URL('results.json', folder);
const survivorsIn = (folder: URL): URL => new URL('survivors.json', folder);

/** From the folder of the mutants. */
export const readSurvey = (folder: URL): Survey => ({
  result: read(resultIn(folder)) as Result,
  survivors: read(survivorsIn(folder)) as Survivors,
});

export function keepSurvey(folder: URL, { result, survivors }: Survey): void {
  write(resultIn(folder), result);
  write(survivorsIn(folder), survivors);
}

/** The reason under which a survivor is listed. */
export const reasonFor = (known: Survivors, key: string): string | undefined =>
  Object.keys(known).find((reason) => known[reason]?.[key] !== undefined);

export interface Tried {
  readonly mutant: Mutant;
  readonly key: string;
  /** Who tells it from the rules, or else why that cannot be. */
  readonly by?: string;
  readonly equal?: string;
}

/** The mutants that are chosen, each under the key that it has among all. */
export function tryAll(
  all: readonly Mutant[],
  chosen: readonly Mutant[],
  killers: readonly Killer[],
  provers: readonly Killer[],
  seen: (tried: number) => void,
): Tried[] {
  const keys = keysOf(all);
  return chosen.map((mutant, i): Tried => {
    const by = killedBy(killers, mutant)?.by;
    const equal = by === undefined ? provers.map(({ kills }) => kills(mutant)).find(Boolean) : undefined;
    seen(i + 1);
    return { mutant, key: keys.get(mutant) ?? '', ...(by && { by }), ...(equal && { equal }) };
  });
}

export const resultOf = (tried: readonly Tried[], killers: readonly Killer[]): Result => ({
  ...scoreOf(tried),
  byKind: scoresBy(tried, ({ kind }) => kind),
  byChapter: scoresBy(tried, ({ chapter }) => chapter),
  by: Object.fromEntries(killers.map(({ name }) => [name, tried.filter(({ by }) => by === name).length])),
});

/**
 * The survivors under the reasons that they had before; reasons that no mutant needs any more are gone. A proof that no
 * longer goes through is no reason; where nothing can be proved, what was proved before stands.
 */
export function survivorsOf(tried: readonly Tried[], known: Survivors, canProve: boolean): Survivors {
  const groups = new Map<string, Record<string, string>>();
  for (const { mutant, key, by, equal } of tried) {
    if (by !== undefined) continue;
    const before = reasonFor(known, key);
    const stands = before !== undefined && !(canProve && before.startsWith(provedEqual));
    const given = stands ? before : noReason;
    const reason = equal === undefined ? given : `${provedEqual}${equal}`;
    groups.set(reason, { ...groups.get(reason), [key]: nameOf(mutant) });
  }
  return Object.fromEntries([...groups].sort(([one], [other]) => one.localeCompare(other)));
}

const scoreOf = (tried: readonly Tried[]): Score => ({
  mutants: tried.length,
  killed: tried.filter(({ by }) => by !== undefined).length,
  equal: tried.filter(({ equal }) => equal !== undefined).length,
});

function scoresBy(tried: readonly Tried[], groupOf: (mutant: Mutant) => string): Scores {
  const groups = [...new Set(tried.map(({ mutant }) => groupOf(mutant)))].sort();
  return Object.fromEntries(
    groups.map((group) => [group, scoreOf(tried.filter(({ mutant }) => groupOf(mutant) === group))]),
  );
}

/** Of those that are not proved to be equal. */
export const percent = ({ mutants, killed, equal }: Score): string =>
  mutants === equal ? '' : `${((100 * killed) / (mutants - equal)).toFixed(1)} %`;
