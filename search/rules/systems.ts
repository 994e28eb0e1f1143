/** The rules of a profile in a configuration are compiled once, whoever asks them; they hold nothing that changes. */
import type { Config } from '../../spec/config.ts';
import type { Profile } from '../../spec/profile.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';

const compiled = new WeakMap<Profile, WeakMap<Config, TransitionSystem>>();

export function systemOf(profile: Profile, config: Config): TransitionSystem {
  const own = compiled.get(profile) ?? new WeakMap<Config, TransitionSystem>();
  compiled.set(profile, own);
  const known = own.get(config) ?? new TransitionSystem(profile, config);
  own.set(config, known);
  return known;
}
