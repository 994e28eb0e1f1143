/**
 * The generator. It draws a call, then an end for it (mostly `done`, else a refusal by one of its guards), then the
 * arguments one after the other so that the call comes to that end. What cannot be met is issued as it is: a wrong call
 * is answered, never filtered. It knows nothing of any call beyond its rule.
 */
import { bindingOf, done } from '../../spec/transition-system.ts';
import type { CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import { firstNote, passedAt } from '../../spec/language/run.ts';
import type { Args, Binding } from '../../spec/language/run.ts';
import { searchFor, writeOut } from './directed.ts';
import type { DirectedArguments, DirectedSearch } from './directed.ts';
import { searchPlainly } from './directed-plain.ts';
import { targetsOf, valuesOf } from './plan.ts';
import type { Random } from './random.ts';

/** How often a call is drawn, relative to 1, by its name. */
export type Weights = Readonly<Record<string, number>>;

/** The values worth passing for an argument of a call, where that is not all that its parameter offers. */
export type Offers = (call: string, name: string) => readonly number[] | undefined;

/** One call of a machine, with its ends that it can be directed at. */
interface Directed {
  readonly rule: CompiledRule;
  readonly values: readonly Int32Array[];
  readonly toDone: DirectedArguments | undefined;
  readonly toGuards: readonly (readonly [guard: number, direct: DirectedArguments])[];
}

/** One call of a machine, as the generator sees it. */
interface Kind extends Directed {
  readonly toRefusal: readonly Refusal[];
}

/** A guard that a call can be directed at, by its number. */
interface Refusal {
  readonly guard: number;
  readonly direct: DirectedArguments;
  /** How often it was reached in this sequence. */
  reached: number;
}

/** Draws from the numbers of whichever generator is at work. */
class Source implements Pick<Random, 'below'> {
  random: Random | undefined;

  below(count: number): number {
    if (this.random === undefined) throw new Error('unreachable: no generator is at work');
    return this.random.below(count);
  }
}
const source = new Source();

/** Nothing else than what the parameters offer. */
export const allThatIsOffered: Offers = () => undefined;

const drawnFrom = 1024;
const directedAtDone = 0.85;
/** How many calls are tried until one can come to the end that was drawn for it. */
const callsTried = 4;

export class Generator {
  private readonly kinds: readonly Kind[];
  /** Numbers of kinds, each as often as its weight asks for. */
  private readonly lots: Uint16Array;
  private readonly random: Random;
  private readonly cpus: number;

  constructor(system: TransitionSystem, random: Random, weights: Weights = {}, offers = allThatIsOffered) {
    this.random = random;
    this.cpus = system.config.cpus;
    this.kinds = [...system.rules.values()].map((rule) => {
      const directed = directedOf(system, rule, offers);
      return {
        ...directed,
        toRefusal: directed.toGuards.map(([guard, direct]) => ({ guard, direct, reached: 0 })),
      };
    });
    // why: of a call for whose argument there is no value none can be made.
    this.lots = makeLots(this.kinds.map((kind) => (canBeMade(kind) ? (weights[kind.rule.rule.call] ?? 1) : 0)));
  }

  /** Draw the next call for a state; its arguments are put into `args`. */
  next(state: State, args: Args): CompiledRule {
    this.begin(args);
    for (let tried = 1; ; tried++) {
      const kind = this.kinds[this.lots[this.random.below(drawnFrom)] as number] as Kind;
      const reached =
        this.random.below(100) < directedAtDone * 100 ? kind.toDone?.(state, args) : this.refuse(kind, state, args);
      if (reached === true) return kind.rule;
      if (tried === callsTried) return this.refuse(kind, state, args) ? kind.rule : this.anything(kind, args);
    }
  }

  /**
   * Direct this call at being done, or at the refusal by a guard; nothing where the system lacks it, or no arguments were
   * found.
   */
  direct(call: string, state: State, args: Args, end = done): CompiledRule | undefined {
    this.begin(args);
    const kind = this.kinds.find(({ rule }) => rule.rule.call === call);
    const direct = end === done ? kind?.toDone : kind?.toRefusal.find(({ guard }) => guard === end)?.direct;
    return direct?.(state, args) === true ? kind?.rule : undefined;
  }

  /** why: what a call has noted on its way is not to decide how the next one is drawn. */
  private begin(args: Args): void {
    source.random = this.random;
    args.fill(0, firstNote);
  }

  /** Of two guards that are drawn, the call is directed at the one that was reached less often so far. */
  private refuse({ toRefusal }: Kind, state: State, args: Args): boolean {
    if (toRefusal.length === 0) return false;
    const one = toRefusal[this.random.below(toRefusal.length)] as Refusal;
    const other = toRefusal[this.random.below(toRefusal.length)] as Refusal;
    const rarer = other.reached < one.reached ? other : one;
    const reached = rarer.direct(state, args);
    if (reached) rarer.reached++;
    return reached;
  }

  /** Begin another sequence. */
  restart(): void {
    for (const { toRefusal } of this.kinds) for (const refusal of toRefusal) refusal.reached = 0;
  }

  /** The call with any arguments, whatever comes of it. */
  private anything(kind: Kind, args: Args): CompiledRule {
    args[0] = this.random.below(this.cpus);
    for (let position = 0; position < kind.values.length; position++) {
      const values = kind.values[position] as Int32Array;
      const value = values[this.random.below(values.length)] as number;
      args[position + 1 + passedAt] = value;
      args[position + 1] = kind.rule.resolve[position]?.[value] ?? value;
    }
    return kind.rule;
  }
}

/** Of rules that systems have in common; where a guard is left out, other values are tried. */
type ByRule = WeakMap<CompiledRule, Directed>;
const known = new WeakMap<Offers, { readonly whole: ByRule; readonly leftOut: ByRule }>();

/** The ends of a call: the same for all generators to which the same values are offered. */
function directedOf(system: TransitionSystem, rule: CompiledRule, offers: Offers): Directed {
  const ofOffers = known.get(offers) ?? { whole: new WeakMap(), leftOut: new WeakMap() };
  known.set(offers, ofOffers);
  const byRule = ofOffers[system.leftOut === undefined ? 'whole' : 'leftOut'];
  const directed = byRule.get(rule) ?? endsOf(system, rule, offers);
  byRule.set(rule, directed);
  return directed;
}

function endsOf(system: TransitionSystem, rule: CompiledRule, offers: Offers): Directed {
  const values = Object.entries(rule.rule.parameters).map(([name, parameter]) =>
    Int32Array.from(offers(rule.rule.call, name) ?? valuesOf(system, parameter)),
  );
  const directedAt = (target: number): DirectedArguments | undefined => {
    const search = searchFor(system, rule, target, values);
    return search && writtenWhenUsual(search, bindingOf(rule.rule, system.layout), system.isChecked ? 1 : usual);
  };
  const toGuards = targetsOf(rule).flatMap((guard) => {
    const direct = directedAt(guard);
    return direct === undefined ? [] : [[guard, direct] as const];
  });
  return { rule, values, toDone: directedAt(done), toGuards };
}

/** To write a search out takes as long as so many plain ones: few ends of calls are met as often. */
const usual = 80;

/**
 * A plain search, until it has been made so often that it is worth being written out; both find the same. But a checked
 * condition stops where it asks for a cell that is not there, and what is written out goes on.
 */
function writtenWhenUsual(search: DirectedSearch, binding: Binding, from: number): DirectedArguments {
  let find = searchPlainly(search, source);
  let left = from;
  return (state, args) => {
    if (left > 0 && --left === 0) find = writeOut(search, binding, source);
    return find(state, args);
  };
}

const canBeMade = ({ values }: Directed): boolean => values.every(({ length }) => length > 0);

function makeLots(weights: readonly number[]): Uint16Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const lots = new Uint16Array(drawnFrom);
  let [kind, upTo] = [0, ((weights[0] ?? 0) / total) * drawnFrom];
  for (let lot = 0; lot < drawnFrom; lot++) {
    while (lot >= upTo && kind < weights.length - 1) upTo += ((weights[++kind] ?? 0) / total) * drawnFrom;
    lots[lot] = kind;
  }
  return lots;
}
