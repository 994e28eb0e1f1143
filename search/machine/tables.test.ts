import { expect, test } from 'vitest';
import { frameHigh, frameLow, tableOrPage, valid } from '../../model/descriptor.ts';
import { machineScopeNamed } from './counterexample.ts';
import { laws } from './laws.ts';
import { Tables } from './tables.ts';
import { TwoRunHarness } from './two-run.ts';

test('a page that has become a table of two VMs is told, as long as it is one', () => {
  const scope = machineScopeNamed('neighbours') ?? expect.fail('no such scope');
  const harness = new TwoRunHarness(scope, { hasSecond: false });
  harness.reset();
  harness.perform(harness.moveOf('donate_guest', 0, { page: 1, gfn: 1 }));
  const { machine, performed } = harness;
  const call = performed[0] ?? expect.fail('nothing was done');
  const [one, other] = machine.hv.vms.all().filter((slot) => typeof slot === 'object');
  const [table] = one?.table.tables() ?? [];
  if (table === undefined || other === undefined) return expect.fail('two VMs, of which one has a table');
  const tables = new Tables(machine);
  tables.reset();
  expect(tables.look(call, true)).toBeUndefined();
  const last = other.table.shape.entries - 1;
  machine.memory.store(other.table.root, last, frameLow(table) | valid | tableOrPage, frameHigh(table));
  expect(tables.look(call, true)).toBe(laws.ownTables);
  expect(tables.look(call, true)).toBe(laws.ownTables);
  machine.memory.store(other.table.root, last, 0, 0);
  expect(tables.look({ ...call, call: 'donate_guest', answer: { kind: 'done', answer: 0 } }, true)).toBeUndefined();
});
