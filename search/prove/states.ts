/** States as they are declared to a solver: a function for each field, and for each sum that laws speak of. */
import { families, fieldNames, fields as allFields } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import type { Bool } from '../../spec/language/term.ts';
import type { FieldFunction, Fields } from './smt.ts';
import { keptBy } from './sum.ts';
import type { Kept, Sum } from './sum.ts';
import { stateFacts } from './sums.ts';

/** The numbers that laws speak of beside fields: sums, and tallies of what earlier steps have left behind. */
export type KeptNumbers = ReturnType<typeof keptBy>;
export const keptNumbers = (laws: readonly { readonly holds: Bool }[]): KeptNumbers =>
  keptBy(laws.map(({ holds }) => holds));

export type Functions = Map<FieldName | Kept, FieldFunction>;
/** Functions that nothing is known of, but for what is as it was in another state because it is not written. */
export function functionsOf(
  tag: string,
  { sums, left }: KeptNumbers,
  other: Fields = new Map(),
  written: ReadonlySet<FieldName> = new Set(fieldNames),
): Functions {
  const isWritten = ({ reads }: Sum): boolean => [...reads.keys()].some((field) => written.has(field));
  const fresh: ReadonlySet<FieldName | Kept> = new Set([...written, ...sums.filter(isWritten).map(({ name }) => name)]);
  const kept = [...sums.map(({ name }) => name), ...left.map((name) => `tally.${name}` as const)];
  const made = (name: FieldName | Kept): FieldFunction => ({ name: `${name}.${tag}`, given: [] });
  const names: readonly (FieldName | Kept)[] = [...fieldNames, ...kept];
  return new Map(names.map((name) => [name, fresh.has(name) ? made(name) : (other.get(name) ?? made(name))]));
}

const ints = (of: readonly unknown[]): string => of.map(() => 'Int').join(' ');
const sorts = (field: FieldName): string => ints(families[allFields[field].over]);

const nameIn = (functions: Fields, name: FieldName | Kept): string => functions.get(name)?.name ?? '';
/** The functions of a state, but for those that it has in common with one that is declared. */
export function declared(functions: Fields, { sums, left }: KeptNumbers, known: Fields = new Map()): string[] {
  const isNew = (name: FieldName | Kept): boolean => functions.get(name) !== known.get(name);
  const leftBehind = left.map((name) => `tally.${name}` as const).filter(isNew);
  return [
    ...fieldNames.filter(isNew).map((field) => `(declare-fun ${nameIn(functions, field)} (${sorts(field)}) Int)`),
    ...declaredSums(
      functions,
      sums.filter(({ name }) => isNew(name)),
    ),
    ...leftBehind.map((name) => nameIn(functions, name)).flatMap(declaredLeft),
  ];
}
/** Sums of a state, of which it is known that they are sums. */
export const declaredSums = (functions: Fields, sums: readonly Sum[]): string[] =>
  sums.flatMap((sum) => [
    `(declare-fun ${nameIn(functions, sum.name)} (${ints(sum.subjects)}) Int)`,
    ...stateFacts(sum, functions),
  ]);
const declaredLeft = (name: string): string[] => [
  `(declare-fun ${name} (Int) Int)`,
  `(assert (forall ((p Int)) (! (>= (${name} p) 0) :pattern ((${name} p)))))`,
];
