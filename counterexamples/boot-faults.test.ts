import { describe, expect, test } from 'vitest';
import { bootWorlds } from '../properties/boot-worlds.ts';
import { boot } from '../properties/boot.ts';
import { instance } from '../properties/instance.ts';
import { Walk } from '../properties/walk.ts';
import { Machine } from '../spec/machine.ts';
import type { Profile } from '../spec/profile.ts';
import { bootFaults } from './boot-faults.ts';

/** The first clause that drawn sequences find broken. */
function found(profile: Profile): string | undefined {
  for (const named of bootWorlds) {
    const machine = new Machine(profile, named.world);
    const walk = new Walk(machine, named, [...boot(machine), ...instance(machine)]);
    for (let seed = 0; seed < 300; seed++) {
      const { violation } = walk.run(seed, 100);
      if (violation) return violation.property.clause;
    }
  }
  return undefined;
}

describe('a fault of booting is found', () => {
  test.each(bootFaults)('$name: $says', ({ profile, breaks }) => {
    expect(breaks).toContain(found(profile));
  });
});
