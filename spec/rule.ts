/** The one form of every decision: parameters, an ordered list of guards, then effects. */
import type { ClauseId } from './clauses.generated.ts';
import type { Refusal } from './answers.ts';
import type { Bool, Effect } from './language/term.ts';
import { touchesOf } from './language/touches.ts';
import type { Parameter } from './parameters.ts';

/**
 * A condition under which the call goes on. The first that does not hold decides the answer.
 * `waiver`: why nothing breaks without it; such a guard has no counterexample.
 * `redundant`: the other guards and the invariants already ensure it, so that it must never be the one that refuses.
 * `impliedBy`: without it these later guards would refuse the same calls. Both are proved, not only said.
 */
export interface Guard {
  readonly kind: 'must';
  readonly clause: ClauseId;
  readonly condition: Bool;
  readonly error: Refusal;
  readonly waiver?: string;
  readonly redundant?: true;
  readonly impliedBy?: readonly ClauseId[];
}

/** An effect that stands even if a later guard refuses the call; the clause names what then has changed. */
export interface FailureEffect {
  readonly kind: 'onFailure';
  readonly clause: ClauseId;
  readonly effect: Effect;
}

export type Step = Guard | FailureEffect;

export type Why = Pick<Guard, 'waiver' | 'redundant' | 'impliedBy'>;

export const must = (clause: ClauseId, condition: Bool, error: Refusal, why: Why = {}): Guard => ({
  kind: 'must',
  clause,
  condition,
  error,
  ...why,
});

export const onFailure = (clause: ClauseId, effect: Effect): FailureEffect => ({
  kind: 'onFailure',
  clause,
  effect,
});

/** Why a guard that only finds what the call is about needs no counterexample. */
export const noSubject: Why = { waiver: 'without it the call has nothing to act on' };
/** Why a guard that repeats what others ensure needs no counterexample, and must never refuse. */
export const neverDecides = (reason: string): Why => ({ waiver: reason, redundant: true });

/** Why a guard needs no counterexample for which these later ones stand in. */
export function implied(by: ClauseId | readonly ClauseId[], reason: string): Why {
  const impliedBy = [by].flat();
  const refuse = impliedBy.length === 1 ? 'refuses' : 'refuse';
  return { waiver: `without it ${impliedBy.join(' or ')} ${refuse} the same calls: ${reason}`, impliedBy };
}

export type Actor =
  | 'host'
  | 'app'
  | 'pvmfw'
  | 'Microdroid'
  | 'guest'
  | 'device'
  | 'secure world'
  | 'service'
  | 'RKP VM'
  | 'RKP server'
  | 'relying party'
  | 'firmware'
  | 'bootloader'
  | 'owner';

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

type Parameters = Readonly<Record<string, Parameter>>;
type Body = Pick<Rule, 'guards' | 'effects' | 'answer'>;

export const call = (actor: Actor, name: string, parameters: Parameters, body: Body): Rule =>
  namesChecked({ call: name, actor, parameters, ...body });

export const hypercall = (name: string, parameters: Parameters, body: Body): Rule =>
  call('host', name, parameters, body);

export const termOf = (step: Step): Bool | Effect => (step.kind === 'must' ? step.condition : step.effect);

/** What a rule notes on its way, in order. */
export function notesOf(rule: Rule): readonly string[] {
  const known = noted.get(rule);
  if (known !== undefined) return known;
  const terms = [...rule.guards.map(termOf), ...rule.effects];
  const found = [...new Set(terms.flatMap((term) => [...touchesOf(term).notes]))];
  noted.set(rule, found);
  return found;
}
const noted = new WeakMap<Rule, readonly string[]>();

const checked = new WeakSet<Rule>();

/** The rule, in which every name is one of a parameter, or of what the rule has noted before. */
export function namesChecked(rule: Rule): Rule {
  if (checked.has(rule)) return rule;
  const known = new Set(Object.keys(rule.parameters));
  const steps = [
    ...rule.guards.map((step) => ({ place: step.clause, term: termOf(step) })),
    ...rule.effects.map((term, at) => ({ place: `effect ${at + 1}`, term })),
  ];
  for (const { place, term } of steps) {
    const { names, notes } = touchesOf(term);
    const unknown = [...names].find((name) => !known.has(name));
    if (unknown !== undefined) {
      throw new Error(`${rule.call}, ${place}: no parameter ${unknown}; there are ${[...known].join(', ') || 'none'}`);
    }
    for (const name of notes) known.add(name);
  }
  checked.add(rule);
  return rule;
}
