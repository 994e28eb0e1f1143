/** A walk: one sequence of calls, drawn, applied in place and judged at every step, up to the first violation. */
import { done } from '../../spec/transition-system.ts';
import type { Call, CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import { argsLength, passedAt } from '../../spec/language/run.ts';
import type { Args } from '../../spec/language/run.ts';
import { Coverage } from '../judge/coverage.ts';
import { Generator } from './generator.ts';
import { Goals } from './goals.ts';
import { Judge } from '../judge/judge.ts';
import type { Violation } from '../judge/judge.ts';
import type { Property } from '../../properties/property.ts';
import { Random } from './random.ts';
import type { GhostState } from '../../properties/ghost.ts';
import { begin } from '../scopes/linux.ts';
import type { Scope } from '../scopes/linux.ts';

/** Numbers that one recorded call takes: which call, on which CPU, and its arguments. */
const stride = 14;
/** After how many steps the properties are judged that are too dear to be judged at each. */
const sampling = 1000;

export interface Walked {
  /** Steps made, the one that broke a property included. */
  readonly steps: number;
  readonly violation: Violation | undefined;
}

/** How sequences are drawn. */
export interface Drawing {
  /** Some calls are to meet ends, and pairs of guards, that the sequence has not met yet. */
  readonly goals?: boolean;
}

export class Walk {
  readonly system: TransitionSystem;
  readonly scope: Scope;
  readonly coverage: Coverage;
  readonly judge: Judge;
  private readonly state: State;
  private readonly start: Int32Array;
  private readonly ghost: GhostState;
  private readonly random = new Random(0);
  private readonly generator: Generator;
  private readonly goals: Goals | undefined;
  private readonly args: Args = new Int32Array(argsLength);
  private record = new Int32Array(stride * 256);
  private steps = 0;

  constructor(
    system: TransitionSystem,
    scope: Scope,
    properties: readonly Property[],
    { goals = false }: Drawing = {},
  ) {
    this.system = system;
    this.scope = scope;
    this.coverage = new Coverage(system);
    const { state, ghost } = begin(system, scope);
    this.state = state;
    this.start = state.cells.slice();
    this.ghost = ghost;
    this.judge = new Judge(system, state, properties, ghost);
    this.generator = new Generator(system, this.random, scope.weights);
    this.goals = goals ? new Goals(system, this.random, new Set(system.rules.keys())) : undefined;
  }

  /**
   * Draw and judge a sequence of up to `length` calls from the scope's start. The same seed draws the same sequence.
   */
  run(seed: number, length: number): Walked {
    const { system, state, args, generator, judge, coverage } = this;
    this.random.seed(seed);
    state.cells.set(this.start);
    judge.restart(this.ghost);
    generator.restart();
    this.goals?.restart();
    if (this.record.length < length * stride) this.record = new Int32Array(length * stride);
    for (this.steps = 0; this.steps < length;) {
      const rule = this.towardGoal() ?? generator.next(state, args);
      this.note(rule.number, rule.names.length);
      const guard = system.apply(state, rule, args);
      coverage.add(rule, guard);
      if (guard !== done) coverage.addPairs(rule, guard, state, args);
      const due = this.steps % sampling === 0 || this.steps === length;
      const violation = judge.judge(rule, args, guard) ?? (due ? judge.sample() : undefined);
      if (violation) return { steps: this.steps, violation };
    }
    return { steps: length, violation: undefined };
  }

  private towardGoal(): CompiledRule | undefined {
    const { goals, random, state, args } = this;
    return goals !== undefined && random.below(4) === 0 ? goals.next(state, args) : undefined;
  }

  private note(number: number, count: number): void {
    const { record, args } = this;
    const at = this.steps++ * stride;
    record[at] = number;
    record[at + 1] = args[0] as number;
    for (let i = 0; i < count; i++) record[at + 2 + i] = args[i + 1 + passedAt] as number;
  }

  /** The calls of the last run, as the machine takes them. */
  calls(): Call[] {
    const rules = [...this.system.rules.values()];
    return Array.from({ length: this.steps }, (_, step) => {
      const at = step * stride;
      const rule = rules[this.record[at] as number];
      const args = this.record.slice(at + 2, at + 2 + (rule?.names.length ?? 0));
      return { call: rule?.rule.call ?? '', cpu: this.record[at + 1] as number, args: [...args] };
    });
  }
}
