/**
 * Sequences of calls of the rules for fast-check: drawn by the guided walk, judged as they are drawn, shrunk by
 * meaning.
 */
import type * as fc from 'fast-check';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Call, TransitionSystem } from '../../spec/transition-system.ts';
import type { Property } from '../../properties/property.ts';
import { sequencesOf } from '../engine/arbitrary.ts';
import type { Shrinking, Subject } from '../engine/arbitrary.ts';
import { lifted, Sequence } from '../engine/sequence.ts';
import type { Home } from '../engine/sequence.ts';
import { Walk } from '../generate/walk.ts';
import type { Drawing } from '../generate/walk.ts';
import type { Violation } from '../judge/judge.ts';
import { asSequence, Replay } from '../judge/replay.ts';
import { writeCall } from '../judge/written-call.ts';
import type { Scope } from '../scopes/linux.ts';
import { shrinkBy } from '../shrink/shrink.ts';
import { RuleReductions } from './reductions.ts';

export type CallSequence = Sequence<Call, Violation>;

export class RuleSequences implements Subject<CallSequence>, Home<Call, Violation> {
  readonly system: TransitionSystem;
  readonly scope: Scope;
  readonly walk: Walk;
  readonly replay: Replay;
  /** Calls drawn and made. */
  calls = 0;
  private readonly length: number;
  private readonly reductions = new Map<ClauseId | undefined, RuleReductions>();

  /** Sequences of so many calls from the start of a scope. */
  constructor(
    system: TransitionSystem,
    scope: Scope,
    properties: readonly Property[],
    length: number,
    drawing: Drawing = {},
  ) {
    this.system = system;
    this.scope = scope;
    this.length = length;
    this.walk = new Walk(system, scope, properties, drawing);
    this.replay = new Replay(system, scope, properties);
  }

  draw(random: fc.Random): CallSequence {
    const { walk, length } = this;
    const seed = random.nextInt(-0x80000000, 0x7fffffff);
    const { steps, violation } = walk.run(seed, length);
    this.calls += steps;
    const calls = (): readonly Call[] => {
      walk.run(seed, length);
      return this.drawn();
    };
    return new Sequence(this, violation ? this.drawn() : calls, { result: violation });
  }

  private drawn(): Call[] {
    return asSequence(this.system, this.scope, this.walk.calls());
  }

  of(calls: readonly Call[]): CallSequence {
    return new Sequence(this, calls);
  }

  readonly word = (call: Call): string => {
    const { call: name, cpu, args } = writeCall(this.system, call);
    return `${name}(${Object.values(args).join(', ')}) on CPU ${cpu}`;
  };

  accepts(value: unknown): value is CallSequence {
    return value instanceof Sequence && value.calls.every(({ call }: Call) => this.system.rules.has(call));
  }

  /** What calls break, if they break anything; what is judged now and then is judged after the last of them. */
  readonly run = (calls: readonly Call[]): Violation | undefined => this.replay.run(calls)?.violation;

  *shrink(sequence: CallSequence): Shrinking<CallSequence> {
    const by = this.reductionsFor(sequence.result?.property.clause);
    yield* lifted(
      shrinkBy(sequence.calls, by),
      (calls) => this.of(calls),
      ({ calls }) => calls,
    );
  }

  private reductionsFor(clause: ClauseId | undefined): RuleReductions {
    const known = this.reductions.get(clause) ?? new RuleReductions(this.replay, clause);
    this.reductions.set(clause, known);
    return known;
  }
}

/**
 * Sequences of `length` calls in a scope, for `fc.property`; VMs are named in order of reservation. The shrinker keeps
 * what the failing call depends on by the rules; where properties are given, what breaks one keeps breaking its clause.
 */
export const sequences = (
  system: TransitionSystem,
  scope: Scope,
  { properties = [], length = 100 }: { readonly properties?: readonly Property[]; readonly length?: number } = {},
): fc.Arbitrary<CallSequence> => sequencesOf(new RuleSequences(system, scope, properties, length));
