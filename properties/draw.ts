/**
 * The generator. It draws a call, then an end for it (mostly `done`, else a refusal by one of its guards), then the
 * arguments one after the other so that the call comes to that end. What cannot be met is issued as it is: a wrong call
 * is answered, never filtered. It knows nothing of any call beyond its rule.
 */
import { done } from '../spec/machine.ts';
import type { CompiledRule, Machine } from '../spec/machine.ts';
import type { State } from '../spec/state.ts';
import { passed } from '../spec/term.ts';
import type { Args } from '../spec/term.ts';
import { cpuBit, dependsOnCpu, makePlan, targetsOf, valuesOf } from './plan.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';

/** How often a call is drawn, relative to 1, by its name. */
export type Weights = Readonly<Record<string, number>>;

/** The values worth passing for an argument of a call, where that is not all that its parameter offers. */
export type Offers = (call: string, name: string) => readonly number[] | undefined;

/** One call of a machine, as the generator sees it. */
interface Kind {
  readonly rule: CompiledRule;
  readonly values: readonly Int32Array[];
  readonly toDone: Plan;
  readonly toRefusal: readonly Plan[];
  /** Whether it can make a difference on which CPU the call is issued. */
  readonly anyCpu: boolean;
}

const drawnFrom = 1024;
const aimedAtDone = 0.85;
/** How many calls are tried until one can come to the end that was drawn for it. */
const callsTried = 4;
/** How many values are looked at for one argument, and for one call. */
const probes = 16;
const effort = 32;
/** All arguments are chosen. */
const met = -1;

export class Draw {
  private readonly kinds: readonly Kind[];
  /** Numbers of kinds, each as often as its weight asks for. */
  private readonly lots: Uint16Array;
  private readonly random: Random;
  private readonly cpus: number;
  private left = 0;

  constructor(machine: Machine, random: Random, weights: Weights = {}, offers: Offers = () => undefined) {
    this.random = random;
    this.cpus = machine.world.cpus;
    this.kinds = [...machine.rules.values()].map((rule) => kindOf(machine, rule, offers));
    this.lots = makeLots(this.kinds.map((kind) => weights[kind.rule.rule.call] ?? 1));
  }

  /** Draw the next call for a state; its arguments are put into `args`. */
  next(state: State, args: Args): CompiledRule {
    for (let tried = 1; ; tried++) {
      const kind = this.kinds[this.lots[this.random.below(drawnFrom)] as number] as Kind;
      const plan = this.plan(kind);
      if (this.meet(kind, plan, state, args) || tried === callsTried) return kind.rule;
    }
  }

  private plan(kind: Kind): Plan {
    const { toRefusal, toDone } = kind;
    if (toRefusal.length === 0 || this.random.below(100) < aimedAtDone * 100) return toDone;
    return toRefusal[this.random.below(toRefusal.length)] as Plan;
  }

  /** Find arguments that take the call to the end of the plan. */
  private meet(kind: Kind, plan: Plan, state: State, args: Args): boolean {
    const start = this.random.below(this.cpus);
    const count = kind.anyCpu ? 1 : this.cpus;
    this.left = effort;
    for (let i = 0; i < count; i++) {
      args[0] = start + i < this.cpus ? start + i : start + i - this.cpus;
      const opened = opens(plan, state, args);
      const blame = opened ? this.choose(kind, plan, 0, state, args) : cpuBit;
      if (state.written > 0) state.undo();
      if (blame === met) return true;
      if ((blame & cpuBit) === 0) break;
    }
    for (let position = 0; position < kind.values.length; position++) this.chooseAny(kind, position, args);
    return false;
  }

  /**
   * Choose the arguments from this position on. Returns `met`, or the set of earlier arguments on which the failure
   * depends: those that it does not depend on need not be chosen anew.
   */
  private choose(kind: Kind, plan: Plan, position: number, state: State, args: Args): number {
    if (position === kind.values.length) return met;
    const values = kind.values[position] as Int32Array;
    const checks = plan.checks[position] as Plan['checks'][number];
    const own = 1 << position;
    const start = this.random.below(values.length);
    const count = values.length < probes ? values.length : probes;
    let blame = plan.blame[position] as number;
    for (let i = 0; i < count; i++) {
      put(kind, position, values[start + i < values.length ? start + i : start + i - values.length] as number, args);
      if (passes(checks, state, args)) {
        const later = this.choose(kind, plan, position + 1, state, args);
        if (later === met || (later & own) === 0) return later;
        blame |= later;
      }
      if (--this.left <= 0) return 0;
    }
    return blame & ~own;
  }

  private chooseAny(kind: Kind, position: number, args: Args): void {
    const values = kind.values[position] as Int32Array;
    put(kind, position, values[this.random.below(values.length)] as number, args);
  }
}

function put(kind: Kind, position: number, value: number, args: Args): void {
  const resolve = kind.rule.resolve[position];
  args[position + 1 + passed] = value;
  args[position + 1] = resolve === undefined ? value : (resolve[value] ?? value);
}

function passes(checks: Plan['checks'][number], state: State, args: Args): boolean {
  for (let i = 0; i < checks.length; i++) {
    const check = checks[i] as Plan['checks'][number][number];
    if (check.holds(state, args) !== check.wanted) return false;
  }
  return true;
}

function opens(plan: Plan, state: State, args: Args): boolean {
  const { opening } = plan;
  for (let i = 0; i < opening.length; i++) {
    const step = opening[i] as Plan['opening'][number];
    if ('keep' in step) step.keep(state, args);
    else if (step.holds(state, args) !== step.wanted) return false;
  }
  return true;
}

function kindOf(machine: Machine, rule: CompiledRule, offers: Offers): Kind {
  return {
    rule,
    values: Object.entries(rule.rule.parameters).map(([name, parameter]) =>
      Int32Array.from(offers(rule.rule.call, name) ?? valuesOf(machine, parameter)),
    ),
    toDone: makePlan(rule, machine.layout, done),
    toRefusal: targetsOf(rule).map((target) => makePlan(rule, machine.layout, target)),
    anyCpu: !dependsOnCpu(rule),
  };
}

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
