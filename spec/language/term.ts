/**
 * The language of rules and laws: numbers, conditions and effects over the cells of a state. A term is a tree
 * of these nodes and nothing else, so that it can be printed, compared, rewritten, run, or written out for a solver;
 * each reader of the tree is a file of its own beside this one.
 *
 * Truth is only ever a condition, and every cell holds a number. A name stands for a parameter of the call, for what
 * the call has noted, for what a law is about, for what a definition is applied to, or for the member of a range; the
 * nearest one counts. A law of steps is about the state after a step, and calls what the call answered `the answer`.
 */
import type { FieldName } from '../fields.ts';
import type { AttributeName, QuantityName } from '../given.ts';
import type { Actor } from '../rule.ts';

export type Operator = '+' | '-' | '*' | 'div' | 'mod' | 'or' | 'and' | 'without';
export type Comparison = '=' | '≠' | '<' | '≤' | '>' | '≥';

/** `count` consecutive numbers from `from` on, each in turn under the name `member`. */
export interface Range {
  readonly member: string;
  readonly from: Num;
  readonly count: Num;
}

/** One cell of the state: its field, and where in the family of the field it lies. */
export interface CellTerm {
  readonly kind: 'cell';
  readonly field: FieldName;
  readonly at: readonly Num[];
}

/** A definition in use, with what it is applied to. */
export interface Applied<T extends Num | Bool | Effect> {
  readonly kind: 'applied';
  readonly definition: Definition<T>;
  readonly to: readonly Num[];
}

/** The same as it was before the step. With `done` and `call` it is for laws of steps alone. */
export interface Before<T extends Num | Bool> {
  readonly kind: 'before';
  readonly of: T;
}

/**
 * A count that is kept beside the state, for a page or for a VM; laws read it, and no rule does. `counts` is what there
 * is of it in the state as it stands; a tally without that remembers what earlier steps have left behind.
 */
export interface Tally {
  readonly name: string;
  readonly subject: string;
  readonly phrase: string;
  readonly counts?: Num;
}

export type Num =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  /** A parameter as the caller passed it, before a number that wraps at 64 bits was brought back into range. */
  | { readonly kind: 'passed'; readonly name: string }
  /** The CPU on which the call is made. */
  | { readonly kind: 'this CPU' }
  /** How many of something there are in the configuration. */
  | { readonly kind: 'quantity'; readonly name: QuantityName }
  /** What the configuration says of one thing, and no call changes. */
  | { readonly kind: 'attribute'; readonly name: AttributeName; readonly of: readonly Num[] }
  | CellTerm
  | { readonly kind: 'arithmetic'; readonly how: Operator; readonly left: Num; readonly right: Num }
  | { readonly kind: 'choose'; readonly when: Bool; readonly then: Num; readonly otherwise: Num }
  /** The first member of the range for which the condition holds; none (-1) if there is no such member. */
  | { readonly kind: 'first'; readonly range: Range; readonly where: Bool }
  /** The sum of a number over the members of the range. */
  | { readonly kind: 'sum'; readonly range: Range; readonly of: Num }
  | { readonly kind: 'tally'; readonly tally: Tally; readonly of: Num }
  | Before<Num>
  | Applied<Num>;

export type Bool =
  | { readonly kind: 'compare'; readonly how: Comparison; readonly left: Num; readonly right: Num }
  | { readonly kind: 'not'; readonly of: Bool }
  | { readonly kind: 'all of'; readonly parts: readonly Bool[] }
  | { readonly kind: 'any of'; readonly parts: readonly Bool[] }
  | { readonly kind: 'every'; readonly range: Range; readonly holds: Bool }
  | { readonly kind: 'some'; readonly range: Range; readonly holds: Bool }
  | Before<Bool>
  /** The call was not refused. */
  | { readonly kind: 'done' }
  /** The call is one of these, or made by them. */
  | { readonly kind: 'call'; readonly on?: readonly string[]; readonly by?: Actor }
  | Applied<Bool>;

export type Effect =
  | { readonly kind: 'set'; readonly cell: CellTerm; readonly to: Num }
  | { readonly kind: 'sequence'; readonly effects: readonly Effect[] }
  | { readonly kind: 'when'; readonly condition: Bool; readonly then: Effect; readonly otherwise?: Effect }
  | { readonly kind: 'for each'; readonly range: Range; readonly effect: Effect }
  /** The effect, for as long as the condition holds; it must bring itself to an end. */
  | { readonly kind: 'while'; readonly condition: Bool; readonly effect: Effect }
  /** The number has this name for the rest of the call. */
  | { readonly kind: 'note'; readonly name: string; readonly is: Num }
  /** The call answers this number. */
  | { readonly kind: 'answer'; readonly with: Num }
  | Applied<Effect>;

export type Term = Num | Bool | Effect;

/**
 * A named term. `means` speaks of nothing but its subjects, the state and the configuration. The phrase has a place
 * `{subject}` for each subject; the verb of a condition stands in brackets, `{page} [is] memory`, so that it can be
 * said in the negative too.
 */
export interface Definition<T extends Num | Bool | Effect = Num | Bool | Effect> {
  readonly subjects: readonly string[];
  readonly phrase: string;
  readonly means: T;
}

/** What a law of steps calls the answer of the call, and what is known wherever it asks whether the call was done. */
export const answerName = 'the answer';
export const doneName = 'whether the call is done';

/** Kinds of nodes that are conditions, and that are effects; all others are numbers. */
const boolKinds = new Set(['compare', 'not', 'all of', 'any of', 'every', 'some', 'done', 'call']);
const effectKinds = new Set(['set', 'sequence', 'when', 'for each', 'while', 'note', 'answer']);

/** What sort of thing a term is. */
export function sortOf(term: Term): 'number' | 'condition' | 'effect' {
  if (term.kind === 'applied') return sortOf(term.definition.means);
  if (term.kind === 'before') return sortOf(term.of);
  return boolKinds.has(term.kind) ? 'condition' : effectKinds.has(term.kind) ? 'effect' : 'number';
}

/** Costs nothing to compute, and is the same throughout a call. */
const atoms = new Set<Term['kind']>(['number', 'name', 'passed', 'this CPU', 'quantity']);
export const isAtom = ({ kind }: Num): boolean => atoms.has(kind);

/** The terms right below a term. A range's member is known in the last of them alone. */
export function partsOf(term: Term): readonly Term[] {
  switch (term.kind) {
    case 'number':
    case 'name':
    case 'passed':
    case 'this CPU':
    case 'quantity':
    case 'done':
    case 'call':
      return [];
    case 'attribute':
      return term.of;
    case 'cell':
      return term.at;
    case 'arithmetic':
    case 'compare':
      return [term.left, term.right];
    case 'choose':
      return [term.when, term.then, term.otherwise];
    case 'not':
    case 'before':
    case 'tally':
      return [term.of];
    case 'all of':
    case 'any of':
      return term.parts;
    case 'first':
      return [term.range.from, term.range.count, term.where];
    case 'sum':
      return [term.range.from, term.range.count, term.of];
    case 'every':
    case 'some':
      return [term.range.from, term.range.count, term.holds];
    case 'for each':
      return [term.range.from, term.range.count, term.effect];
    case 'set':
      return [...term.cell.at, term.to];
    case 'sequence':
      return term.effects;
    case 'when':
      return [term.condition, term.then, ...(term.otherwise === undefined ? [] : [term.otherwise])];
    case 'while':
      return [term.condition, term.effect];
    case 'note':
      return [term.is];
    case 'answer':
      return [term.with];
    case 'applied':
      return term.to;
  }
}
