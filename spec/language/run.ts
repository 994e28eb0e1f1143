/**
 * Terms as JavaScript, over `s` (the state), `c` (its cells) and `a` (the arguments and notes of the call). One
 * function is made of a whole rule.
 * why: a rule as one straight function runs ten times as fast as the same rule as a tree of closures, and the terms
 * stay the only source; docs/decisions/0010-rules-become-functions.md.
 */
import { families, fields } from '../fields.ts';
import { attributes, quantities, readAttribute } from '../given.ts';
import type { Config } from '../config.ts';
import type { Layout, State } from '../state.ts';
import { isAmong } from './for-call.ts';
import type { Caller } from './for-call.ts';
import { doneName, isAtom, partsOf, sortOf } from './term.ts';
import type { Applied, Bool, CellTerm, Definition, Effect, Num, Operator, Range, Term } from './term.ts';

/** The arguments of one call, by position; position 0 is the CPU that issues it. */
export type Args = Int32Array;
export const argsLength = 32;
/** A parameter at position p stands at p + `passedAt` as the caller passed it, before an alias was resolved. */
export const passedAt = 12;
/** Positions from here on hold what a call has noted. */
export const firstNote = 26;

/** What a term is compiled for: the layout of the state, and where each parameter and each note stands. */
export interface Binding {
  readonly layout: Layout;
  readonly config: Config;
  readonly positions: Readonly<Record<string, number>>;
  /** Of a law of steps: the call that it is compiled for. */
  readonly caller?: Caller;
  /** Looks at the number of each cell before it is used, where that is wanted. */
  readonly within?: Within;
}

/** A number of a cell of a field that has so many. */
type Within = (field: string, size: number) => (index: number) => number;

/** A rule touched a cell that is not there. */
export class MissingCell extends Error {}

/** To touch a cell that is not there is an error. */
export const orError: Within =
  (field, size) =>
  (index): number => {
    if (index >= 0 && index < size) return index;
    throw new MissingCell(`unreachable: of ${field} there are ${size}, and not a number ${index}`);
  };

export type Run<T> = (state: State, args: Args) => T;

/** Made when it is first run: of the functions of all rules most are never asked for. */
export function madeWhenRun<T>(make: () => Run<T>): Run<T> {
  let run: Run<T> | undefined;
  return (state, args) => (run ??= make())(state, args);
}

/** What each name is in JavaScript, where it does not stand in the arguments of the call. */
export type Names = ReadonlyMap<string, string>;
/** The names of the CPU, and of a parameter as it was passed. */
export const cpuName = 'this CPU';
export const passedName = (name: string): string => `passed ${name}`;
const noNames: Names = new Map();
/** The array that cells are read from stands among the names where it is not that of the present state. */
const cellsKey = '(cells)';
const cellsIn = (names: Names): string => names.get(cellsKey) ?? 'c';

export class Emitter {
  readonly binding: Binding;
  private readonly linked: unknown[] = [];
  private readonly helpers: string[] = [];
  private readonly known = new Map<Definition, string>();
  private variables = 0;
  /** What every function is given: the state, its cells, those before the step where there are such, the arguments. */
  private readonly state: readonly string[];

  constructor(binding: Binding) {
    this.binding = binding;
    this.state = binding.caller === undefined ? ['s', 'c', 'a'] : ['s', 'c', 'b', 'a'];
  }

  /** A number or a condition as an expression. */
  of(term: Num | Bool, names: Names = noNames): string {
    switch (term.kind) {
      case 'number':
        return `(${term.value})`;
      case 'name':
        return names.get(term.name) ?? `a[${this.positionOf(term.name)}]`;
      case 'passed':
        return names.get(passedName(term.name)) ?? `a[${this.positionOf(term.name) + passedAt}]`;
      case 'this CPU':
        return names.get(cpuName) ?? 'a[0]';
      case 'quantity':
        return `(${quantities[term.name].read(this.binding.config)})`;
      case 'attribute':
        return this.attribute(term, names);
      case 'cell':
        return `${cellsIn(names)}[${this.place(term, names)}]`;
      case 'arithmetic':
        return operators[term.how](this.of(term.left, names), this.of(term.right, names));
      case 'compare':
        return `(${this.of(term.left, names)} ${comparisons[term.how]} ${this.of(term.right, names)})`;
      case 'choose':
        return `(${this.of(term.when, names)} ? ${this.of(term.then, names)} : ${this.of(term.otherwise, names)})`;
      case 'not':
        return `!${this.of(term.of, names)}`;
      case 'all of':
        return this.joined(term.parts, '&&', 'true', names);
      case 'any of':
        return this.joined(term.parts, '||', 'false', names);
      case 'first':
        return this.searched(term.range, term.where, names, (member) => [`return ${member};`, 'return -1;']);
      case 'every':
        return this.searched(term.range, { kind: 'not', of: term.holds }, names, () => [
          'return false;',
          'return true;',
        ]);
      case 'some':
        return this.searched(term.range, term.holds, names, () => ['return true;', 'return false;']);
      case 'sum':
        return this.summed(term, names);
      case 'tally':
        if (names.has(cellsKey)) throw new Error(`unreachable: of ${term.tally.name} only the present count is kept`);
        return `s.ghost.${term.tally.name}[${this.of(term.of, names)}]`;
      case 'before':
        if (this.binding.caller === undefined) notOfSteps();
        return this.of(term.of, new Map([...names, [cellsKey, 'b']]));
      case 'done':
        return names.get(doneName) ?? notOfSteps();
      case 'call':
        return String(isAmong(term, this.binding.caller ?? notOfSteps()));
      case 'applied':
        return this.applied(term, names);
    }
  }

  /** An effect as statements. */
  statement(effect: Effect, names: Names = noNames): string {
    switch (effect.kind) {
      case 'set':
        return `s.set(${this.place(effect.cell, names)}, ${this.of(effect.to, names)});`;
      case 'sequence':
        return effect.effects.map((one) => this.statement(one, names)).join('\n');
      case 'when': {
        const otherwise = effect.otherwise === undefined ? '' : ` else { ${this.statement(effect.otherwise, names)} }`;
        return `if (${this.of(effect.condition, names)}) { ${this.statement(effect.then, names)} }${otherwise}`;
      }
      case 'for each':
        return this.loop(effect.range, names, (inner) => this.statement(effect.effect, inner));
      case 'while':
        return `while (${this.of(effect.condition, names)}) { ${this.statement(effect.effect, names)} }`;
      case 'note':
        return `a[${this.positionOf(effect.name)}] = ${this.of(effect.is, names)};`;
      case 'answer':
        return `s.answer = ${this.of(effect.with, names)};`;
      case 'applied':
        return this.done(effect, names);
    }
  }

  /** A name for a function or table that the expression uses. */
  link(value: unknown): string {
    const known = this.linked.indexOf(value);
    return `f${known < 0 ? this.linked.push(value) - 1 : known}`;
  }

  /** Make a function of statements or, after `return`, of an expression. */
  build<T>(body: string, head = '(s, a) => { const c = s.cells;'): Run<T> {
    const names = this.linked.map((_, i) => `f${i}`);
    const text = `${this.helpers.join('\n')}\nreturn ${head} ${body} };`;
    // oxlint-disable-next-line typescript/no-implied-eval -- the text comes from our own terms alone
    const make = new Function(...names, text) as (...values: unknown[]) => (state: State, args: Args) => T;
    return make(...this.linked);
  }

  private positionOf(name: string): number {
    const position = this.binding.positions[name];
    if (position === undefined) throw new Error(`unreachable: no parameter ${name}`);
    return position;
  }

  /** Where a cell lies in the vector: the last of its numbers runs fastest. */
  private place({ field, at }: CellTerm, names: Names): string {
    const { over } = fields[field];
    const { layout, within } = this.binding;
    const sizes = families[over].map((dimension) => layout.dimensions[dimension]);
    const offset = at.reduce<string>((outer, one, i) => {
      const given = this.of(one, names);
      const index = within === undefined ? given : `${this.link(within(field, sizes[i] ?? 0))}(${given})`;
      return i === 0 ? index : `(${outer}) * ${sizes[i]} + ${index}`;
    }, '0');
    return `${layout.base[field]} + ${offset}`;
  }

  private attribute({ name, of }: Num & { kind: 'attribute' }, names: Names): string {
    const given = of.map((one) => this.of(one, names));
    return `${this.link(readAttribute(attributes[name], this.binding.config))}(${given.join(', ')})`;
  }

  private joined(parts: readonly Bool[], by: string, empty: string, names: Names): string {
    return parts.length === 0 ? empty : `(${parts.map((part) => this.of(part, names)).join(` ${by} `)})`;
  }

  /** A loop as an expression: a function of its own, which is given every name that it refers to. */
  private searched(range: Range, where: Bool, names: Names, ends: (member: string) => [string, string]): string {
    return this.aside(names, (inside) => {
      let found = '';
      const loop = this.loop(range, inside, (inner) => {
        const [here, after] = ends(inner.get(range.member) as string);
        found = after;
        return `if (${this.of(where, inner)}) ${here}`;
      });
      return `${loop} ${found}`;
    });
  }

  private summed({ range, of }: Num & { kind: 'sum' }, names: Names): string {
    return this.aside(names, (inside) => {
      const loop = this.loop(range, inside, (inner) => `sum += ${this.of(of, inner)};`);
      return `let sum = 0; ${loop} return sum;`;
    });
  }

  /** Statements as an expression: a function of their own, which is given the names that it needs. */
  private aside(names: Names, body: (inside: Names) => string): string {
    const inside = new Map([...names.keys()].map((name) => [name, this.variable()]));
    const text = body(inside);
    const needed = [...names].filter(([name]) => new RegExp(`\\b${inside.get(name) as string}\\b`).test(text));
    const parameters = needed.map(([name]) => inside.get(name) as string);
    const name = this.helper(parameters, text);
    return this.called(
      name,
      needed.map(([, given]) => given),
    );
  }

  private loop(range: Range, names: Names, body: (inner: Names) => string): string {
    const [member, end] = [this.variable(), this.variable()];
    const head = `let ${member} = ${this.of(range.from, names)}, ${end} = ${member} + ${this.of(range.count, names)}`;
    return `for (${head}; ${member} < ${end}; ${member}++) { ${body(new Map([...names, [range.member, member]]))} }`;
  }

  /** A definition where it is used: in its place if nothing is computed twice or at another time, else as a function. */
  private applied({ definition, to }: Applied<Num | Bool>, names: Names): string {
    const given = to.map((one) => this.of(one, names));
    const inPlace = definition.subjects.every((name, i) => isAtom(to[i] as Num) || usesOf(definition.means, name) < 2);
    if (inPlace) return this.of(definition.means, namesOf(definition, given, names));
    return this.called(this.defined(definition), given, cellsIn(names));
  }

  private done({ definition, to }: Applied<Effect>, names: Names): string {
    const given = to.map((one) => this.of(one, names));
    if (to.every(isAtom)) return this.statement(definition.means, namesOf(definition, given));
    return `${this.called(this.defined(definition), given)};`;
  }

  /** A definition as a function, made once for each rule that uses it. */
  private defined(definition: Definition): string {
    const known = this.known.get(definition);
    if (known !== undefined) return known;
    const subjects = definition.subjects.map(() => this.variable());
    const names = namesOf(definition, subjects);
    const { means } = definition;
    const body = isEffect(means) ? this.statement(means, names) : `return ${this.of(means, names)};`;
    const name = this.helper(subjects, body);
    this.known.set(definition, name);
    return name;
  }

  private helper(parameters: Iterable<string>, body: string): string {
    const name = `h${this.helpers.length}`;
    this.helpers.push(`const ${name} = (${[...this.state, ...parameters].join(', ')}) => { ${body} };`);
    return name;
  }

  /** A function that is called where `cells` are what is read. */
  private called(name: string, given: Iterable<string>, cells = 'c'): string {
    const state = this.state.map((one) => (one === 'c' ? cells : one));
    return `${name}(${[...state, ...given].join(', ')})`;
  }

  private variable(): string {
    return `x${this.variables++}`;
  }
}

export const isEffect = (term: Term): term is Effect => sortOf(term) === 'effect';

/** The subjects of a definition, and no name of the place where it stands but that of the cells. */
function namesOf({ subjects }: Definition, given: readonly string[], around: Names = noNames): Names {
  const own = subjects.map((name, i) => [name, given[i] as string] as const);
  return around.has(cellsKey) ? new Map([...own, [cellsKey, cellsIn(around)]]) : new Map(own);
}

/** How often a term refers to a name. */
const usesOf = (term: Term, name: string): number =>
  term.kind === 'name' && term.name === name ? 1 : partsOf(term).reduce((uses, part) => uses + usesOf(part, name), 0);

/** Only laws of steps may say it. */
export function notOfSteps(): never {
  throw new Error('unreachable: only a law of steps speaks of a step');
}

const comparisons = { '=': '===', '≠': '!==', '<': '<', '≤': '<=', '>': '>', '≥': '>=' } as const;
const operators: Readonly<Record<Operator, (left: string, right: string) => string>> = {
  '+': (left, right) => `(${left} + ${right})`,
  '-': (left, right) => `(${left} - ${right})`,
  '*': (left, right) => `(${left} * ${right})`,
  div: (left, right) => `Math.floor(${left} / ${right})`,
  mod: (left, right) => `(${left} % ${right})`,
  or: (left, right) => `(${left} | ${right})`,
  and: (left, right) => `(${left} & ${right})`,
  without: (left, right) => `(${left} & ~${right})`,
};
