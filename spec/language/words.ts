/**
 * Terms in English. All words come from the nodes: the names of fields, of what the configuration gives and of
 * definitions are theirs, and a number is called by its name where what it is compared with, or written to, has names
 * for its values.
 */
import { families, fields, numberNames } from '../fields.ts';
import type { FieldShape } from '../fields.ts';
import { attributes, quantities } from '../given.ts';
import type { Attribute, Quantity } from '../given.ts';
import { negated, simplified } from './negate.ts';
import { sortOf } from './term.ts';
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
    case 'arithmetic':
      return `(${ofNum(term.left, literals)} ${operators[term.how]} ${ofNum(term.right, literals)})`;
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
    case 'applied':
      return phraseOf(term, true);
  }
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

const flagOf = (term: Held, isSet: boolean): string => verbed(nameOf(term), isSet);

/** Numbers that have names at this place of a cell or of a definition. */
const named =
  (place: string | undefined): Literals =>
  (value) =>
    numberNames[place ?? '']?.[value];

/** A literal beside this number is one of its values. */
function literalsOf(term: Num): Literals {
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

const ofBool = (term: Bool): string => ofSimple(simplified(term));

/** A condition within something else: what would reach beyond its end stands in parentheses. */
const inner = (term: Bool): string => {
  const simple = simplified(term);
  const reaches = simple.kind !== 'compare' && simple.kind !== 'applied' && simple.kind !== 'not';
  return reaches ? `(${ofSimple(simple)})` : ofSimple(simple);
};

function ofSimple(term: Bool): string {
  switch (term.kind) {
    case 'compare':
      return ofComparison(term);
    case 'not':
      return term.of.kind === 'applied' ? phraseOf(term.of, false) : ofBool(negated(term.of));
    case 'all of':
      return term.parts.length === 0 ? 'true' : term.parts.map(inner).join(' and ');
    case 'any of':
      return term.parts.length === 0 ? 'false' : ofAlternatives(term.parts);
    case 'every':
      return `for each ${memberOf(term.range)} ${spanOf(term.range)}: ${ofSimple(simplified(term.holds))}`;
    case 'some':
      return `for some ${memberOf(term.range)} ${spanOf(term.range)}: ${ofSimple(simplified(term.holds))}`;
    case 'applied':
      return phraseOf(term, true);
  }
}

/** `A, or B`; several values of one number are said at once. */
function ofAlternatives(parts: readonly Bool[]): string {
  const subjects = parts.map((part) => (isValue(part) ? ofNum(part.left) : undefined));
  const [first] = parts;
  if (first !== undefined && isValue(first) && subjects.every((one) => one === subjects[0])) {
    const values = parts.map((part) => (isValue(part) ? ofNum(part.right, literalsOf(part.left)) : ''));
    return `${ofNum(first.left)} is ${values.join(' or ')}`;
  }
  return parts.map((part) => (part.kind === 'all of' ? ofSimple(part) : inner(part))).join(', or ');
}

type Comparing = Bool & { kind: 'compare' };
const isValue = (part: Bool): part is Comparing =>
  part.kind === 'compare' && part.how === '=' && part.right.kind === 'number' && !isFlag(part.left);

function ofComparison(term: Comparing): string {
  const { how, left, right } = term;
  if (left.kind === 'number' && right.kind !== 'number') {
    return ofComparison({ ...term, how: turned[how], left: right, right: left });
  }
  const set = how === '=' || how === '≠' ? flagValue(left, right) : undefined;
  if (set !== undefined) return flagOf(left as Held, set === (how === '='));
  return `${ofNum(left, literalsOf(right))} ${comparisons[how]} ${ofNum(right, literalsOf(left))}`;
}

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
  return range === undefined ? `of the ${words} from ${ofNum(from)} on` : `of ${range} at ${ofNum(from)}`;
}

/** The phrase of a definition, with what it is applied to in its places. */
function phraseOf({ definition, to }: Applied<Num | Bool | Effect>, isSo: boolean): string {
  const { phrase, subjects } = definition;
  return verbed(
    filled(phrase, (at) => ofNum(to[at] as Num, named(subjects[at])), subjects),
    isSo,
  );
}

/** Each `{name}` replaced by what stands at its place among the names; without names, by what is next. */
function filled(template: string, place: (at: number) => string, names?: readonly string[]): string {
  let next = 0;
  return template.replace(/\{(\w+)\}/g, (_, name: string) => place(names?.indexOf(name) ?? next++));
}

/** The verb of a phrase stands in brackets, with its negative behind it where that is not regular. */
const verbed = (phrase: string, isSo: boolean): string =>
  phrase.replace(/\[(\w+)(?:\|([\w ]+))?\]/, (_, verb: string, opposite?: string) =>
    isSo ? verb : (opposite ?? negative(verb)),
  );

const auxiliaries = new Set(['is', 'are', 'was', 'were', 'may', 'can']);
function negative(verb: string): string {
  if (auxiliaries.has(verb)) return `${verb} not`;
  const base = verb === 'has' ? 'have' : verb.replace(/(go|pass)es$/, '$1').replace(/s$/, '');
  return `does not ${base}`;
}
