/** Mistakes that no change of one place makes: a call also does what another one does, where it is done or refused. */
import { onFailure } from '../../spec/rule.ts';
import type { Rule } from '../../spec/rule.ts';
import type { Law } from '../../properties/property.ts';
import type { Mutant } from './mutant.ts';

export type Mistake = Pick<Mutant, 'plant'> & { readonly name: string };

/** Every effect of every rule, at the end of this rule and before its first guard. */
export function* borrowedBy(rule: Rule, rules: ReadonlyMap<string, Rule>, { clause }: Law): Generator<Mistake> {
  const plantIn = (change: (one: Rule) => Rule) => (one: Rule) => (one.call === rule.call ? change(one) : one);
  for (const { call, effects } of rules.values()) {
    for (const [i, effect] of effects.entries()) {
      const what = `effect ${i + 1} of ${call}`;
      yield {
        name: `${rule.call}, which also has ${what}`,
        plant: plantIn((one) => ({ ...one, effects: [...one.effects, effect] })),
      };
      yield {
        name: `${rule.call}, which has ${what} before all guards`,
        plant: plantIn((one) => ({ ...one, guards: [onFailure(clause, effect), ...one.guards] })),
      };
    }
  }
}
