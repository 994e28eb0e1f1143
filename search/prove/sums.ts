/**
 * Sums as a solver is told of them. It cannot add up over any number of members, and takes each sum for a function of
 * its subjects. What is said of it is true of every finite sum: it is 0 unless some member adds to it, a count is at
 * most the number of members, two sums over one range differ only where some member adds different numbers to them,
 * and where one cell changes, the sum changes by what its member adds.
 */
import type { FieldName } from '../../spec/fields.ts';
import type { Range } from '../../spec/language/term.ts';
import { sceneOf } from './scene.ts';
import { apply, conjunction, inRange, smtNumber, variable, withNames } from './smt.ts';
import type { Fields, Scene } from './smt.ts';
import type { Kept, Sum } from './sum.ts';

/** The function that a sum is in a state. */
export const functionOf = ({ name }: Pick<Sum, 'name'>, fields: Fields): string => {
  const found = fields.get(name);
  if (found === undefined) throw new Error(`unreachable: nothing keeps ${name}`);
  return found.name;
};

/** The bounds of a range, as text from which ranges that are the same are known. */
export const rangeOf = ({ from, count }: Range, scene: Scene): { readonly from: string; readonly count: string } => ({
  from: smtNumber(from, scene),
  count: smtNumber(count, scene),
});

/** What a member adds to the sum, of these subjects in this state. */
export function addedBy(
  sum: Sum,
  members: readonly string[],
  subjects: readonly string[],
  fields: Fields,
  onRead?: Scene['onRead'],
): string {
  const names = [...sum.subjects.map((name, i) => [name, subjects[i] as string] as const)];
  const own = sum.ranges.map(({ member }, i) => [member, members[i] as string] as const);
  const scene = withNames({ ...sceneOf(fields), ...(onRead && { onRead }) }, [...names, ...own]);
  const inside = conjunction(sum.ranges.map((range, i) => inRange(members[i] as string, range, scene)));
  return `(ite ${inside} ${smtNumber(sum.of, scene)} 0)`;
}

/** A sum over one range that stands for something in the course of a call, by the function that names it. */
export interface Partial {
  readonly name: string;
  /** The sum of which it is a part, if it is one: it is not compared with parts of others. */
  readonly part?: string;
  /** What its subjects are. */
  readonly subjects: readonly string[];
  /** The range, as text from which sums over the same one are known. */
  readonly from: string;
  readonly count: string;
  readonly isCount: boolean;
  readonly added: (member: string, subjects: readonly string[]) => string;
  /** A cell of a member, where it is to be known that one member is enough for the sum not to be 0. */
  readonly cell?: (member: string) => string;
}

export function quantified(variables: readonly string[], body: string, ...patterns: readonly string[]): string {
  if (variables.length === 0) return `(assert ${body})`;
  const typed = variables.map((one) => `(${one} Int)`).join(' ');
  return `(assert (forall (${typed}) (! ${body} ${patterns.map((one) => `:pattern (${one})`).join(' ')})))`;
}

const within = (member: string, { from, count }: Partial): string =>
  `(and (<= ${from} ${member}) (< ${member} (+ ${from} ${count})))`;

/** What is known of a sum by itself. */
export function partialFacts(sum: Partial): string[] {
  const { name, subjects, isCount, count, added, cell } = sum;
  const of = subjects.map(() => variable());
  const sorts = of.map(() => 'Int').join(' ');
  const it = apply(name, ...of);
  const [some, none] = [`${name}.some`, `${name}.none`].map((one) => apply(one, ...of)) as [string, string];
  const isEmpty = `(or (= ${it} 0) (and ${within(some, sum)} (distinct ${added(some, of)} 0)))`;
  const one = variable();
  const isCounted = `(=> (and ${within(one, sum)} (= ${added(one, of)} 1)) (>= ${it} 1))`;
  const isFull = `(or (= ${it} ${count}) (< ${count} 0) (and ${within(none, sum)} (= ${added(none, of)} 0)))`;
  return [
    `(declare-fun ${name}.some (${sorts}) Int)`,
    ...(isCount ? [`(declare-fun ${name}.none (${sorts}) Int)`] : []),
    quantified(of, isEmpty, it),
    ...(isCount ? [quantified(of, `(>= ${it} 0)`, it), quantified(of, isFull, it)] : []),
    ...(cell === undefined ? [] : [quantified([one, ...of], isCounted, `${cell(one)} ${it}`)]),
  ];
}

/** Two sums over one range are the same, unless a member adds different numbers to them. */
export function comparedFacts(one: Partial, other: Partial): string[] {
  const of = one.subjects.map(() => variable());
  const name = `${one.name}.${other.name}`;
  const [it, same, differs] = [one.name, other.name, name].map((each) => apply(each, ...of)) as [
    string,
    string,
    string,
  ];
  const body = `(or (= ${it} ${same}) (and ${within(differs, one)} (distinct ${one.added(differs, of)} ${other.added(differs, of)})))`;
  const sorts = of.map(() => 'Int').join(' ');
  return [`(declare-fun ${name} (${sorts}) Int)`, quantified(of, body, it, same)];
}

/** A count is not negative, and no less than 1 where a member is counted that `read` speaks of. */
function countFacts(
  name: string,
  subjects: readonly string[],
  ranges: number,
  added: (members: readonly string[], of: readonly string[], onRead: Scene['onRead']) => string,
  read: Fields,
): string[] {
  const of = subjects.map(() => variable());
  const members = Array.from({ length: ranges }, () => variable());
  const it = apply(name, ...of);
  const reads: string[] = [];
  const onRead = (field: FieldName | Kept, at: readonly string[]): void => {
    if (members.every((one) => at.includes(one))) reads.push(apply(read.get(field)?.name ?? '', ...at));
  };
  const isCounted = `(=> (= ${added(members, of, onRead)} 1) (>= ${it} 1))`;
  const pattern = [reads[0], ...(of.length > 0 ? [it] : [])].join(' ');
  return [quantified(of, `(>= ${it} 0)`, it), quantified([...members, ...of], isCounted, pattern)];
}

/** What is known of a sum in any state; `read`: the functions of an earlier one, of which those of this one are made. */
export const stateFacts = (sum: Sum, fields: Fields, read = fields): string[] =>
  sum.isCount
    ? countFacts(
        functionOf(sum, fields),
        sum.subjects,
        sum.ranges.length,
        (members, of, onRead) => addedBy(sum, members, of, fields, onRead),
        read,
      )
    : [];

/** What is known of it where it is told from its members alone: it is 0 unless one of them adds to it. */
export function emptyFacts(sum: Sum, fields: Fields): string[] {
  const of = sum.subjects.map(() => variable());
  const name = functionOf(sum, fields);
  const it = apply(name, ...of);
  const names = sum.ranges.map((_, i) => `${name}.some${i}`);
  const some = names.map((one) => apply(one, ...of));
  return [
    ...names.map((one) => `(declare-fun ${one} (${of.map(() => 'Int').join(' ')}) Int)`),
    quantified(of, `(or (= ${it} 0) (distinct ${addedBy(sum, some, of, fields)} 0))`, it),
  ];
}
