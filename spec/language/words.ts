/**
 * Terms in English. All words come from the nodes: the names of fields, of what the configuration gives and of
 * definitions are theirs, and a number is called by its name where what it is compared with, or written to, has names
 * for its values.
 */
import { families, fields, numberNames } from '../fields.ts';
import type { FieldShape } from '../fields.ts';
import { attributes, quantities } from '../given.ts';
import type { Attribute, Quantity } from '../given.ts';
import { simplified } from './negate.ts';
import { isAtom, sortOf } from './term.ts';
import { inTense, verbed } from './verbs.ts';
import type { Tense } from './verbs.ts';
import type { Applied, Bool, CellTerm, Comparison, Effect, Num, Operator, Range, Term } from './term.ts';

export function wordsOf(term: Term): string {
  const sort = sortOf(term);
  if (sort === 'condition') return ofBool(term as Bool);
  return sort === 'effect' ? ofEffect(term as Effect) : ofNum(term as Num);
}

/** How a literal number is said in some place; none of its own where it is just a number. */
type Literals = (value: number) => string | undefined;
const plain: Literals = () => undefined;

function ofNum(term: Num, literals: Literals = plain): string {
  switch (term.kind) {
    case 'number':
      return literals(term.value) ?? (term.value === -1 ? 'none' : String(term.value));
    case 'name':
      return term.name.replace(/^each /, 'that ');
    case 'passed':
      return `${term.name} as passed`;
    case 'this CPU':
      return term.kind;
    case 'quantity':
    case 'attribute':
    case 'cell':
      return isFlag(term) ? `whether ${flagOf(term, true)}` : nameOf(term);
    case 'arithmetic': {
      const own = ofSets.has(term.how) ? literals : plain;
      return `(${ofNum(term.left, own)} ${operators[term.how]} ${ofNum(term.right, own)})`;
    }
    case 'choose':
      return isTruth(term)
        ? `whether ${inner(term.when)}`
        : `(${ofNum(term.then, literals)} if ${inner(term.when)}, else ${ofNum(term.otherwise, literals)})`;
    case 'first':
      return `the first ${memberOf(term.range)} ${spanOf(term.range)} for which ${inner(term.where)}`;
    case 'sum':
      return ofSum(term);
    case 'tally':
      return filled(term.tally.phrase, () => ofNum(term.of));
    case 'before':
      return isAtom(term.of) ? ofNum(term.of, literals) : ofFormer(term.of, literals);
    case 'applied':
      return phraseOf(term, true);
  }
}

function ofFormer(of: Num, literals: Literals): string {
  const words = ofNum(of, literals);
  return of.kind === 'cell' && words.startsWith('the ')
    ? words.replace('the', 'the former')
    : `the former value of ${words}`;
}

/** A sum of what is 1 or 0 counts. */
function ofSum({ range, of }: Num & { kind: 'sum' }): string {
  const each = `for each ${memberOf(range)} ${spanOf(range)}`;
  const counts = of.kind === 'choose' && isTruth(of);
  return counts ? `the number of times, ${each}, that ${inner(of.when)}` : `the sum, ${each}, of ${ofNum(of)}`;
}

const isTruth = ({ then, otherwise }: Num & { kind: 'choose' }): boolean =>
  then.kind === 'number' && then.value === 1 && otherwise.kind === 'number' && otherwise.value === 0;

type Held = Num & { kind: 'quantity' | 'attribute' | 'cell' };

/** What a cell holds, or the configuration gives; a flag is said as a condition, with its verb in brackets. */
function nameOf(term: Held): string {
  if (term.kind === 'quantity') return quantities[term.name].words;
  if (term.kind === 'attribute') return filled(attributes[term.name].words, (at) => ofNum(term.of[at] as Num));
  const shape: FieldShape = fields[term.field];
  const places = families[shape.over];
  const words = 'name' in shape ? shape.name : shape.flag;
  return filled(words, (at) => ofNum(term.at[at] as Num, named(places[at])), places);
}

function isFlag(term: Num): term is Held {
  if (term.kind === 'cell') return 'flag' in fields[term.field];
  if (term.kind === 'quantity') return 'flag' in quantities[term.name];
  return term.kind === 'attribute' && 'flag' in attributes[term.name];
}

const flagOf = (term: Held, isSet: boolean, tense: Tense = 'now'): string => verbed(nameOf(term), isSet, tense);

/** Numbers that have names at this place of a cell or of a definition. */
const named =
  (place: string | undefined): Literals =>
  (value) =>
    numberNames[place ?? '']?.[value];

/** A literal beside this number is one of its values. */
function literalsOf(term: Num): Literals {
  if (term.kind === 'before') return literalsOf(term.of);
  if (term.kind === 'attribute') {
    const { values }: Attribute = attributes[term.name];
    return (value) => values?.[value];
  }
  if (term.kind !== 'cell') return plain;
  const { values, literals }: FieldShape = fields[term.field];
  return (value) => (values ?? literals)?.[value];
}

const comparisons: Readonly<Record<Comparison, string>> = {
  '=': 'is',
  '≠': 'is not',
  '<': 'is below',
  '≤': 'is at most',
  '>': 'is above',
  '≥': 'is at least',
};
const turned: Readonly<Record<Comparison, Comparison>> = { '=': '=', '≠': '≠', '<': '>', '≤': '≥', '>': '<', '≥': '≤' };
const operators: Readonly<Record<Operator, string>> = {
  '+': '+',
  '-': '-',
  '*': '×',
  div: 'div',
  mod: 'mod',
  or: 'with',
  and: 'masked by',
  without: 'without',
};

/** What these make of two values is such a value again. */
const ofSets = new Set<Operator>(['or', 'and', 'without']);

const ofBool = (term: Bool): string => ofSimple(simplified(term));

/** A condition within something else: what would reach beyond its end stands in parentheses. */
const inner = (term: Bool): string => {
  const simple = simplified(term);
  return reaching.has(simple.kind) ? `(${ofSimple(simple)})` : ofSimple(simple);
};
const reaching = new Set<Bool['kind']>(['all of', 'any of', 'every', 'some']);

function ofSimple(term: Bool): string {
  switch (term.kind) {
    case 'compare':
      return ofComparison(term);
    case 'not':
      return ofFact(term.of, false);
    case 'all of':
      return term.parts.length === 0 ? 'true' : term.parts.map(inner).join(' and ');
    case 'any of':
      return term.parts.length === 0 ? 'false' : ofAlternatives(term.parts);
    case 'every':
      return `for each ${memberOf(term.range)} ${spanOf(term.range)}: ${ofSimple(simplified(term.holds))}`;
    case 'some':
      return `for some ${memberOf(term.range)} ${spanOf(term.range)}: ${ofSimple(simplified(term.holds))}`;
    case 'before':
    case 'done':
    case 'call':
    case 'applied':
      return ofFact(term, true);
  }
}

/** What is said in the negative too: a definition, now or before the step, and what there is to say of a call. */
function ofFact(term: Bool, isSo: boolean, tense: Tense = 'now'): string {
  switch (term.kind) {
    case 'before':
      return ofFact(term.of, isSo, 'then');
    case 'done':
      return isSo ? 'the call is done' : 'the call is refused';
    case 'call': {
      const maker = term.by === undefined ? [] : [`made by the ${term.by}`];
      const what = [...(term.on === undefined ? [] : [term.on.join(' or ')]), ...maker].join(', ') || 'any call';
      return `the call ${isSo ? 'is' : 'is not'} ${what}`;
    }
    case 'applied':
      return phraseOf(term, isSo, tense);
    case 'compare':
      return ofComparison(term, tense);
    default:
      throw new Error(`unreachable: ${term.kind} is no single fact`);
  }
}

/** `A, or B`; several values of one number are said at once. */
function ofAlternatives(parts: readonly Bool[]): string {
  const tense = parts.every(({ kind }) => kind === 'before') ? 'then' : 'now';
  const facts = parts.map((part) => (part.kind === 'before' && tense === 'then' ? part.of : part));
  const subjects = facts.map((part) => (isValue(part) ? ofNum(part.left) : undefined));
  const [first] = facts;
  if (first !== undefined && isValue(first) && subjects.every((one) => one === subjects[0])) {
    const values = facts.map((part) => (isValue(part) ? ofNum(part.right, literalsOf(part.left)) : ''));
    return `${ofNum(first.left)} ${inTense('is', tense)} ${values.join(' or ')}`;
  }
  return parts.map((part) => (part.kind === 'all of' ? ofSimple(part) : inner(part))).join(', or ');
}

type Comparing = Bool & { kind: 'compare' };
const isValue = (part: Bool): part is Comparing =>
  part.kind === 'compare' && part.how === '=' && part.right.kind === 'number' && !isFlag(part.left);

function ofComparison(term: Comparing, tense: Tense = 'now'): string {
  const { how, left, right } = term;
  if (left.kind === 'number' && right.kind !== 'number') {
    return ofComparison({ ...term, how: turned[how], left: right, right: left }, tense);
  }
  const isEquality = how === '=' || how === '≠';
  const set = isEquality ? flagValue(left, right) : undefined;
  if (set !== undefined) return flagOf(left as Held, set === (how === '='), tense);
  if (isEquality && isFormer(left, right) && tense === 'now') return `${ofNum(left)} ${comparisons[how]} as it was`;
  const verb = inTense(comparisons[how], tense);
  return `${ofNum(left, literalsOf(right))} ${verb} ${ofNum(right, literalsOf(left))}`;
}

const isFormer = (now: Num, former: Num): boolean =>
  former.kind === 'before' && !isAtom(former.of) && ofNum(former.of) === ofNum(now);

/** Whether a flag is compared with 1 (or written 1), with 0, or neither. */
const flagValue = (flag: Num, value: Num): boolean | undefined =>
  isFlag(flag) && value.kind === 'number' && (value.value === 0 || value.value === 1) ? value.value === 1 : undefined;

function ofEffect(term: Effect): string {
  switch (term.kind) {
    case 'set':
      return ofChange(term.cell, term.to);
    case 'sequence':
      return term.effects.map(ofEffect).join('; ') || 'nothing';
    case 'when': {
      const otherwise = term.otherwise === undefined ? '' : `, else ${grouped(term.otherwise)}`;
      return `if ${inner(term.condition)}: ${grouped(term.then)}${otherwise}`;
    }
    case 'for each':
      return `for each ${memberOf(term.range)} ${spanOf(term.range)}: ${grouped(term.effect)}`;
    case 'while':
      return `while ${inner(term.condition)}: ${grouped(term.effect)}`;
    case 'note':
      return `${term.name} stands for ${ofNum(term.is)} as it is now`;
    case 'answer':
      return `answers ${ofNum(term.with)}`;
    case 'applied':
      return phraseOf(term, true);
  }
}

/** An effect within another one: what would reach beyond its end stands in parentheses. */
function grouped(effect: Effect): string {
  const isOne = effect.kind === 'set' || effect.kind === 'applied' || effect.kind === 'answer';
  return isOne ? ofEffect(effect) : `(${ofEffect(effect)})`;
}

function ofChange(cell: CellTerm, to: Num): string {
  const set = flagValue(cell, to);
  if (set !== undefined) return `from now on ${flagOf(cell, set)}`;
  const name = ofNum(cell);
  if (to.kind === 'arithmetic' && (to.how === '+' || to.how === '-') && ofNum(to.left) === name) {
    return `${name} ${to.how === '+' ? 'grows' : 'shrinks'} by ${ofNum(to.right)}`;
  }
  return `${name} becomes ${ofNum(to, literalsOf(cell))}`;
}

const memberOf = ({ member }: Range): string => member.replace(/^each /, '');

function spanOf({ from, count }: Range): string {
  const words = ofNum(count);
  const { range }: Partial<Quantity> = count.kind === 'quantity' ? quantities[count.name] : {};
  if (from.kind === 'number' && from.value === 0) return `below ${words}`;
  return range === undefined
    ? `of ${words.startsWith('the ') ? '' : 'the '}${words} from ${ofNum(from)} on`
    : `of ${range} at ${ofNum(from)}`;
}

/** The phrase of a definition, with what it is applied to in its places. */
function phraseOf({ definition, to }: Applied<Num | Bool | Effect>, isSo: boolean, tense: Tense = 'now'): string {
  const { phrase, subjects } = definition;
  return verbed(
    filled(phrase, (at) => ofNum(to[at] as Num, named(subjects[at])), subjects),
    isSo,
    tense,
  );
}

/** Each `{name}` replaced by what stands at its place among the names; without names, by what is next. */
function filled(template: string, place: (at: number) => string, names?: readonly string[]): string {
  let next = 0;
  return template.replace(/\{(\w+)\}/g, (_, name: string) => place(names?.indexOf(name) ?? next++));
}
