/** How a fault reads: each call with its answer and what it changes, and where others come in. */
import type { Counterexample } from '../../search/counterexamples/file.ts';
import { faults } from '../../mutants/model/all.ts';
import { registerNames } from '../../model/cpu.ts';
import { harnessFor, isOfMachine, machineScopeNamed, movesOf } from '../../search/machine/counterexample.ts';
import type { FaultCounterexample } from '../../search/machine/counterexample.ts';
import type { MachineViolatedAt, TwoRunHarness } from '../../search/machine/two-run.ts';
import { none } from '../../spec/config.ts';
import { lives } from '../../spec/fields.ts';
import { reportBoot } from './boot-fault.ts';
import type { FaultReport } from './fault-report.ts';
import { changesOf, faultRows, formatValue } from './fault-rows.ts';

/** Run it again, with its fault if it has one. What cannot be run is said in one line. */
export function reportFault(counterexample: Counterexample): FaultReport | string {
  if (!isOfMachine(counterexample)) return reportBoot(counterexample);
  const fault = faults.find(({ id }) => id === counterexample.fault);
  const scope = machineScopeNamed(counterexample.scope);
  if (fault === undefined && counterexample.fault !== undefined) return `no fault ${counterexample.fault}`;
  if (scope === undefined) return `no scope ${counterexample.scope}`;
  const harness = harnessFor(scope, fault, new Set([counterexample.breaks]));
  try {
    return { title: fault?.title ?? 'the model as it is', known: fault?.known, ...reportRun(harness, counterexample) };
  } catch (error) {
    return (error as Error).message;
  }
}

/** A run of the machine, line by line. */
export function reportRun(
  harness: TwoRunHarness,
  counterexample: Pick<FaultCounterexample, 'calls' | 'schedule'>,
): Pick<FaultReport, 'broken' | 'lines'> {
  harness.keepsTrace = true;
  const broken = harness.run(movesOf(harness, counterexample));
  harness.see();
  const lines = [
    ...start(harness),
    '',
    ...faultRows(harness, counterexample, broken !== undefined),
    ...after(harness, broken),
  ];
  return { broken: broken && { length: broken.length, statement: broken.violation.statement }, lines };
}

/** Which VMs there are, and where they are loaded. */
function start(harness: TwoRunHarness): string[] {
  const { base, config } = harness.spec.layout;
  const at = (cell: number): number => harness.start[cell] ?? none;
  const vms = Array.from({ length: config.slots }, (_, entry) => entry).flatMap((entry) => {
    const life = lives[at(base.life + entry)] ?? 'NONE';
    if (life === 'NONE') return [];
    return [`VM${entry} (${at(base.protected + entry) === 1 ? 'protected' : 'not protected'}) lives`];
  });
  const loaded = Array.from({ length: config.cpus }, (_, cpu) => cpu).flatMap((cpu) => {
    const vcpu = at(base.loaded + cpu);
    return vcpu === none
      ? []
      : [`CPU ${cpu} has vCPU ${vcpu % config.vcpus} of VM${Math.floor(vcpu / config.vcpus)} loaded`];
  });
  return [`start: ${vms.length === 0 ? 'no VM lives' : [...vms, ...loaded].join('; ')}`];
}

/**
 * What is to be seen at the end besides the changes: CPUs that wait, registers that tell, and what should have been.
 */
function after(harness: TwoRunHarness, broken: MachineViolatedAt | undefined): string[] {
  if (broken === undefined) return [];
  const { violation } = broken;
  const isLaw = 'kind' in violation;
  return [
    '',
    ...waiting(harness),
    ...outcomeLines(harness),
    ...(isLaw ? [] : expected(harness)),
    `✗ ${isLaw ? violation.loss : violation.statement}`,
  ];
}

function waiting(harness: TwoRunHarness): string[] {
  return harness.machine.cpus.flatMap(({ number }) => {
    if (!harness.isBusy(number)) return [];
    const held = harness.machine.hv.locks().flatMap(({ name, holder }) => (holder === number ? [name] : []));
    return [
      `CPU ${number} is at “${harness.placeOf(number)}”${held.length > 0 ? ` and holds ${held.join(' and ')}` : ''}`,
    ];
  });
}

/** Registers in which the machine differs from one whose VM has another secret. */
function outcomeLines(harness: TwoRunHarness): string[] {
  return harness.machine.cpus.flatMap(({ number, registers }) => {
    const other = harness.second.cpus[number]?.registers;
    const shown = registerNames.flatMap((name, i) =>
      registers[i] === other?.[i] ? [] : [`${name} = ${formatValue(harness, registers[i] ?? 0)}`],
    );
    return harness.isBusy(number) || shown.length === 0 ? [] : [`CPU ${number} shows the host ${shown.join(', ')}`];
  });
}

/** The machine was held against the rules: what they would change of what it has become. */
function expected(harness: TwoRunHarness): string[] {
  const found = harness.trace.at(-1);
  return found === undefined
    ? []
    : changesOf(harness, found, harness.state.cells).map((line) => `by the rules: ${line}`);
}
