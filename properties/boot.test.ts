import { describe, expect, test } from 'vitest';
import { Machine } from '../spec/machine.ts';
import { avf13 } from '../spec/profiles/avf-13.ts';
import { avf14 } from '../spec/profiles/avf-14.ts';
import { avf15 } from '../spec/profiles/avf-15.ts';
import { avf2026 } from '../spec/profiles/avf-2026.ts';
import type { Profile } from '../spec/profile.ts';
import type { Rule } from '../spec/rule.ts';
import { leftovers, regions } from '../spec/state.ts';
import { value } from '../spec/term.ts';
import { left } from '../spec/vocabulary/boot.ts';
import { boot } from './boot.ts';
import { bootWorlds, images } from './boot-worlds.ts';
import { Coverage } from './coverage.ts';
import { instance } from './instance.ts';
import { titleOf } from './property.ts';
import type { NamedWorld } from './worlds.ts';
import { Walk } from './walk.ts';

const everyProfile = [avf15, avf14, avf13, avf2026];

function walkIn(profile: Profile, named: NamedWorld): Walk {
  const machine = new Machine(profile, named.world);
  return new Walk(machine, named, [...boot(machine), ...instance(machine)]);
}

describe.each(everyProfile)('$name', (profile) => {
  test('holds in every world, shows every witness, and tries every check', () => {
    const walks = bootWorlds.map((named) => walkIn(profile, named));
    const coverage = new Coverage(walks[0]?.machine as Machine);
    for (const walk of walks) {
      for (let seed = 1; seed <= 250; seed++) {
        const { violation } = walk.run(seed, 200);
        expect(violation && titleOf(violation.property)).toBeUndefined();
      }
      coverage.merge(walk.coverage);
    }
    const seen = new Set(walks.flatMap((walk) => walk.judge.seen.map(titleOf)));
    const unseen = walks.flatMap((walk) => walk.judge.unseen.map(titleOf)).filter((title) => !seen.has(title));
    expect([...new Set(unseen)]).toEqual([]);
    expect(coverage.holes()).toEqual([]);
  });
});

/** A profile whose pvmfw forgets to wipe one region of its memory. */
function leaves(region: number): Profile {
  const rule = avf15.rules.get('pvmfw_boot') as Rule;
  const forgotten = left(value<never>(region)).becomes(leftovers[1]);
  const faulty: Rule = { ...rule, effects: [...rule.effects, forgotten] };
  return { ...avf15, name: 'avf-15, forgetful', rules: new Map([...avf15.rules, ['pvmfw_boot', faulty]]) };
}

test.each(regions.map((name, number) => ({ name, number })))('BOOT-WIPE sees secrets left in $name', ({ number }) => {
  const walk = walkIn(leaves(number), images);
  let broken: string | undefined;
  for (let seed = 0; seed < 20 && broken === undefined; seed++) broken = walk.run(seed, 50).violation?.property.clause;
  expect(broken).toBe('BOOT-WIPE');
});

test('INSTANCE-ONLY sees what a guest can derive from secrets that were left to it', () => {
  const profile = leaves(regions.indexOf('stack'));
  const machine = new Machine(profile, images.world);
  const walk = new Walk(machine, images, instance(machine));
  let broken: string | undefined;
  for (let seed = 0; seed < 50 && broken === undefined; seed++) broken = walk.run(seed, 100).violation?.property.clause;
  expect(broken).toBe('INSTANCE-ONLY');
});
