import { expect, test } from 'vitest';
import { recordsAlone } from '../../search/scopes/boot.ts';
import { readCall } from '../../search/judge/written-call.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { avf15 } from '../../spec/profiles/avf-15.ts';
import { initialState } from '../../spec/state.ts';
import { describeChanges } from './changes.ts';

const system = new TransitionSystem(avf15, recordsAlone.config);

/** What each of the calls changes, in words. */
function changesOf(calls: readonly [string, Readonly<Record<string, string>>][]): string[][] {
  let state = initialState(system.layout);
  return calls.map(([call, args]) => {
    const next = system.step(state, readCall(system, { call, cpu: 0, args })).state;
    const lines = describeChanges(system.layout, [], state.cells, next.cells);
    state = next;
    return lines;
  });
}

test('a first boot and an attacker, step by step', () => {
  const secret = 'seal(normal device, key 0, normal, record, id 1)';
  expect(
    changesOf([
      ['pvmfw_boot', { ramdisk: 'normal', instance: '1', disk: '0' }],
      ['init_boot', {}],
      ['manager_verify', {}],
      ['take_over', {}],
      ['host_flip_record', { disk: '0' }],
      ['power_off', {}],
    ]),
  ).toEqual([
    [
      `VM  off → kernel · runs kernel v2 with normal ramdisk · first boot · handover holds the guest's secrets · has ${secret}`,
      "disk 0  pvmfw's entry free → sealed",
    ],
    ['VM  kernel → system'],
    ['VM  system → verified', "disk 0  Microdroid's entry free → sealed · records app v1"],
    [`attacker  knows ${secret}`],
    ["disk 0  pvmfw's entry sealed → damaged"],
    ['VM  verified → off · handover holds nothing · no secret'],
  ]);
});
