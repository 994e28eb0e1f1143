/**
 * Terms evaluated as they stand, a closure for each node, where text may not become functions. `run.ts` is the fast form,
 * and `terms.test.ts` holds the two together.
 */
import { families, fields } from '../fields.ts';
import { attributes, quantities, readAttribute } from '../given.ts';
import type { State } from '../state.ts';
import { isAmong } from './for-call.ts';
import { cpuName, notOfSteps, passedAt, passedName } from './run.ts';
import type { Args, Binding, Run } from './run.ts';
import { doneName } from './term.ts';
import type { Bool, CellTerm, Comparison, Definition, Effect, Num, Operator, Range } from './term.ts';

type Value = number | boolean;
type Read<T extends Value = number> = () => T;

/** What stands under each name, and whether cells are those before the step. */
export interface Around {
  readonly names: ReadonlyMap<string, Read<Value>>;
  readonly isBefore?: boolean;
}
const nothing: Around = { names: new Map() };

/** What terms are about: a state, or the cells of one with what is counted beside it. */
interface Seen {
  readonly cells: Int32Array;
  readonly ghost?: object;
}
type Tallies = Readonly<Record<string, ArrayLike<number>>>;

/** A number under a name. The terms of one evaluator never call themselves, so that each name needs one place alone. */
export class Place {
  value = 0;
  readonly read = (): number => this.value;
}

const named = (around: Around, name: string, read: Read<Value>): Around => ({
  ...around,
  names: new Map([...around.names, [name, read]]),
});

export class Evaluator {
  private readonly binding: Binding;
  /** What is looked at now, in the place of what a compiled function is called with. */
  private state: Seen = { cells: new Int32Array() };
  private before = this.state.cells;
  /** The state, where there are effects: they are those of rules, which are given one. */
  private written: State | undefined;
  private args: Args = new Int32Array();

  constructor(binding: Binding) {
    this.binding = binding;
  }

  /** Look at these from now on. `before`: the cells before the step, of which laws of steps speak. */
  look(state: Seen, args: Args, before = state.cells): void {
    this.state = state;
    this.before = before;
    this.args = args;
  }

  /** A term as a function of a state and arguments. */
  run<T>(term: Read<Value> | (() => void)): Run<T> {
    return (state, args) => {
      this.look(state, args);
      this.written = state;
      return term() as T;
    };
  }

  of(term: Num, around?: Around): Read;
  of(term: Bool, around?: Around): Read<boolean>;
  of(term: Num | Bool, around?: Around): Read<Value>;
  of(term: Num | Bool, around = nothing): Read<Value> {
    switch (term.kind) {
      case 'number':
        return () => term.value;
      case 'name':
        return around.names.get(term.name) ?? this.argument(this.positionOf(term.name));
      case 'passed':
        return around.names.get(passedName(term.name)) ?? this.argument(this.positionOf(term.name) + passedAt);
      case 'this CPU':
        return around.names.get(cpuName) ?? this.argument(0);
      case 'quantity': {
        const value = quantities[term.name].read(this.binding.config);
        return () => value;
      }
      case 'attribute': {
        const attribute = readAttribute(attributes[term.name], this.binding.config);
        const of = term.of.map((one) => this.of(one, around));
        return () => attribute(...of.map((one) => one()));
      }
      case 'cell': {
        const place = this.place(term, around);
        if (around.isBefore === true) return () => this.before[place()] as number;
        return () => this.state.cells[place()] as number;
      }
      case 'arithmetic':
        return applyTo(operators[term.how], this.of(term.left, around), this.of(term.right, around));
      case 'compare':
        return applyTo(comparisons[term.how], this.of(term.left, around), this.of(term.right, around));
      case 'choose': {
        const [then, otherwise] = [this.of(term.then, around), this.of(term.otherwise, around)];
        const when = this.of(term.when, around);
        return () => (when() ? then() : otherwise());
      }
      case 'not': {
        const of = this.of(term.of, around);
        return () => !of();
      }
      case 'all of':
      case 'any of': {
        const decides = term.kind === 'any of';
        const parts = term.parts.map((part) => this.of(part, around));
        return () => parts.some((part) => part() === decides) === decides;
      }
      case 'first':
        return this.searched(term.range, term.where, around, (member) => member, -1);
      case 'every':
        return this.searched(term.range, { kind: 'not', of: term.holds }, around, () => false, true);
      case 'some':
        return this.searched(term.range, term.holds, around, () => true, false);
      case 'sum':
        return this.summed(term, around);
      case 'tally': {
        if (around.isBefore === true) throw new Error(`unreachable: of ${term.tally.name} only the present is kept`);
        const of = this.of(term.of, around);
        return () => (this.state.ghost as Tallies)[term.tally.name]?.[of()] as number;
      }
      case 'before':
        if (this.binding.caller === undefined) notOfSteps();
        return this.of(term.of, { ...around, isBefore: true });
      case 'done':
        return around.names.get(doneName) ?? notOfSteps();
      case 'call': {
        const is = isAmong(term, this.binding.caller ?? notOfSteps());
        return () => is;
      }
      case 'applied': {
        const { bind, inside } = this.applied(term, around);
        const means = this.of(term.definition.means, inside);
        return () => {
          bind();
          return means();
        };
      }
    }
  }

  statement(effect: Effect, around = nothing): () => void {
    switch (effect.kind) {
      case 'set': {
        const [place, to] = [this.place(effect.cell, around), this.of(effect.to, around)];
        return () => this.written?.set(place(), to());
      }
      case 'sequence': {
        const effects = effect.effects.map((one) => this.statement(one, around));
        return () => effects.forEach((one) => one());
      }
      case 'when': {
        const condition = this.of(effect.condition, around);
        const then = this.statement(effect.then, around);
        const otherwise = effect.otherwise && this.statement(effect.otherwise, around);
        return () => (condition() ? then() : otherwise?.());
      }
      case 'for each': {
        const { each, inside } = this.loop(effect.range, around);
        const done = this.statement(effect.effect, inside);
        return () =>
          void each(() => {
            done();
            return false;
          });
      }
      case 'while': {
        const [condition, done] = [this.of(effect.condition, around), this.statement(effect.effect, around)];
        return () => {
          while (condition()) done();
        };
      }
      case 'note': {
        const [position, is] = [this.positionOf(effect.name), this.of(effect.is, around)];
        return () => void (this.args[position] = is());
      }
      case 'answer': {
        const given = this.of(effect.with, around);
        return () => {
          if (this.written !== undefined) this.written.answer = given();
        };
      }
      case 'applied': {
        const { bind, inside } = this.applied(effect, around);
        const means = this.statement(effect.definition.means, inside);
        return () => {
          bind();
          means();
        };
      }
    }
  }

  private argument(position: number): Read {
    return () => this.args[position] as number;
  }

  private positionOf(name: string): number {
    const position = this.binding.positions[name];
    if (position === undefined) throw new Error(`unreachable: no parameter ${name}`);
    return position;
  }

  /** Where a cell lies in the vector: the last of its numbers runs fastest. */
  private place({ field, at }: CellTerm, around: Around): Read {
    const { layout, within } = this.binding;
    const base = layout.base[field];
    const places = at.map((one, i) => {
      const size = layout.dimensions[families[fields[field].over][i] as never] as number;
      const read = this.of(one, around);
      const inside = within?.(field, size);
      return { size, read: inside === undefined ? read : () => inside(read()) };
    });
    return () => base + places.reduce((outer, { size, read }, i) => (i === 0 ? read() : outer * size + read()), 0);
  }

  /** A definition where it is used: what it is applied to is evaluated once, before it. */
  private applied(
    { definition, to }: { readonly definition: Definition; readonly to: readonly Num[] },
    around: Around,
  ) {
    const given = to.map((one) => this.of(one, around));
    const places = definition.subjects.map(() => new Place());
    const names = new Map(definition.subjects.map((name, i) => [name, (places[i] as Place).read] as const));
    const bind = (): void => places.forEach((place, i) => (place.value = (given[i] as Read)()));
    return { bind, inside: { ...around, names } };
  }

  /** `each` goes through the members until it is told that this one was it. */
  private loop({ member, from, count }: Range, around: Around) {
    const [first, length] = [this.of(from, around), this.of(count, around)];
    const place = new Place();
    const each = (isIt: Read<boolean>): boolean => {
      const start = first();
      const end = start + length();
      for (let at = start; at < end; at++) {
        place.value = at;
        if (isIt()) return true;
      }
      return false;
    };
    return { each, member: place.read, inside: named(around, member, place.read) };
  }

  private searched<T extends Value>(range: Range, where: Bool, around: Around, found: (at: number) => T, otherwise: T) {
    const { each, member, inside } = this.loop(range, around);
    const isIt = this.of(where, inside);
    return (): T => (each(isIt) ? found(member()) : otherwise);
  }

  private summed({ range, of }: Num & { kind: 'sum' }, around: Around): Read {
    const { each, inside } = this.loop(range, around);
    const addend = this.of(of, inside);
    return () => {
      let sum = 0;
      each(() => {
        sum += addend();
        return false;
      });
      return sum;
    };
  }
}

const applyTo =
  <T extends Value>(how: (left: number, right: number) => T, left: Read, right: Read): Read<T> =>
  () =>
    how(left(), right());

const comparisons: Readonly<Record<Comparison, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '≠': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '≤': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '≥': (left, right) => left >= right,
};
const operators: Readonly<Record<Operator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  div: (left, right) => Math.floor(left / right),
  mod: (left, right) => left % right,
  or: (left, right) => left | right,
  and: (left, right) => left & right,
  without: (left, right) => left & ~right,
};
