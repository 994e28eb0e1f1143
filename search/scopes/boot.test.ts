import { describe, expect, test } from 'vitest';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { avf13 } from '../../spec/profiles/avf-13.ts';
import { avf14 } from '../../spec/profiles/avf-14.ts';
import { avf15 } from '../../spec/profiles/avf-15.ts';
import { avf2026 } from '../../spec/profiles/avf-2026.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Rule } from '../../spec/rule.ts';
import { regions } from '../../spec/fields.ts';
import { value } from '../../spec/language/build.ts';
import type { Effect } from '../../spec/language/term.ts';
import { left, vmArgued, vmCode, vmPolicy, vmShared } from '../../spec/vocabulary/boot.ts';
import { secret, theVm } from '../../spec/vocabulary/instance.ts';
import { boot } from '../../properties/boot/laws.ts';
import { bootScopes, images } from './boot.ts';
import { Coverage } from '../judge/coverage.ts';
import { instance } from '../../properties/instance/all.ts';
import { titleOf } from '../../properties/property.ts';
import type { Property } from '../../properties/property.ts';
import type { Scope } from './linux.ts';
import { Walk } from '../generate/walk.ts';

const everyProfile = [avf15, avf14, avf13, avf2026];

function walkIn(profile: Profile, scope: Scope): Walk {
  const system = new TransitionSystem(profile, scope.config);
  return new Walk(system, scope, [...boot(system), ...instance(system)]);
}

describe.each(everyProfile)('$name', (profile) => {
  test('holds in every scope, shows every witness, and tries every check', () => {
    const walks = bootScopes.map((scope) => walkIn(profile, scope));
    const coverage = new Coverage(walks[0]?.system as TransitionSystem);
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

/** A profile whose pvmfw does one thing more before it jumps. */
function withEffect(effect: Effect): Profile {
  const rule = avf15.rules.get('pvmfw_boot') as Rule;
  const faulty: Rule = { ...rule, effects: [...rule.effects, effect] };
  return { ...avf15, name: 'avf-15, faulty', rules: new Map([...avf15.rules, ['pvmfw_boot', faulty]]) };
}

/** The first clause that a profile breaks. */
function brokenBy(profile: Profile, only?: readonly Property[]): string | undefined {
  for (const scope of bootScopes) {
    const system = new TransitionSystem(profile, scope.config);
    const walk = new Walk(system, scope, only ?? [...boot(system), ...instance(system)]);
    for (let seed = 0; seed < 100; seed++) {
      const { violation } = walk.run(seed, 100);
      if (violation) return violation.property.clause;
    }
  }
  return undefined;
}

const forgets = (region: number): Profile => withEffect(left(value(region)).becomes('GIVEN'));

describe('a pvmfw with a fault', () => {
  test.each(regions.map((name, number) => ({ name, number })))('leaves secrets in its $name', ({ number }) => {
    expect(brokenBy(forgets(number))).toBe('BOOT-WIPE');
  });

  test('leaves secrets from which a guest derives those of others', () => {
    const system = new TransitionSystem(avf15, images.config);
    expect(brokenBy(forgets(regions.indexOf('stack')), instance(system))).toBe('INSTANCE-ONLY');
  });

  test.each([
    ['shares a page', vmShared.becomes(1), 'BOOT-UNSHARED'],
    ['lets boot arguments through', vmArgued.becomes(1), 'BOOT-TREE-ARGUMENTS'],
    ['applies the debug policy', vmPolicy.becomes(1), 'BOOT-DEBUG-POLICY'],
    ['jumps to another kernel than it has verified', vmCode.becomes(1), 'BOOT-SAME-BYTES'],
    ['derives one secret for all', secret(theVm).becomes(0), 'SECRET-INPUTS'],
  ])('%s', (_, effect, clause) => {
    expect(brokenBy(withEffect(effect))).toBe(clause);
  });
});
