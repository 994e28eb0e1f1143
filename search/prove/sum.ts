/** Sums that laws speak of, and which cells each of them asks for. */
import type { FieldName } from '../../spec/fields.ts';
import { partsOf } from '../../spec/language/term.ts';
import type { Num, Range, Term } from '../../spec/language/term.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import { vcpu } from '../../spec/vocabulary/vms.ts';

/** What a state has for a solver beside its fields: a sum over cells, or a tally of what earlier steps have left. */
export type Kept = `sum.${number}` | `tally.${string}`;

/** A sum over the members of one or two ranges, as the function that it is to a solver. */
export interface Sum {
  readonly name: Kept;
  readonly subjects: readonly string[];
  readonly ranges: readonly Range[];
  readonly of: Num;
  readonly isCount: boolean;
  /** For each field that it reads: where in the numbers of a cell, and how, the members are found. */
  readonly reads: ReadonlyMap<FieldName, readonly Place[]>;
}

/** `inverse`: the number at this place is that of a vCPU, and the member is its index. */
interface Place {
  readonly at: number;
  readonly inverse: boolean;
}

export type SumTerm = Num & { kind: 'sum' };
const byTerm = new WeakMap<SumTerm, Sum>();
const byText = new Map<string, Sum>();

/** Sums that are written the same are one. */
export function sumOf(term: SumTerm): Sum {
  const before = byTerm.get(term);
  if (before !== undefined) return before;
  const text = JSON.stringify(term);
  const sum = byText.get(text) ?? madeOf(term, byText.size);
  byText.set(text, sum);
  byTerm.set(term, sum);
  return sum;
}

function madeOf(term: SumTerm, number: number): Sum {
  const ranges: Range[] = [];
  let of: Num = term;
  for (; of.kind === 'sum'; of = of.of) ranges.push(of.range);
  const members = ranges.map(({ member }) => member);
  const isOne = (one: Num, value: number): boolean => one.kind === 'number' && one.value === value;
  const cells = cellsOf(of, new Map()).map(({ field, at }) => [field, placesOf(members, field, at)] as const);
  const reads = new Map(cells);
  const odd = cells.find(([field, places]) => JSON.stringify(places) !== JSON.stringify(reads.get(field)));
  if (odd !== undefined) throw new Error(`unreachable: a sum asks for ${odd[0]} in two ways`);
  return {
    name: `sum.${number}`,
    subjects: [...touchesOf(term).names].sort(),
    ranges,
    of,
    isCount: of.kind === 'choose' && isOne(of.then, 1) && isOne(of.otherwise, 0),
    reads,
  };
}

interface Found {
  readonly field: FieldName;
  readonly at: readonly Num[];
}

/** The cells that a term reads, in the names of the sum. */
function cellsOf(term: Term, bound: ReadonlyMap<string, Num>): readonly Found[] {
  const here = (one: Num): Num => {
    if (one.kind === 'name') return bound.get(one.name) ?? one;
    return one.kind === 'applied' ? { ...one, to: one.to.map(here) } : one;
  };
  if (term.kind === 'applied') {
    const { subjects, means } = term.definition;
    const inner = new Map(subjects.map((name, i) => [name, here(term.to[i] as Num)] as const));
    return [...term.to.flatMap((one) => cellsOf(one, bound)), ...cellsOf(means, inner)];
  }
  const own = term.kind === 'cell' ? [{ field: term.field, at: term.at.map(here) }] : [];
  return [...own, ...partsOf(term).flatMap((part) => cellsOf(part, bound))];
}

function placesOf(members: readonly string[], field: FieldName, at: readonly Num[]): readonly Place[] {
  const isMember = (one: Num | undefined, member: string): boolean => one?.kind === 'name' && one.name === member;
  return members.map((member) => {
    const direct = at.findIndex((one) => isMember(one, member));
    if (direct >= 0) return { at: direct, inverse: false };
    const ofVcpu = at.findIndex(
      (one) =>
        one.kind === 'applied' && one.definition === vcpu('vm', 'index').definition && isMember(one.to[1], member),
    );
    if (ofVcpu < 0) throw new Error(`unreachable: a sum asks for ${field} without ${member}`);
    return { at: ofVcpu, inverse: true };
  });
}

/** The members that ask for a cell of this field. */
export const membersAt = (sum: Sum, field: FieldName, at: readonly string[]): readonly string[] =>
  (sum.reads.get(field) ?? []).map((place) => {
    const text = at[place.at] as string;
    return place.inverse ? `(remainder ${text} q.vcpus)` : text;
  });

/** All sums and tallies without a definition that these terms speak of. */
export function keptBy(terms: readonly Term[]): { readonly sums: readonly Sum[]; readonly left: readonly string[] } {
  const [sums, left, seen] = [new Set<Sum>(), new Set<string>(), new Set<Term>()];
  const look = (term: Term): void => {
    if (seen.has(term)) return;
    seen.add(term);
    if (term.kind === 'sum') {
      sums.add(sumOf(term));
      return;
    }
    if (term.kind === 'tally' && term.tally.counts === undefined) left.add(term.tally.name);
    if (term.kind === 'tally' && term.tally.counts !== undefined) look(term.tally.counts);
    if (term.kind === 'applied') look(term.definition.means);
    partsOf(term).forEach(look);
  };
  terms.forEach(look);
  return { sums: [...sums], left: [...left] };
}
