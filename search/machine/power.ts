/** Which vCPUs a protected VM has switched off: told by the calls that were made, never by what the machine keeps. */
import type { Machine } from '../../model/machine.ts';
import { powers } from '../../spec/fields.ts';
import { laws } from './laws.ts';
import type { MachineViolation } from '../../properties/machine-law.ts';
import type { Performed } from './performed.ts';

const stopped = powers.indexOf('OFF');

export class Power {
  private readonly machine: Machine;
  private readonly off = new Set<number>();
  /** What was off before a run begins. */
  private start: readonly number[] = [];

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Runs begin from here. */
  keep(): void {
    this.start = [...this.off];
  }

  reset(): void {
    this.off.clear();
    for (const vcpu of this.start) this.off.add(vcpu);
  }

  /** What is off gets nothing done. */
  look({ rule, values, answer }: Performed): MachineViolation | undefined {
    const isDone = rule.rule.actor === 'guest' && answer?.kind === 'done';
    return isDone && this.off.has(this.vcpu(values['vm'], values['vcpu'])) ? laws.power : undefined;
  }

  end({ call, values, answer }: Performed): void {
    if (answer?.kind !== 'done') return;
    const { vm, index, vcpu, target } = values;
    if (call === 'guest_cpu_off') this.off.add(this.vcpu(vm, vcpu));
    if (call === 'guest_cpu_on') this.off.delete(this.vcpu(vm, target));
    if (call === 'init_vcpu') this.made(this.vcpu(vm, index), vm, values['mpState']);
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
