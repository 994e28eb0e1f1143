import { expect, test } from 'vitest';
import { attestation } from '../../search/scopes/attestation.ts';
import { readCall } from '../../search/judge/written-call.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { attest15 } from '../../spec/profiles/attest-15.ts';
import { initialState } from '../../spec/state.ts';
import { describeChanges } from './changes.ts';

const system = new TransitionSystem(attest15, attestation.config);

test('from a challenge to a secret, step by step', () => {
  const key = { chain: 'of the VM', key: 'the VM' };
  const calls: readonly [string, Readonly<Record<string, string>>][] = [
    ['rkp_server_certify', { issuer: 'the RKP VM' }],
    ['relying_challenge', { session: '1' }],
    ['vm_ask', { vm: 'the VM', session: '1' }],
    ['rkp_vm_appraise', { ...key, session: '1' }],
    ['relying_accept', { ...key, session: '1', issuer: 'the RKP VM', challenge: '1' }],
    ['relying_provision', { session: '1', to: 'the VM' }],
    ['take_vm', { vm: 'a debug VM' }],
    ['break_issuer', { issuer: 'a leaky device' }],
  ];
  let state = initialState(system.layout);
  const changes = calls.flatMap(([call, args]) => {
    const next = system.step(state, readCall(system, { call, cpu: 0, args })).state;
    const lines = describeChanges(system.layout, [], state.cells, next.cells);
    state = next;
    return lines;
  });
  expect(changes).toEqual([
    'RKP server  certifies the key of the RKP VM',
    'session 1  challenge none → open',
    'the VM  has asked in session 1',
    'RKP VM  certifies the key of the VM for session 1, under a chain of the VM',
    'session 1  challenge open → used · accepts the key of the VM',
    'session 1  its secret can be opened by the VM',
    'attacker  has a debug VM',
    'attacker  has the key of a leaky device, and that is known',
  ]);
});
