/** The one form of every decision: parameters, an ordered list of guards, then effects. */
import type { ClauseId } from './clauses.generated.ts';
import type { Refusal } from './answers.ts';
import type { Condition, Effect } from './term.ts';
import type { Parameter } from './parameters.ts';

/**
 * A condition under which the call goes on. The first that does not hold decides the answer.
 * `waiver`: why nothing breaks without it; such a guard has no counterexample.
 * `redundant`: the other guards and the invariants already ensure it, so that it must never be the one that refuses.
 */
export interface Guard<P extends string = string> {
  readonly kind: 'must';
  readonly clause: ClauseId;
  readonly condition: Condition<P>;
  readonly error: Refusal;
  readonly waiver?: string;
  readonly redundant?: true;
}

/** An effect that stands even if a later guard refuses the call; the clause names what then has changed. */
export interface FailureEffect<P extends string = string> {
  readonly kind: 'onFailure';
  readonly clause: ClauseId;
  readonly effect: Effect<P>;
}

export type Step<P extends string = string> = Guard<P> | FailureEffect<P>;

export interface Why {
  readonly waiver?: string;
  readonly redundant?: true;
}

export const must = <P extends string>(
  clause: ClauseId,
  condition: Condition<P>,
  error: Refusal,
  why: Why = {},
): Guard<P> => ({ kind: 'must', clause, condition, error, ...why });

export const onFailure = <P extends string>(clause: ClauseId, effect: Effect<P>): FailureEffect<P> => ({
  kind: 'onFailure',
  clause,
  effect,
});

/** Why a guard that only finds what the call is about needs no counterexample. */
export const noSubject: Why = { waiver: 'without it the call has nothing to act on' };
/** Why a guard that repeats what others ensure needs no counterexample, and must never refuse. */
export const neverDecides = (reason: string): Why => ({ waiver: reason, redundant: true });

export type Actor =
  | 'host'
  | 'pvmfw'
  | 'Microdroid'
  | 'guest'
  | 'device'
  | 'secure world'
  | 'service'
  | 'RKP VM'
  | 'RKP server'
  | 'relying party';

/** How a number that a call answers is to be read. */
export type Answer = 'value' | 'vm' | 'number';

/** One call: who makes it, with what, what must hold, what it does. */
export interface Rule {
  readonly call: string;
  readonly actor: Actor;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly guards: readonly Step[];
  readonly effects: readonly Effect[];
  /** Given where the call answers more than success. */
  readonly answer?: Answer;
}

export function call<K extends string>(
  actor: Actor,
  name: string,
  parameters: Readonly<Record<K, Parameter>>,
  body: {
    readonly guards: readonly Step<NoInfer<K>>[];
    readonly effects: readonly Effect<NoInfer<K>>[];
    readonly answer?: Answer;
  },
): Rule {
  return { call: name, actor, parameters, ...body };
}

export const hypercall = <K extends string>(
  name: string,
  parameters: Readonly<Record<K, Parameter>>,
  body: {
    readonly guards: readonly Step<NoInfer<K>>[];
    readonly effects: readonly Effect<NoInfer<K>>[];
    readonly answer?: Answer;
  },
): Rule => call('host', name, parameters, body);
