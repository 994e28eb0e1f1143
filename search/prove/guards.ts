/** What becomes of the proofs where a guard is left out: each guard is needed, or it is proved that it is not. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Guard, Rule } from '../../spec/rule.ts';
import { negated } from '../../spec/language/negate.ts';
import { changeBy, inductionOf } from './induction.ts';

/** `breaks`: the law, or that a secret is seen. `strays`: the rule touches a record that is not there.
 * `idle`: where the guard would have refused, nothing changes in the small worlds, or the rule strays. The others are what is known where nothing breaks. */
export type Part =
  | { readonly kind: 'needed'; readonly breaks: string }
  | { readonly kind: 'never refuses' }
  | { readonly kind: 'implied'; readonly by: readonly ClauseId[] }
  | { readonly kind: 'strays' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'open' };

export interface GuardPart {
  readonly call: string;
  readonly clause: ClauseId;
  readonly part: Part;
}

export const without = (rule: Rule, guard: Guard): Rule => ({
  ...rule,
  guards: rule.guards.filter((step) => step !== guard),
});

/** The rule for just what the guard refuses. */
const only = (rule: Rule, guard: Guard): Rule => ({
  ...rule,
  guards: rule.guards.map((step) => (step === guard ? { ...guard, condition: negated(guard.condition) } : step)),
});

/** What a guard is to the invariants. What is said to be implied, or never to refuse, is a condition of the proofs. */
export async function partOf(profile: Profile, rule: Rule, guard: Guard): Promise<Part> {
  if (guard.redundant === true) return { kind: 'never refuses' };
  if (guard.impliedBy !== undefined) return { kind: 'implied', by: guard.impliedBy };
  const found = await inductionOf(profile, without(rule, guard));
  if (found === 'strays') return { kind: 'strays' };
  if (found !== undefined)
    return { kind: 'needed', breaks: found.broken?.law.statement ?? 'nobody else learns what a VM has to itself' };
  return (await changeBy(profile, only(rule, guard))) === undefined ? { kind: 'idle' } : { kind: 'open' };
}

export const guardsOf = ({ rules }: Profile): (readonly [Rule, Guard])[] =>
  [...rules.values()].flatMap((rule) =>
    rule.guards.flatMap((step) => (step.kind === 'must' ? [[rule, step] as const] : [])),
  );
