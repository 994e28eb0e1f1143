import { describe, expect, test } from 'vitest';
import { android14, android15 } from '../../spec/profiles/android.ts';
import type { Profile } from '../../spec/profile.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { host } from '../../properties/android/host.ts';
import { isWitness, titleOf } from '../../properties/property.ts';
import { Walk } from '../generate/walk.ts';
import { trace } from '../judge/replay.ts';
import { callsOf } from '../judge/counterexample.ts';
import { apps, apps14 } from './host.ts';
import type { Scope } from './linux.ts';

describe.each([
  ['android-15', android15, apps],
  ['android-14', android14, apps14],
] as const)('%s', (_, profile, scope) => {
  test('every property holds, and every witness is seen', () => {
    const walk = new Walk(new TransitionSystem(profile, scope.config), scope, host());
    for (let seed = 1; seed <= 300; seed++) expect(walk.run(seed, 100).violation).toBeUndefined();
    expect(walk.judge.seen.map(titleOf).sort()).toEqual(host().filter(isWitness).map(titleOf).sort());
  });
});

/** How a call is answered at the start. */
function answer(profile: Profile, scope: Scope, app: string, permission: string): string {
  const system = new TransitionSystem(profile, scope.config);
  const written = { calls: [{ call: 'grant_permission', cpu: 0, args: { app, permission } }] };
  const outcome = trace(system, scope, callsOf(system, written)).at(-1)?.outcome;
  return outcome?.kind === 'denied' ? `${outcome.error} ${outcome.clause}` : 'done';
}

test.each([
  ['a preinstalled app', 'done', 'SECURITY GRANT-MANAGE'],
  ['a privileged app', 'done', 'done'],
  ['an app', 'SECURITY GRANT-MANAGE', 'SECURITY GRANT-MANAGE'],
  ["a developer's app", 'done', 'done'],
])('MANAGE for %s: %s in Android 15, %s in Android 14', (app, in15, in14) => {
  expect([answer(android15, apps, app, 'MANAGE'), answer(android14, apps14, app, 'MANAGE')]).toEqual([in15, in14]);
});

test('what Android 15 grants, Android 14 did not mean to', () => {
  const walk = new Walk(new TransitionSystem(android15, apps14.config), apps14, host());
  const broken = Array.from({ length: 30 }, (_, seed) => walk.run(seed, 100).violation?.property.clause);
  expect(new Set(broken)).toContain('HOST-PERMISSION');
});
