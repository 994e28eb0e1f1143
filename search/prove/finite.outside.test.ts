/** Effects mean the same to the solver, and what it finds is a counterexample to the rules that run. */
import { spawnSync } from 'node:child_process';
import { readConfigureGlobal } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { android16 } from '../../spec/profiles/android16-6.12.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import type { Rule } from '../../spec/rule.ts';
import type { State } from '../../spec/state.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Call } from '../../spec/transition-system.ts';
import { Walk } from '../generate/walk.ts';
import { asSequence } from '../judge/replay.ts';
import { startOf } from '../scopes/linux.ts';
import { suitesOf } from '../scopes/suites.ts';
import { fromBits } from './bits.ts';
import { carriedOut } from './finite.ts';
import { inductionOf } from './induction.ts';
import { modelOf } from './solver.ts';

const seed = readConfigureGlobal().seed ?? 1;
const isInstalled = spawnSync('z3', ['--version']).error === undefined;

interface Made {
  readonly system: TransitionSystem;
  readonly state: State;
  readonly call: Call;
}

/** A state in which each call goes through, of walks in all scopes of a profile, the smallest first. */
function stepsOf(name: string): Map<string, Made> {
  const steps = new Map<string, Made>();
  const worlds = suitesOf(name)
    .filter(({ unsafe }) => !unsafe)
    .map(({ profile, scope }) => ({ scope, system: new TransitionSystem(profile, scope.config) }));
  for (const { scope, system } of worlds.sort((a, b) => a.system.layout.length - b.system.layout.length)) {
    const walk = new Walk(system, scope, []);
    walk.run(11, 400);
    let state = startOf(system, scope);
    for (const call of asSequence(system, scope, walk.calls())) {
      const { outcome, state: next } = system.step(state, call);
      const isNumbered = call.args.every((one) => one >= -1);
      if (outcome.kind === 'done' && isNumbered && !steps.has(call.call)) steps.set(call.call, { system, state, call });
      state = next;
    }
  }
  return steps;
}

/** Whether the solver and the engine end in the same state. */
async function isSame(
  system: TransitionSystem,
  state: State,
  call: Call,
  change = (line: string) => line,
): Promise<boolean> {
  const { script, cells } = carriedOut(system.rule(call.call).rule, state, call);
  const written = cells.size === 0 ? '' : ((await modelOf(script.map(change), [...cells.values()])) ?? '');
  const values = fromBits(written);
  const after = state.cells.slice();
  [...cells.keys()].forEach((cell, i) => (after[cell] = values[i] ?? -99));
  return after.join() === system.step(state, call).state.cells.join();
}

describe.skipIf(!isInstalled)('effects mean the same to the solver', () => {
  test.each([
    ['linux-7.3', linux73],
    ['android16-6.12', android16],
  ] as const)(
    'of every fourth call of %s that goes through in a walk',
    { timeout: 60_000 },
    async (profile, { rules }) => {
      const steps = stepsOf(profile);
      expect(steps.size).toBeGreaterThan(rules.size * 0.9);
      const others: string[] = [];
      const some = [...steps].filter((_, at) => at % 4 === seed % 4);
      for (const [name, { system, state, call }] of some) {
        // What one profile has from the other is asked once.
        if (profile !== 'linux-7.3' && rules.get(name) === linux73.rules.get(name)) continue;
        if (!(await isSame(system, state, call))) others.push(name);
      }
      expect(others).toEqual([]);
    },
  );

  test('and a mistake in what is written of them is seen', async () => {
    const { system, state, call } = stepsOf('linux-7.3').get('host_share_hyp') as Made;
    const wrong = (line: string): string =>
      line.startsWith('(define-fun hyp.then') ? line.replace('(= ', '(distinct ') : line;
    expect(await isSame(system, state, call, wrong)).toBe(false);
  });
});

describe.skipIf(!isInstalled)('a counterexample to induction', () => {
  const without = (call: string, clause: string): Rule => {
    const rule = linux73.rules.get(call);
    if (rule === undefined) throw new Error(`unreachable: no call ${call}`);
    return { ...rule, guards: rule.guards.filter((step) => step.clause !== clause) };
  };
  test.each([
    [
      'host_unshare_hyp',
      'UNSHARE-HYP-BORROWED',
      'what the host shares with the secure world counts no share with a VM',
    ],
    ['vcpu_load', 'LOAD-ELSEWHERE', 'the vCPU that is loaded on a CPU is loaded there and nowhere else'],
    [
      'host_read',
      'HOST-READ-REACHES',
      'an access by the host goes through only to memory that it may reach, or loads code of the hypervisor',
    ],
  ])('of %s without %s is a state, a call and what it breaks', async (call, clause, broken) => {
    const found = await inductionOf(linux73, without(call, clause));
    if (found === undefined || found === 'strays') expect.fail('nothing is found');
    expect(found.broken?.law.statement).toBe(broken);
    expect(found.outcome.kind).toBe('done');
  });
  test('is not there where nothing is left out', async () => {
    expect(await inductionOf(linux73, without('host_unshare_hyp', ''))).toBeUndefined();
  });
});
