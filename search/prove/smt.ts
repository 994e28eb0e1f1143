/**
 * Terms as SMT-LIB 2, over states in which there are any number of pages, frames, VMs, vCPUs, CPUs and devices. Every
 * number is an Int. A field is a function of as many Ints as its cells have numbers; what the configuration gives is
 * uninterpreted. Products, remainders and sets of bits are uninterpreted too: `assumptions.ts` says what is known.
 */
import { doneName } from '../../spec/language/term.ts';
import type { Bool, CellTerm, Definition, Num, Operator, Range, Tally, Term } from '../../spec/language/term.ts';
import type { FieldName } from '../../spec/fields.ts';
import { sumOf } from './sum.ts';
import type { Kept, SumTerm } from './sum.ts';

/** A function of the solver that stands for a field in one state; `given` are arguments that come before the cell's. */
export interface FieldFunction {
  readonly name: string;
  readonly given: readonly string[];
}
/** What a state is to the solver: a function for each field, and for each number that is kept beside them. */
export type Fields = ReadonlyMap<FieldName | Kept, FieldFunction>;

/** What terms are read in: the state, what each name is, and who is told of cells that are read. */
export interface Scene {
  readonly fields: Fields;
  readonly names: ReadonlyMap<string, string>;
  /** Definitions that stay opaque, by the names of the functions that stand for them. */
  readonly opaque: ReadonlyMap<Definition, string>;
  /** Where everything is finite: how many members a range with this count has at the most. */
  readonly most?: (count: Num) => number;
  /** Where a law of steps is read: the state before the step. */
  readonly former?: Pick<Scene, 'fields' | 'opaque'>;
  /** A new constant, with what is known of it. */
  constant(known: (name: string) => string): string;
  readonly onRead?: (field: FieldName | Kept, at: readonly string[]) => void;
}

export const apply = (name: string, ...to: readonly string[]): string =>
  to.length === 0 ? name : `(${name} ${to.join(' ')})`;
export const number = (value: number): string => (value < 0 ? `(- ${-value})` : String(value));
export const conjunction = (parts: readonly string[]): string =>
  parts.length === 0 ? 'true' : parts.length === 1 ? (parts[0] as string) : `(and ${parts.join(' ')})`;
const disjunction = (parts: readonly string[]): string =>
  parts.length === 0 ? 'false' : parts.length === 1 ? (parts[0] as string) : `(or ${parts.join(' ')})`;

const operators: Readonly<Record<Operator, string>> = {
  '+': '+',
  '-': '-',
  '*': 'times',
  div: 'quotient',
  mod: 'remainder',
  or: 'bit_or',
  and: 'bit_and',
  without: 'bit_without',
};
const comparisons = { '=': '=', '≠': 'distinct', '<': '<', '≤': '<=', '>': '>', '≥': '>=' } as const;

export const quantityName = (name: string): string => `q.${name}`;
export const attributeName = (name: string): string => `a.${name}`;

function kept(name: Kept, { fields, onRead }: Scene, ...of: readonly string[]): string {
  const found = fields.get(name);
  if (found === undefined) throw new Error(`unreachable: nothing keeps ${name}`);
  onRead?.(name, of);
  return apply(found.name, ...found.given, ...of);
}

function cellOf({ field, at }: CellTerm, scene: Scene): string {
  const found = scene.fields.get(field);
  if (found === undefined) throw new Error(`unreachable: no function for ${field}`);
  const index = at.map((one) => smtNumber(one, scene));
  scene.onRead?.(field, index);
  return apply(found.name, ...found.given, ...index);
}

export function smtNumber(term: Num, scene: Scene): string {
  switch (term.kind) {
    case 'number':
      return number(term.value);
    case 'name':
      return named(term.name, scene);
    case 'passed':
      return named(`${term.name} as passed`, scene);
    case 'this CPU':
      return named('this CPU', scene);
    case 'quantity':
      return quantityName(term.name);
    case 'attribute':
      return apply(attributeName(term.name), ...term.of.map((one) => smtNumber(one, scene)));
    case 'cell':
      return cellOf(term, scene);
    case 'arithmetic':
      return apply(operators[term.how], smtNumber(term.left, scene), smtNumber(term.right, scene));
    case 'choose':
      return apply('ite', smtBool(term.when, scene), smtNumber(term.then, scene), smtNumber(term.otherwise, scene));
    case 'first':
      return firstOf(term.range, term.where, scene);
    case 'sum':
      return summed(term, scene);
    case 'tally':
      return tallied(term.tally, smtNumber(term.of, scene), scene);
    case 'before':
      return smtNumber(term.of, formerOf(scene));
    case 'applied':
      return applied(term.definition, term.to, scene, smtNumber);
  }
}

export function smtBool(term: Bool, scene: Scene): string {
  switch (term.kind) {
    case 'compare':
      return apply(comparisons[term.how], smtNumber(term.left, scene), smtNumber(term.right, scene));
    case 'not':
      return apply('not', smtBool(term.of, scene));
    case 'all of':
      return conjunction(term.parts.map((part) => smtBool(part, scene)));
    case 'any of':
      return disjunction(term.parts.map((part) => smtBool(part, scene)));
    case 'every':
      return quantified('forall', '=>', term.range, term.holds, scene);
    case 'some':
      return quantified('exists', 'and', term.range, term.holds, scene);
    case 'before':
      return smtBool(term.of, formerOf(scene));
    case 'done':
      return named(doneName, scene);
    case 'call':
      throw new Error('unreachable: a law of steps is read for one call, as forCall has it');
    case 'applied':
      return applied(term.definition, term.to, scene, smtBool);
  }
}

function formerOf(scene: Scene): Scene {
  if (scene.former === undefined) throw new Error('unreachable: there is no state before this one');
  return { ...scene, ...scene.former };
}

function named(name: string, { names }: Scene): string {
  const found = names.get(name);
  if (found === undefined) throw new Error(`unreachable: no symbol for ${name}`);
  return found;
}

let variables = 0;
export const variable = (): string => `x${variables++}`;

export const withNames = <S extends Scene>(scene: S, more: Iterable<readonly [string, string]>): S => ({
  ...scene,
  names: new Map([...scene.names, ...more]),
});

/** What a member of a range is known to be. */
export const inRange = (member: string, { from, count }: Range, scene: Scene): string => {
  const low = smtNumber(from, scene);
  return `(and (<= ${low} ${member}) (< ${member} (+ ${low} ${smtNumber(count, scene)})))`;
};

/** Something of each member that a range may have where everything is finite, and of whether there is that member. */
function members(
  range: Range,
  scene: Scene,
  most: (count: Num) => number,
  of: (scene: Scene, isOne: string) => string,
): string[] {
  const [from, count] = [smtNumber(range.from, scene), smtNumber(range.count, scene)];
  return Array.from({ length: most(range.count) }, (_, i) => {
    const member = from === '0' ? String(i) : `(+ ${from} ${i})`;
    return of(withNames(scene, [[range.member, member]]), `(< ${i} ${count})`);
  });
}

/** A sum written out where everything is finite; else the function that stands for it. */
function summed(term: SumTerm, scene: Scene): string {
  if (scene.most === undefined) {
    const { name, subjects } = sumOf(term);
    return kept(name, scene, ...subjects.map((one) => named(one, scene)));
  }
  const parts = members(term.range, scene, scene.most, (at, isOne) => apply('ite', isOne, smtNumber(term.of, at), '0'));
  return apply('+', '0', ...parts);
}

/** A count of what there is in the state. Of what earlier steps have left there is nothing where everything is finite. */
function tallied({ counts, subject, name }: Tally, of: string, scene: Scene): string {
  if (counts !== undefined) return smtNumber(counts, withNames(scene, [[subject, of]]));
  return scene.most === undefined ? kept(`tally.${name}`, scene, of) : '0';
}

function quantified(how: 'forall' | 'exists', joins: string, range: Range, holds: Bool, scene: Scene): string {
  if (scene.most !== undefined) {
    const parts = members(range, scene, scene.most, (at, isOne) => `(${joins} ${isOne} ${smtBool(holds, at)})`);
    return how === 'forall' ? conjunction(parts) : disjunction(parts);
  }
  const member = variable();
  const body = smtBool(holds, withNames(scene, [[range.member, member]]));
  const all = `(${how} ((${member} Int)) (${joins} ${inRange(member, range, scene)} ${body}))`;
  if (how === 'exists') return all;
  // Said of the first member by itself as well: a solver that looks for instances finds that one.
  const first = smtNumber(range.from, scene);
  return `(and ${all} (=> (> ${smtNumber(range.count, scene)} 0) ${smtBool(holds, withNames(scene, [[range.member, first]]))}))`;
}

function firstOf(range: Range, where: Bool, scene: Scene): string {
  if (scene.most !== undefined) {
    const found = members(
      range,
      scene,
      scene.most,
      (at, isOne) => `(and ${isOne} ${smtBool(where, at)}) ${named(range.member, at)}`,
    );
    return found.reduceRight((other, one) => `(ite ${one} ${other})`, '(- 1)');
  }
  const holds = (member: string): string => smtBool(where, withNames(scene, [[range.member, member]]));
  return scene.constant((name) => {
    const other = variable();
    const noneBefore = (end: string): string =>
      `(forall ((${other} Int)) (=> (and ${inRange(other, range, scene)} (< ${other} ${end})) (not ${holds(other)})))`;
    const low = smtNumber(range.from, scene);
    const found = conjunction([inRange(name, range, scene), holds(name), noneBefore(name)]);
    const none = conjunction([`(= ${name} (- 1))`, noneBefore(`(+ ${low} ${smtNumber(range.count, scene)})`)]);
    return `(or ${found} ${none})`;
  });
}

const isAtom = (text: string): boolean => !text.startsWith('(');

/** A definition in its place; what is computed is computed once. */
function applied<T extends Term>(
  definition: Definition<T>,
  to: readonly Num[],
  scene: Scene,
  read: (means: T, scene: Scene) => string,
): string {
  const given = to.map((one) => smtNumber(one, scene));
  const opaque = scene.opaque.get(definition);
  if (opaque !== undefined) return apply(opaque, ...given);
  const bound = given.map((text) => (isAtom(text) ? text : variable()));
  const inner = read(definition.means, withNames({ ...scene, names: new Map(scene.names) }, pairs(definition, bound)));
  const lets = given.flatMap((text, i) => (bound[i] === text ? [] : [`(${bound[i] ?? ''} ${text})`]));
  return lets.length === 0 ? inner : `(let (${lets.join(' ')}) ${inner})`;
}

export const pairs = ({ subjects }: Definition, given: readonly string[]): (readonly [string, string])[] =>
  subjects.map((name, i) => [name, given[i] as string] as const);
