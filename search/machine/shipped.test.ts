import { expect, test } from 'vitest';
import { harnessFor, machineScopeNamed, movesOf } from './counterexample.ts';
import type { FaultCounterexample } from './counterexample.ts';
import type { MachineScope } from './scope-parts.ts';

const relinquished: FaultCounterexample['calls'] = [
  { call: 'donate_guest', cpu: 0, args: { page: 'P0', gfn: 'G0' } },
  { call: 'guest_mem_relinquish', cpu: 0, args: { vm: 'VM0', vcpu: '0', gfn: 'G0', argFault: 'right', raced: 'no' } },
  { call: 'guest_write', cpu: 1, args: { vm: 'VM0', vcpu: '1', gfn: 'G0', word: '0' } },
];

/** What the usual run leaves out: with it the machine that answers as Android 16 is shipped loses what the rules lose. */
test.each([
  {
    title: 'the secure world says that the host has the page of a VM back',
    scope: 'as-shipped-ending',
    calls: [{ call: 'ffa_reclaim', cpu: 0, args: { page: 'P0', descFault: 'right' } }],
    breaks: 'MEM-PRIVATE',
  },
  {
    title: 'the secure world says that the host has a page of the hypervisor back',
    scope: 'as-shipped',
    calls: [{ call: 'ffa_reclaim', cpu: 0, args: { page: 'carveout', descFault: 'right' } }],
    breaks: 'MEM-HYP-PRIVATE',
  },
  {
    title: 'a vCPU writes to a page that another one gives up, when it has been wiped',
    scope: 'as-shipped',
    calls: relinquished,
    schedule: [{ call: 2, steps: 4, at: 'page wiped', preemptedBy: 1 }],
    breaks: 'MEM-WIPE-UNMAPPED',
  },
  {
    title: 'a vCPU is made a second time',
    scope: 'as-shipped-ending',
    calls: [
      {
        call: 'init_vcpu',
        cpu: 0,
        args: { vm: 'VM0', hostVcpu: 'P8', index: '0', mpState: 'STOPPED', full: 'right', crowded: 'right' },
      },
    ],
    breaks: 'AVAIL-RECLAIM',
  },
])('as shipped $breaks breaks: $title', ({ scope, calls, schedule, breaks }) => {
  const harness = harnessFor(machineScopeNamed(scope) as MachineScope, undefined);
  const found = harness.run(movesOf(harness, { calls, schedule }));
  expect(found?.violation.clause).toBe(breaks);
  expect(harness.stops.filter((stop) => stop !== undefined)).toEqual((schedule ?? []).map(({ at }) => at));
});

test('a page that is given up goes back wiped where nobody writes to it meanwhile', () => {
  const harness = harnessFor(machineScopeNamed('as-shipped') as MachineScope, undefined);
  expect(harness.run(movesOf(harness, { calls: relinquished }))).toBeUndefined();
});
