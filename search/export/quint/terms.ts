/**
 * Terms in Quint, which has neither statements nor loops: an effect is an expression for the state after it, and what a
 * call notes is a part of the state as long as the call lasts. No name may hide another one.
 */
import type { Layout } from '../../../spec/state.ts';
import { sortOf } from '../../../spec/language/term.ts';
import type { Bool, CellTerm, Definition, Effect, Num, Range, Term } from '../../../spec/language/term.ts';
import { known } from '../body.ts';
import type { Names } from '../body.ts';
import { mostOf } from '../cells.ts';
import { indented, literal } from '../dialect.ts';
import { ExpressionWriter, tallied } from '../expressions.ts';
import type { Searched } from '../expressions.ts';
import { freeInDefinition, identifier, variableOf } from '../names.ts';
import { placeOf, quintExpressions } from './dialect.ts';

/** The state where a term stands is a name like others. */
export const stateKey = 'this state';
const firstState = 's0';

export class QuintWriter extends ExpressionWriter {
  private readonly notes: ReadonlySet<string>;
  private variables = 0;

  constructor(layout: Layout, notes: ReadonlySet<string>) {
    super(layout, quintExpressions);
    this.notes = notes;
  }

  /** An effect as an expression: the state after it. */
  after(effect: Effect, names: Names): string {
    const state = known(names, stateKey);
    switch (effect.kind) {
      case 'set':
        return this.set(effect.cell, this.of(effect.to, names), names);
      case 'sequence':
        return this.inTurn(effect.effects, names, (_, last) => last);
      case 'when': {
        const otherwise = effect.otherwise === undefined ? state : this.after(effect.otherwise, names);
        return this.expressions.choose(this.of(effect.condition, names), this.after(effect.then, names), otherwise);
      }
      case 'for each': {
        const { range } = effect;
        const inner = this.inside(names, [stateKey, 's'], [range.member, variableOf(range.member)]);
        const heads = [stateKey, range.member].map((key) => known(inner, key)).join(', ');
        return `${this.members(range, names)}.foldl(${state}, (${heads}) => ${this.after(effect.effect, inner)})`;
      }
      case 'while':
        return this.repeated(effect.condition, effect.effect, names);
      case 'note':
        return `${state}.with("${variableOf(effect.name)}", ${this.of(effect.is, names)})`;
      case 'answer':
        return state;
      case 'applied':
        return this.applied(effect, names);
    }
  }

  /** Effects one after the other, and what then is made of the last state. */
  inTurn(effects: readonly Effect[], names: Names, then: (names: Names, last: string) => string): string {
    let now = names;
    const lines = effects.map((effect) => {
      const next = this.inside(now, [stateKey, 's']);
      const line = `val ${known(next, stateKey)} = ${this.after(effect, now)}`;
      now = next;
      return line;
    });
    const last = then(now, known(now, stateKey));
    return lines.length === 0 ? last : ['{', ...indented([...lines, last]), '}'].join('\n');
  }

  /** What it does for as long as the condition holds, which is never longer than any number in the state can count. */
  private repeated(condition: Bool, effect: Effect, names: Names): string {
    const inner = this.inside(names, [stateKey, 's'], ['a turn', 'turn']);
    const turn = this.expressions.choose(this.of(condition, inner), this.after(effect, inner), known(inner, stateKey));
    const heads = [stateKey, 'a turn'].map((key) => known(inner, key)).join(', ');
    return `range(0, ${mostOf(this.layout)}).foldl(${known(names, stateKey)}, (${heads}) => ${turn})`;
  }

  private set({ field, at }: CellTerm, to: string, names: Names): string {
    const state = known(names, stateKey);
    if (this.layout.size[field] === 0) return `no_state(${state})`;
    const own = identifier(field);
    if (at.length === 0) return `${state}.with("${own}", ${to})`;
    return `${state}.with("${own}", ${state}.${own}.set(${this.place(at, names)}, ${to}))`;
  }

  protected cell({ field, at }: CellTerm, names: Names): string {
    const own = `${known(names, stateKey)}.${identifier(field)}`;
    return at.length === 0 ? own : `${own}.get(${this.place(at, names)})`;
  }

  private place(at: readonly Num[], names: Names): string {
    return placeOf(at.map((one) => this.of(one, names)));
  }

  protected noCell(): string {
    return 'no_cell';
  }

  /** What the call has noted is in the state, unless a definition was given it. */
  protected override named(name: string, names: Names): string {
    if (!names.has(name) && this.notes.has(name)) return `${known(names, stateKey)}.${variableOf(name)}`;
    return known(names, name);
  }

  protected state(names: Names): readonly string[] {
    return [known(names, stateKey)];
  }

  protected searched(term: Searched, where: Bool, names: Names): string {
    const [member, inner] = this.member(term.range, names);
    const condition = `${member} => ${this.of(where, inner)}`;
    const { from, count } = term.range;
    const first = this.of(from, names);
    const end = `${first} + ${this.of(count, names)}`;
    if (term.kind === 'every') return `${first}.to(${end} - 1).forall(${condition})`;
    if (term.kind === 'some') return `${first}.to(${end} - 1).exists(${condition})`;
    return `first_of(${this.members(term.range, names)}.select(${condition}))`;
  }

  protected counted(term: Num & { kind: 'sum' | 'tally' }, names: Names): string {
    if (term.kind === 'sum') {
      const [member, inner] = this.member(term.range, names);
      const total = this.fresh('total');
      return `${this.members(term.range, names)}.foldl(0, (${total}, ${member}) => ${total} + ${this.of(term.of, new Map([...inner, ['a total', total]]))})`;
    }
    return this.of(...tallied(term, this.of(term.of, names), names));
  }

  /** A function, in which variables are numbered from 1 on. */
  apart<T>(write: () => T): T {
    const before = this.variables;
    this.variables = 0;
    const written = write();
    this.variables = before;
    return written;
  }

  /** The same names, and more: each key by a name like the one that is given with it. */
  private inside(names: Names, ...more: readonly (readonly [string, string])[]): Names {
    return new Map([...names, ...more.map(([key, like]) => [key, this.fresh(like)] as const)]);
  }

  /** A name that nothing else in the function has. */
  private fresh(like: string): string {
    return `${like}${++this.variables}`;
  }

  /** The numbers of a range, in order. */
  private members({ from, count }: Range, names: Names): string {
    const first = this.of(from, names);
    return `range(${first}, ${first} + ${this.of(count, names)})`;
  }

  private member({ member }: Range, names: Names): [string, Names] {
    const inner = this.inside(names, [member, variableOf(member)]);
    return [known(inner, member), inner];
  }

  protected tableText(name: string, cases: readonly (readonly [number, number])[], otherwise: number): string {
    const found = cases.map(([at, value]) => `if (place == ${at}) ${literal(value)} else `);
    return this.numberText(name, ['place'], `${found.join('')}${literal(otherwise)}`);
  }

  protected numberText(name: string, parameters: readonly string[], is: string): string {
    return `pure def ${name}(${parameters.map((one) => `${one}: int`).join(', ')}): int = ${is}`;
  }

  protected definedText(name: string, definition: Definition): string {
    const keys = [...definition.subjects, ...freeInDefinition(definition)];
    const names = new Map([[stateKey, firstState], ...keys.map((key) => [key, variableOf(key)] as const)]);
    const { means } = definition;
    const parameters = [`${firstState}: Cells`, ...keys.map((key) => `${variableOf(key)}: int`)].join(', ');
    const returns = { number: 'int', condition: 'bool', effect: 'Cells' }[sortOf(means)];
    const is = this.apart(() => (isEffect(means) ? this.after(means, names) : this.of(means, names)));
    return `pure def ${name}(${parameters}): ${returns} = ${is}`;
  }
}

const isEffect = (term: Term): term is Effect => sortOf(term) === 'effect';
