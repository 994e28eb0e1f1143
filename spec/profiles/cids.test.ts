import { expect, test } from 'vitest';
import { TransitionSystem } from '../transition-system.ts';
import type { Outcome } from '../transition-system.ts';
import type { Profile } from '../profile.ts';
import { none } from '../config.ts';
import { initialState } from '../state.ts';
import type { Config } from '../config.ts';
import { cidsCyclic, cidsForgetful, cidsSplit, cidsStrict } from './cids.ts';

const config: Config = {
  pages: [],
  gfns: [],
  tables: 0,
  slots: 0,
  vcpus: 0,
  cpus: 1,
  devices: 0,
  iovas: 0,
  cids: 3,
  words: 0,
  symbolic: true,
  block: 512,
  sizes: { kvmPages: 1, vcpuPages: 1, hypVmPages: 1, hypVcpuPages: 1, pgdPages: 1, memcacheMin: 1 },
  maxShares: 2,
  hardwareAccessFlag: true,
  codeGfn: none,
  codeWords: 0,
};

/** What the calls answer, one after the other; a call is its name and perhaps a CID. */
function outcomes(profile: Profile, calls: readonly string[]): Outcome[] {
  const system = new TransitionSystem(profile, config);
  let state = initialState(system.layout);
  return calls.map((line) => {
    const [call = '', ...args] = line.split(' ');
    const step = system.step(state, { call, cpu: 0, args: args.map(Number) });
    state = step.state;
    return step.outcome;
  });
}
const answered = (answer = 0): Outcome => ({ kind: 'done', answer });
const allocate = 'allocate_cid';

test('CIDs come round again past those that are held', () => {
  expect(outcomes(cidsCyclic, [allocate, allocate, 'release_cid 0', allocate, allocate, allocate])).toEqual([
    answered(0),
    answered(1),
    answered(),
    answered(2),
    answered(0),
    { kind: 'denied', error: 'ILLEGAL_STATE', clause: 'CID-ALLOCATE-FREE' },
  ]);
});

test('the strict allocator comes to an end, and starts again when the host has rebooted', () => {
  const calls = [allocate, allocate, 'release_cid 0', allocate, allocate, 'restart_service', allocate];
  const ended: Outcome = { kind: 'denied', error: 'ILLEGAL_STATE', clause: 'CID-ALLOCATE-FRESH' };
  const expected = [answered(0), answered(1), answered(), answered(2), ended, answered(), ended];
  expect(outcomes(cidsStrict, [...calls, 'reboot_host', allocate])).toEqual([...expected, answered(), answered(0)]);
});

test('a service that has restarted goes on after the last CID; the kernel refuses one that is in use', () => {
  expect(outcomes(cidsCyclic, [allocate, 'restart_service', allocate, allocate, allocate])).toEqual([
    answered(0),
    answered(),
    answered(1),
    answered(2),
    { kind: 'denied', error: 'EADDRINUSE', clause: 'CID-ALLOCATE-UNUSED' },
  ]);
  expect(outcomes(cidsForgetful, [allocate, 'restart_service', allocate]).at(-1)).toEqual({
    kind: 'denied',
    error: 'EADDRINUSE',
    clause: 'CID-ALLOCATE-UNUSED',
  });
});

test('a CID that was granted in one step can be granted again before it is registered', () => {
  const calls = [allocate, allocate, allocate, allocate, 'register_cid 0', 'register_cid 0', 'register_cid 1'];
  expect(outcomes(cidsSplit, calls).slice(3)).toEqual([
    answered(0),
    answered(),
    { kind: 'denied', error: 'EADDRINUSE', clause: 'CID-REGISTER-UNUSED' },
    answered(),
  ]);
  expect(outcomes(cidsSplit, ['register_cid 0'])).toEqual([
    { kind: 'denied', error: 'ILLEGAL_STATE', clause: 'CID-REGISTER-GRANTED' },
  ]);
});
