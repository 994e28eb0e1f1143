/** Every check earns its place in the other releases too; for Android 15 the counterexamples show it. */
import { describe, expect, test } from 'vitest';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Profile } from '../../spec/profile.ts';
import { avf13 } from '../../spec/profiles/avf-13.ts';
import { avf14 } from '../../spec/profiles/avf-14.ts';
import { avf2026 } from '../../spec/profiles/avf-2026.ts';
import { boot } from '../../properties/boot/laws.ts';
import { bootScopes } from '../scopes/boot.ts';
import { instance } from '../../properties/instance/all.ts';
import { guardsOf } from './mutation.ts';
import type { LeftOut } from '../judge/counterexample.ts';
import { Walk } from '../generate/walk.ts';

const walks = 300;
const length = 100;

/** The clause that breaks without the check, or nothing. */
function brokenWithout(profile: Profile, check: LeftOut): string | undefined {
  for (const scope of bootScopes) {
    const system = new TransitionSystem(profile, scope.config, check);
    const walk = new Walk(system, scope, [...boot(system), ...instance(system)]);
    for (let seed = 0; seed < walks; seed++) {
      const { violation } = walk.run(seed, length);
      if (violation) return violation.property.clause;
    }
  }
  return undefined;
}

describe.each([avf14, avf13, avf2026])('$name', (profile) => {
  test.each(guardsOf(profile))('$call without $clause breaks a property', (check) => {
    expect(brokenWithout(profile, check)).toBeDefined();
  });
});
