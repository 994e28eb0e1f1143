/** Which vCPUs a protected VM has switched off, and which of Android's VMs have not begun: told by the calls that were made, never by what the machine keeps. */
import { registers } from '../../model/cpu.ts';
import { pvmfwEntry } from '../../model/hypervisor/vcpus.ts';
import type { Machine } from '../../model/machine.ts';
import { powers } from '../../spec/fields.ts';
import { laws } from './laws.ts';
import type { MachineViolation } from '../../properties/machine-law.ts';
import type { Performed } from './performed.ts';

const stopped = powers.indexOf('OFF');

export class Power {
  private readonly machine: Machine;
  private readonly off = new Set<number>();
  /** VMs that have firmware, and have not run. */
  private readonly fresh = new Set<number>();
  /** What was off, and had not run, before a run begins. */
  private start: readonly [off: readonly number[], fresh: readonly number[]] = [[], []];

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Runs begin from here. */
  keep(): void {
    this.start = [[...this.off], [...this.fresh]];
  }

  reset(): void {
    this.off.clear();
    this.fresh.clear();
    for (const vcpu of this.start[0]) this.off.add(vcpu);
    for (const vm of this.start[1]) this.fresh.add(vm);
  }

  /** What is off gets nothing done, and what begins does so in its firmware. */
  look(one: Performed): MachineViolation | undefined {
    const { rule, values, answer } = one;
    if (hasRun(one) && this.fresh.has(values['vm'] ?? 0) && !this.isInFirmware(one)) return laws.firmwareFirst;
    const isDone = rule.rule.actor === 'guest' && answer?.kind === 'done';
    return isDone && this.off.has(this.vcpu(values['vm'], values['vcpu'])) ? laws.power : undefined;
  }

  /** The guests of the model stay where they begin; the vCPU that came first can be under way still. */
  private isInFirmware({ values: { vm = 0 } }: Performed): boolean {
    const { cpus, hv } = this.machine;
    const inside = cpus.some((cpu) => cpu.loaded?.vm.slot === vm && cpu.registers[registers.pc] === pvmfwEntry);
    const saved = (hv.vms.find(vm)?.vcpus ?? []).some(
      (vcpu) => vcpu !== undefined && hv.memory.read(vcpu.structure, registers.pc) === pvmfwEntry,
    );
    return inside || saved;
  }

  end(one: Performed): void {
    const { call, values, answer } = one;
    if (hasRun(one)) this.fresh.delete(values['vm'] ?? 0);
    if (answer?.kind !== 'done') return;
    // why: where the call names no VM, the hypervisor keeps power states, and knows where firmware is.
    if (call === 'init_vm' && values['vm'] === undefined) this.built(answer.answer, values['protected'] === 1);
    const { vm, index, vcpu, target } = values;
    if (call === 'guest_cpu_off') this.off.add(this.vcpu(vm, vcpu));
    if (call === 'guest_cpu_on') this.off.delete(this.vcpu(vm, target));
    if (call === 'init_vcpu') this.made(this.vcpu(vm, index), vm, values['mpState']);
  }

  private built(vm: number, isProtected: boolean): void {
    if (isProtected) this.fresh.add(vm);
    else this.fresh.delete(vm);
  }

  private made(vcpu: number, vm: number | undefined, state: number | undefined): void {
    this.off.delete(vcpu);
    // why: of a VM that is not protected the host keeps the power states.
    if (state === stopped && this.machine.hv.vms.find(vm ?? 0)?.protected === true) this.off.add(vcpu);
  }

  private vcpu(vm = 0, index = 0): number {
    return vm * this.machine.config.vcpus + index;
  }
}

/** A vCPU was entered: it is not the host that was told that it cannot run it. */
const hasRun = ({ rule, answer }: Performed): boolean =>
  rule.rule.actor === 'guest' && !(answer?.kind === 'refused' && answer.error === 'EINVAL');
