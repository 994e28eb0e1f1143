/** What alterations of a device share. */
import type { Difference } from '../../spec/profile.ts';
import { has } from '../../spec/profile.ts';
import { device15 } from '../../spec/profiles/device-15.ts';
import type { Effect } from '../../spec/language/term.ts';
import { wordsOf } from '../../spec/language/words.ts';
import { phone } from '../../search/scopes/device.ts';
import { whole } from '../../search/scopes/system.ts';
import { system15 } from '../../spec/profiles/system-15.ts';
import type { Base } from '../boot/fault.ts';

export const onDevice: Base = { profile: device15, scopes: [phone] };

export const onSystem: Base = { profile: system15, scopes: [whole] };

/** A call in which one effect is another, or none. */
export function instead(call: string, effect: Effect, other?: Effect, { rules } = device15): Difference {
  const rule = rules.get(call);
  const words = wordsOf(effect);
  const at = rule?.effects.findIndex((one) => wordsOf(one) === words) ?? -1;
  if (rule === undefined || at < 0) throw new Error(`unreachable: ${call} has no effect ${words}`);
  const effects = rule.effects.toSpliced(at, 1, ...(other === undefined ? [] : [other]));
  return has({ ...rule, effects }, `${call} does ${other === undefined ? 'not' : wordsOf(other)} instead of: ${words}`);
}

export const inSystem = (call: string, effect: Effect, other?: Effect): Difference =>
  instead(call, effect, other, system15);
