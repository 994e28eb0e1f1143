/** How a fault reads: each call with its answer and what it changes, and where others come in. */
import type { Counterexample } from '../../search/counterexamples/file.ts';
import { faults } from '../../mutants/model/all.ts';
import { registerNames } from '../../model/cpu.ts';
import { isOfMachine, labFor, machineWorldNamed, movesOf } from '../../search/machine/counterexample.ts';
import type { FaultCounterexample } from '../../search/machine/counterexample.ts';
import type { Broken, Lab } from '../../search/machine/two-run.ts';
import { lives, none } from '../../spec/state.ts';
import { tellBoot } from './boot-fault.ts';
import { changesOf, faultRows, sayValue } from './fault-rows.ts';

export interface FaultTold {
  readonly title: string;
  readonly known: string | undefined;
  /** After how many calls something broke, and the law that says so. */
  readonly broken: { readonly length: number; readonly says: string } | undefined;
  readonly lines: readonly string[];
}

/** Run it again, with its fault if it has one. What cannot be run is said in one line. */
export function tellFault(counterexample: Counterexample): FaultTold | string {
  if (!isOfMachine(counterexample)) return tellBoot(counterexample);
  const fault = faults.find(({ id }) => id === counterexample.fault);
  const named = machineWorldNamed(counterexample.world);
  if (fault === undefined && counterexample.fault !== undefined) return `no fault ${counterexample.fault}`;
  if (named === undefined) return `no world ${counterexample.world}`;
  const lab = labFor(named, fault, new Set([counterexample.breaks]));
  try {
    return { title: fault?.title ?? 'the model as it is', known: fault?.known, ...tellRun(lab, counterexample) };
  } catch (error) {
    return (error as Error).message;
  }
}

/** A run of the machine, line by line. */
export function tellRun(
  lab: Lab,
  counterexample: Pick<FaultCounterexample, 'calls' | 'schedule'>,
): Pick<FaultTold, 'broken' | 'lines'> {
  lab.keepsTrace = true;
  const broken = lab.run(movesOf(lab, counterexample));
  lab.see();
  const lines = [...start(lab), '', ...faultRows(lab, counterexample, broken !== undefined), ...after(lab, broken)];
  return { broken: broken && { length: broken.length, says: broken.breach.says }, lines };
}

/** Which VMs there are, and where they are loaded. */
function start(lab: Lab): string[] {
  const { base, world } = lab.spec.layout;
  const at = (cell: number): number => lab.start[cell] ?? none;
  const vms = Array.from({ length: world.slots }, (_, entry) => entry).flatMap((entry) => {
    const life = lives[at(base.life + entry)] ?? 'NONE';
    if (life === 'NONE') return [];
    return [`VM${entry} (${at(base.protected + entry) === 1 ? 'protected' : 'not protected'}) lives`];
  });
  const loaded = Array.from({ length: world.cpus }, (_, cpu) => cpu).flatMap((cpu) => {
    const vcpu = at(base.loaded + cpu);
    return vcpu === none
      ? []
      : [`CPU ${cpu} has vCPU ${vcpu % world.vcpus} of VM${Math.floor(vcpu / world.vcpus)} loaded`];
  });
  return [`start: ${vms.length === 0 ? 'no VM lives' : [...vms, ...loaded].join('; ')}`];
}

/** What is to be seen at the end besides the changes: CPUs that wait, registers that tell, and what should have been. */
function after(lab: Lab, broken: Broken | undefined): string[] {
  if (broken === undefined) return [];
  const { breach } = broken;
  const isLaw = 'kind' in breach;
  return [
    '',
    ...waiting(lab),
    ...telling(lab),
    ...(isLaw ? [] : expected(lab)),
    `✗ ${isLaw ? breach.loss : breach.says}`,
  ];
}

function waiting(lab: Lab): string[] {
  return lab.machine.cpus.flatMap(({ number }) => {
    if (!lab.isBusy(number)) return [];
    const held = lab.machine.hv.locks().flatMap(({ name, holder }) => (holder === number ? [name] : []));
    return [`CPU ${number} is at “${lab.placeOf(number)}”${held.length > 0 ? ` and holds ${held.join(' and ')}` : ''}`];
  });
}

/** Registers in which the machine differs from one whose VM has another secret. */
function telling(lab: Lab): string[] {
  return lab.machine.cpus.flatMap(({ number, registers }) => {
    const other = lab.twin.cpus[number]?.registers;
    const shown = registerNames.flatMap((name, i) =>
      registers[i] === other?.[i] ? [] : [`${name} = ${sayValue(lab, registers[i] ?? 0)}`],
    );
    return lab.isBusy(number) || shown.length === 0 ? [] : [`CPU ${number} shows the host ${shown.join(', ')}`];
  });
}

/** The machine was held against the rules: what they would change of what it has become. */
function expected(lab: Lab): string[] {
  const found = lab.trace.at(-1);
  return found === undefined ? [] : changesOf(lab, found, lab.state.cells).map((line) => `by the rules: ${line}`);
}
