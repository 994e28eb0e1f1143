/** What alterations share. */
import { has } from '../../spec/profile.ts';
import type { Difference } from '../../spec/profile.ts';
import { avf15 } from '../../spec/profiles/avf-15.ts';
import type { Rule } from '../../spec/rule.ts';
import { regions } from '../../spec/state.ts';
import { value } from '../../spec/term.ts';
import type { Effect, Value } from '../../spec/term.ts';
import { left } from '../../spec/vocabulary/boot.ts';

export function ruleOf(call: string): Rule {
  const rule = avf15.rules.get(call);
  if (rule === undefined) throw new Error(`unreachable: no call ${call}`);
  return rule;
}

/** pvmfw does one thing more at its end. */
export const atTheEnd = (effect: Effect): Difference => {
  const rule = ruleOf('pvmfw_boot');
  return has({ ...rule, effects: [...rule.effects, effect] }, `pvmfw ends with: ${effect.words}`);
};

export const regionNamed = (region: (typeof regions)[number]): Value<never> => value<never>(regions.indexOf(region));

/** What pvmfw was given stays in a part of its memory. */
export const leaves = (region: (typeof regions)[number]): Difference =>
  atTheEnd(left(regionNamed(region)).becomes('GIVEN'));

/** What the manager derives for the payload, without one of the steps. */
export function withoutStep({ words }: Effect): Difference {
  const rule = ruleOf('payload_secret');
  const effects = rule.effects.filter((effect) => effect.words !== words);
  if (effects.length !== rule.effects.length - 1) throw new Error(`unreachable: no step ${words}`);
  return has({ ...rule, effects }, `the payload's secrets are derived, but not: ${words}`);
}
