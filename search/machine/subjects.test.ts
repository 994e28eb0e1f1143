import { expect, test } from 'vitest';
import { GhostState } from '../../properties/ghost.ts';
import { View } from '../../properties/view.ts';
import { machineScopeNamed } from './counterexample.ts';
import { laws } from './laws.ts';
import { Subjects } from './subjects.ts';
import { TwoRunHarness } from './two-run.ts';
import { MachineWalk } from './walk.ts';

function harnessIn(name: string): TwoRunHarness {
  const scope = machineScopeNamed(name);
  if (scope === undefined) throw new Error(`unreachable: no scope ${name}`);
  return new TwoRunHarness(scope);
}

test('where no VM exists, only what the hypervisor and the host have can be broken', () => {
  const harness = harnessIn('empty');
  harness.run([harness.moveOf('host_share_hyp', 0, { page: 0 })]);
  const met = [...new Set(Object.values(laws).map(({ clause }) => clause))].filter(
    (clause) => harness.subjects.of(clause) > 0,
  );
  expect(met.sort()).toEqual(['AVAIL-RECLAIM', 'MEM-DENIED', 'MEM-HYP-PRIVATE']);
});

test('a private page is there once it was donated, and a way back once it was reclaimed', () => {
  const harness = harnessIn('neighbours');
  const before = harness.subjects.of('MEM-UNMAP-FIRST');
  harness.run([harness.moveOf('donate_guest', 0, { page: 1, gfn: 1 })]);
  expect(harness.subjects.of('MEM-UNMAP-FIRST')).toBe(before + 1);
  expect(harness.subjects.of('MEM-WIPE')).toBeGreaterThan(0);
});

test('no guard of a switched-off vCPU is met on Linux, which has none', () => {
  const harness = harnessIn('neighbours');
  harness.run([harness.moveOf('guest_read', 0, { vm: 0, vcpu: 0, gfn: 0 })]);
  expect(harness.subjects.of('CPU-POWER')).toBe(0);
  expect(harness.subjects.of('CPU-EXPOSURE')).toBeGreaterThan(0);
});

test('as many are counted as where the state is looked at anew for each call', () => {
  const harness = harnessIn('ending');
  const { spec, state, subjects, machine } = harness;
  const view = new View(spec.layout, state.cells, new GhostState(spec.layout));
  const clauses = [...new Set(Object.values(laws).map(({ clause }) => clause))];
  const anew = new Map(clauses.map((clause) => [clause, subjects.of(clause)]));
  const note = subjects.note.bind(subjects);
  subjects.note = (batch) => {
    note(batch);
    const fresh = new Subjects(view, spec, machine.hasFirmware);
    fresh.note(batch);
    for (const clause of clauses) anew.set(clause, (anew.get(clause) ?? 0) + fresh.of(clause));
  };
  const walk = new MachineWalk(harness);
  for (let seed = 1; seed <= 6; seed++) walk.run(seed, 60);
  expect(new Map(clauses.map((clause) => [clause, subjects.of(clause)]))).toEqual(anew);
  expect(clauses.filter((clause) => subjects.of(clause) > 0).length).toBeGreaterThan(15);
});
