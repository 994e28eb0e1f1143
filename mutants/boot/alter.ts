/** What alterations share. */
import { has } from '../../spec/profile.ts';
import type { Difference } from '../../spec/profile.ts';
import { avf15 } from '../../spec/profiles/avf-15.ts';
import type { Rule } from '../../spec/rule.ts';
import { regions } from '../../spec/fields.ts';
import { value } from '../../spec/language/build.ts';
import { wordsOf } from '../../spec/language/words.ts';
import type { Effect, Num } from '../../spec/language/term.ts';
import { left } from '../../spec/vocabulary/boot.ts';

export function ruleOf(call: string): Rule {
  const rule = avf15.rules.get(call);
  if (rule === undefined) throw new Error(`unreachable: no call ${call}`);
  return rule;
}

/** pvmfw does one thing more at its end. */
export const atTheEnd = (effect: Effect): Difference => {
  const rule = ruleOf('pvmfw_boot');
  return has({ ...rule, effects: [...rule.effects, effect] }, `pvmfw ends with: ${wordsOf(effect)}`);
};

export const regionNamed = (region: (typeof regions)[number]): Num => value(regions.indexOf(region));

/** What pvmfw was given stays in a part of its memory. */
export const leaves = (region: (typeof regions)[number]): Difference =>
  atTheEnd(left(regionNamed(region)).becomes('GIVEN'));

/** What the manager derives for the payload, without one of the steps. */
export function withoutStep(step: Effect): Difference {
  const words = wordsOf(step);
  const rule = ruleOf('payload_secret');
  const effects = rule.effects.filter((effect) => wordsOf(effect) !== words);
  if (effects.length !== rule.effects.length - 1) throw new Error(`unreachable: no step ${words}`);
  return has({ ...rule, effects }, `the payload's secrets are derived, but not: ${words}`);
}
