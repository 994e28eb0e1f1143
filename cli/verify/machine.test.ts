import { expect, test } from 'vitest';
import { faults } from '../../mutants/model/all.ts';
import { harnessFor, machineScopeNamed } from '../../search/machine/counterexample.ts';
import { breakMachines, MoveSequences } from '../../search/machine/campaign.ts';
import { machineScopes } from '../../search/machine/scopes.ts';
import { modelScopes, reportViolation } from './machine.ts';
import { readOptions } from './options.ts';
import { checkNames } from './run.ts';

test('what breaks on the model is told short: calls, what is lost, and the clause', async () => {
  const fault = faults.find(({ id }) => id === 'dying-page-not-wiped');
  const scope = machineScopeNamed('ending');
  if (fault === undefined || scope === undefined) throw new Error('unreachable: the fault and the scope are there');
  const { found } = await breakMachines([new MoveSequences(harnessFor(scope, fault))], { seed: 1 });
  if (found === undefined) throw new Error('unreachable: without a number of runs it goes on until something breaks');
  const { lines, counterexample } = reportViolation(found);
  expect(counterexample?.breaks).toBe(found.broken.violation.clause);
  expect(counterexample?.calls.length).toBeLessThan(5);
  expect(found.foundAt).toBeGreaterThan(5);
  expect(lines[0]).toBe(`${found.broken.violation.clause} ${found.broken.violation.statement}`);
  expect(lines.join('\n')).toContain('reclaim_dying_guest_page');
});

test('a guard that the model lacks is told with the file in which it would be', async () => {
  const fault = faults.find(({ id }) => id === 'wrong-error');
  const scope = machineScopeNamed('neighbours');
  if (fault === undefined || scope === undefined) throw new Error('unreachable: the fault and the scope are there');
  const { found } = await breakMachines([new MoveSequences(harnessFor(scope, fault))], { seed: 1 });
  if (found === undefined) throw new Error('unreachable: without a number of runs it goes on until something breaks');
  const clause = found.broken.violation.clause;
  const hint = `${clause} is a guard of host_share_hyp; model/hypervisor/hypervisor.ts lists where the model answers that call`;
  expect(reportViolation(found).lines).toContain(`  ${hint}`);
});

test('for a profile the machines are attacked that answer as that release', () => {
  const placesFor = (profile: string | undefined): readonly string[] =>
    modelScopes({ profile }).map(({ name }) => name);
  expect(placesFor('linux-7.4')).toEqual(['linux-7.4', 'linux-7.4-ending', 'linux-7.4-beginning', 'linux-7.4-mailbox']);
  expect(placesFor('android16-6.12')).toEqual(['android', 'android-ending']);
  expect(placesFor('android16-6.12-as-shipped')).toEqual(['as-shipped', 'as-shipped-ending', 'as-shipped-pair']);
  expect(placesFor('linux-6.1')).toEqual([]);
  const options = readOptions({ seed: '1', profile: 'linux-7.4', check: 'model' });
  expect(checkNames(options)).toContain('model');
  for (const check of ['model', 'races']) expect(checkNames({ ...options, profile: 'linux-6.1' })).not.toContain(check);
  expect(placesFor(undefined)).toEqual(machineScopes.map(({ name }) => name));
});
