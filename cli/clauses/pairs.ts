/** Pairs of clauses that may contradict each other: one says MUST, one MAY, and both speak of the same subject. */
import type { Clause } from '../../spec/clauses.generated.ts';

export interface Pair {
  /** The id of the clause that says MAY. */
  readonly may: string;
  /** The id of the one that says MUST or MUST NOT. */
  readonly must: string;
}

/** Words that say nothing about the subject of a sentence. */
const small = new Set(
  `a all an and another any anyone are at be been before being both but by come comes each every everyone ever except first for
  from had has have in is it its may must next no not of on one only or other own same still than that the them then there
  this to two under unless until was were what when where which who whom whose with yet`.split(/\s+/),
);

const stemsOf = ({ text }: Clause): ReadonlySet<string> =>
  new Set(
    (text.toLowerCase().match(/[a-z_]{2,}/g) ?? [])
      .filter((word) => !small.has(word))
      .map((word) => word.replace(/(?:ing|ed|es|e|s)$/, '')),
  );

/** How much two sentences have to have in common; a word counts by the logarithm of how rare it is. */
const enough = 8.5;

/** One names the other, or they cover the same row, or their sentences share enough rare words. */
export function pairsAmong(clauses: readonly Clause[], explanations: ReadonlyMap<string, string>): Pair[] {
  const stems = new Map(clauses.map((clause) => [clause, stemsOf(clause)]));
  const uses = new Map<string, number>();
  for (const stem of [...stems.values()].flatMap((set) => [...set])) uses.set(stem, (uses.get(stem) ?? 0) + 1);
  const weightOf = (stem: string): number => Math.log(clauses.length / (uses.get(stem) ?? 1));
  const common = (one: Clause, other: Clause): number =>
    [...(stems.get(one) ?? [])]
      .filter((stem) => stems.get(other)?.has(stem))
      .reduce((sum, stem) => sum + weightOf(stem), 0);
  const named = new Map(
    clauses.map((one) => {
      const said = `${one.text} ${explanations.get(one.id) ?? ''}`;
      return [one, new Set(said.match(/(?<![\w-])[A-Z][A-Z0-9-]*[A-Z0-9](?![\w-])/g))];
    }),
  );
  const names = (one: Clause, { id }: Clause): boolean => named.get(one)?.has(id) === true;
  const isPair = (may: Clause, must: Clause): boolean =>
    names(may, must) ||
    names(must, may) ||
    may.rows.some((row) => must.rows.includes(row)) ||
    common(may, must) >= enough;
  const isPermission = ({ text }: Clause): boolean => /\bMAY\b/.test(text);
  const demands = clauses.filter((one) => !isPermission(one));
  return clauses
    .filter(isPermission)
    .flatMap((may) => demands.filter((must) => isPair(may, must)).map((must) => ({ may: may.id, must: must.id })));
}
