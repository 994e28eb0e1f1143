/** How a fault reads: each call with its answer and what it changes, and where others come in. */
import type { Counterexample } from '../../search/counterexamples/file.ts';
import { faults } from '../../mutants/model/all.ts';
import { registerNames } from '../../model/cpu.ts';
import { harnessFor, isOfMachine, machineScopeNamed, movesOf } from '../../search/machine/counterexample.ts';
import type { FaultCounterexample } from '../../search/machine/counterexample.ts';
import { differenceOf } from '../../search/machine/mismatch.ts';
import { formatVm } from '../../search/judge/vm-symmetry.ts';
import type { MachineViolatedAt, TwoRunHarness } from '../../search/machine/two-run.ts';
import { reportBoot } from './boot-fault.ts';
import type { FaultReport } from './fault-report.ts';
import { wrapped } from './columns.ts';
import { startLines } from './text.ts';
import { expectedLines } from './expected.ts';
import { faultRows, formatValue, scenesOfFault } from './fault-rows.ts';

/** Run it again, with its fault if it has one. What cannot be run is said in one line. */
export function reportFault(counterexample: Counterexample): FaultReport | string {
  if (!isOfMachine(counterexample)) return reportBoot(counterexample);
  const fault = faults.find(({ id }) => id === counterexample.fault);
  const scope = machineScopeNamed(counterexample.scope);
  if (fault === undefined && counterexample.fault !== undefined) return `no fault ${counterexample.fault}`;
  if (scope === undefined) return `no scope ${counterexample.scope}`;
  const harness = harnessFor(scope, fault, new Set([counterexample.breaks]));
  const unreadable = problemWith(harness, counterexample);
  if (unreadable !== undefined) return unreadable;
  const run = reportRun(harness, counterexample, fault?.loses);
  const title = fault?.loses ?? run.broken?.statement ?? 'nothing is lost';
  return { title, mistake: fault?.title ?? 'none: this is the model as it is', known: fault?.known, ...run };
}

/** Why its calls cannot be read, if they cannot. */
function problemWith(harness: TwoRunHarness, counterexample: Counterexample): string | undefined {
  try {
    movesOf(harness, counterexample);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A run of the machine, line by line; `loses`: what is lost, where that is known better than the law knows it. */
export function reportRun(
  harness: TwoRunHarness,
  counterexample: Pick<FaultCounterexample, 'calls' | 'schedule'>,
  loses?: string,
): Pick<FaultReport, 'broken' | 'lines' | 'scenes' | 'ending'> {
  harness.keepsTrace = true;
  const broken = harness.run(movesOf(harness, counterexample));
  harness.see();
  const scenes = scenesOfFault(harness, counterexample, broken !== undefined);
  const ending = after(harness, broken, loses);
  const below = ending.length === 0 ? [] : ['', ...ending.flatMap((line) => wrapped(line, '  '))];
  const lines = [...startLines(scenes), '', ...faultRows(scenes), ...below];
  return { broken: broken && { length: broken.length, statement: broken.violation.statement }, lines, scenes, ending };
}

/**
 * What is to be seen at the end besides the changes: CPUs that wait, registers that tell, and what should have been.
 */
function after(harness: TwoRunHarness, broken: MachineViolatedAt | undefined, loses: string | undefined): string[] {
  if (broken === undefined) return [];
  const { violation } = broken;
  const difference = differenceOf(violation);
  const overlaps = harness.stops.some((stop) => stop !== undefined);
  const all = difference === undefined ? [] : overlaps ? [noOrder] : expectedOf(harness);
  // why: where a call is done that should be refused, its own line tells all that it should not have changed.
  const expected = difference === 'page state' || all.length === 1 ? all : [];
  const isTold = difference === undefined || (difference === 'page state' && expected.length > 0);
  const lost = loses ?? (difference === undefined ? violation.loss : violation.statement);
  return [
    ...waiting(harness),
    ...outcomeLines(harness),
    ...(isTold || lost === violation.statement ? [] : [violation.statement]),
    ...expected,
    `✗ ${lost}`,
  ];
}

const noOrder = 'by the rules, no order of the calls that overlap leads here';

/** The machine was held against the rules: what they would make of the state in which the last call found it. */
function expectedOf(harness: TwoRunHarness): string[] {
  const { spec, start, trace, state, symmetry } = harness;
  const seen = Object.values(trace);
  const [before, found] = [seen.at(-2) ?? start, seen.at(-1)];
  const names = Array.from({ length: spec.config.slots }, (_, entry) => formatVm(symmetry.toOrdinal(entry)));
  return found === undefined ? [] : expectedLines(spec.layout, names, { before, found, wanted: state.cells });
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
    const shown = new Map<number, string[]>();
    registerNames.forEach((name, i) => {
      const value = registers[i] ?? 0;
      if (value !== other?.[i]) shown.set(value, [...(shown.get(value) ?? []), name]);
    });
    const values = [...shown].map(([value, names]) => `${names.join(', ')} = ${formatValue(harness, value)}`);
    return harness.isBusy(number) || values.length === 0 ? [] : [`CPU ${number} shows the host ${values.join('; ')}`];
  });
}
