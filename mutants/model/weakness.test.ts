import { expect, test } from 'vitest';
import { shrinkRun } from '../../search/machine/campaign.ts';
import { harnessFor, machineScopeNamed, movesOf } from '../../search/machine/counterexample.ts';
import { differenceOf } from '../../search/machine/mismatch.ts';
import { faults } from './all.ts';
import { detectFault } from './campaign.ts';

const named = (id: string): (typeof faults)[number] => faults.find((one) => one.id === id) ?? expect.fail(id);
const living = named('living-vm-reclaimed');

test('a theft is not shrunk to an error of another name, which would be shorter', async () => {
  const scope = machineScopeNamed('neighbours') ?? expect.fail('no such scope');
  const harness = harnessFor(scope, living, new Set(living.clauses));
  const calls = [
    { call: 'donate_guest', cpu: 0, args: { page: 'P0', gfn: 'G0' } },
    { call: 'reclaim_dying_guest_page', cpu: 0, args: { vm: 'VM0', gfn: 'G0' } },
  ];
  const kind = (sequence: typeof calls): string | undefined => {
    const broken = harness.run(movesOf(harness, { calls: sequence }));
    return broken && differenceOf(broken.violation);
  };
  expect([kind(calls), kind(calls.slice(1))]).toEqual(['done where refused', 'other error']);
  const { moves, broken } = await shrinkRun({ harness, moves: movesOf(harness, { calls }) });
  expect(moves.map(({ call }) => call)).toEqual(['donate_guest', 'reclaim_dying_guest_page']);
  expect(differenceOf(broken.violation)).toBe('done where refused');
});

test.each([1, 2, 3, 4])('a fault is looked for by more than another error (seed %i)', async (seed) => {
  const caught = await detectFault(living, seed, 1000);
  const shrunk = await caught?.shrunk();
  expect(caught && differenceOf(caught.broken.violation)).not.toBe('other error');
  expect(shrunk?.property).toMatch(/^reclaim_dying_guest_page is answered (done|by nobody, because EL2 stops), and/);
});

test('what shows by another error alone is found all the same', async () => {
  const caught = await detectFault(named('wrong-error'), 1, 300);
  expect(caught && differenceOf(caught.broken.violation)).toBe('other error');
});
