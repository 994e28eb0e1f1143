/**
 * The registers of protected VMs: what a vCPU finds in the CPU when it is entered, what EL2 keeps of it when it has
 * trapped, and that nothing changes in between but by an answer of the host that the last exit asked for. Told by the
 * calls that were made and by what the guest had, never by what the hypervisor has noted.
 */
import type { matrix } from '../../model/exposure.ts';
import { registerNames, registers } from '../../model/cpu.ts';
import type { Register } from '../../model/cpu.ts';
import { hostStart } from '../../model/hypervisor/heap-lifecycle.ts';
import { internalFailure, pvmfwEntry } from '../../model/hypervisor/vcpus.ts';
import type { Start, Vcpu, Vm } from '../../model/hypervisor/vm.ts';
import type { Machine } from '../../model/machine.ts';
import { powers } from '../../spec/fields.ts';
import { laws } from './laws.ts';
import type { MachineViolation } from '../../properties/machine-law.ts';
import type { Performed } from './performed.ts';

/** What the host may set after an exit, by the reason of the exit. */
const answers: Readonly<Record<keyof typeof matrix, readonly Register[]>> = {
  wfx: [],
  sysreg: ['x0'],
  hvc: ['x0'],
  smc: [],
  cpu_on: [],
  memory_call: [],
  inst_abort: [],
  data_abort: [],
  guarded_mmio: ['x0'],
  irq: [],
};
/** What it may choose before any entry. */
const choices: readonly Register[] = ['vgic', 'hcr'];
const pending = powers.indexOf('PENDING');
const blank: Start = { pc: 0, x0: 0 };
const firmware: Start = { pc: pvmfwEntry, x0: 0 };

const resetTo = ({ pc, x0 }: Start): number[] =>
  registerNames.map((name) => (name === 'pc' ? pc : name === 'x0' ? x0 : 0));
const isSame = (found: ArrayLike<number>, expected: ArrayLike<number>): boolean => {
  for (let i = 0; i < registerNames.length; i++) if (found[i] !== expected[i]) return false;
  return true;
};

export class Registers {
  private readonly machine: Machine;
  /** By vCPU: what it had when it last trapped, and what the host has answered since. */
  private readonly kept = new Map<Vcpu, number[]>();
  /** vCPUs that were switched on and have not run since, and where they are to begin. */
  private readonly starting = new Map<Vcpu, Start>();
  /** vCPUs that have asked for another to be switched on, and have not been entered since. */
  private readonly asking = new Map<Vcpu, Vcpu>();
  /** VMs of which a vCPU has been entered. */
  private readonly begun = new Set<Vm>();
  private readonly running = new Map<Performed, Vcpu>();

  constructor(machine: Machine) {
    this.machine = machine;
  }

  reset(): void {
    for (const all of [this.kept, this.starting, this.asking, this.begun, this.running]) all.clear();
    for (const vm of this.machine.hv.vms.all()) {
      if (typeof vm !== 'object' || !vm.protected) continue;
      if (vm.hasBegun) this.begun.add(vm);
      for (const vcpu of vm.vcpus) if (vcpu !== undefined) this.meet(vcpu);
    }
  }

  /** A vCPU from before the run. */
  private meet(vcpu: Vcpu): void {
    this.kept.set(vcpu, this.savedOf(vcpu));
    if (vcpu.power === 'PENDING') this.starting.set(vcpu, vcpu.start ?? blank);
    const asked = vcpu.asked === undefined ? undefined : vcpu.vm.vcpus[vcpu.asked];
    if (asked !== undefined) this.asking.set(vcpu, asked);
  }

  /** EL2 has entered the guest, which has not made a step yet. */
  entered(one: Performed): MachineViolation | undefined {
    const { vm = 0, vcpu: index = 0 } = one.values;
    const vcpu = this.named(vm, index);
    const found = this.machine.cpus[one.cpu]?.registers ?? [];
    if (vcpu === undefined) return undefined;
    this.running.set(one, vcpu);
    this.tell(vcpu, one.call === 'host_fail_cpu_on');
    const start = this.starting.get(vcpu);
    if (start === undefined) return isSame(found, this.keptOf(vcpu)) ? undefined : laws.entrySaved;
    this.starting.delete(vcpu);
    const isFirst = this.machine.hasFirmware && !this.begun.has(vcpu.vm);
    this.begun.add(vcpu.vm);
    if (isFirst && found[registers.pc] !== pvmfwEntry) return laws.firmwareFirst;
    return isSame(found, resetTo(isFirst ? firmware : start)) ? undefined : laws.entryReset;
  }

  /** What came of a CPU_ON, of which the host says that it has failed, or nothing. */
  private tell(vcpu: Vcpu, hasFailed: boolean): void {
    const asked = this.asking.get(vcpu);
    if (asked === undefined) return;
    this.asking.delete(vcpu);
    const isUndone = hasFailed && this.starting.delete(asked);
    this.keptOf(vcpu)[registers.x0] = isUndone ? internalFailure : 0;
  }

  end(one: Performed): void {
    const { call, cpu, values, answer } = one;
    const trapped = this.machine.cpus[cpu]?.trapped ?? new Float64Array();
    const vcpu = this.running.get(one);
    if (vcpu !== undefined) this.kept.set(vcpu, [...trapped]);
    if (answer?.kind !== 'done') return;
    if (call === 'guest_cpu_on') this.switchOn(this.named(values['vm'], values['target']), vcpu, trapped);
    if (call === 'init_vcpu' && values['mpState'] === pending)
      this.start(this.named(values['vm'], values['index']), this.machine.hasFirmware ? blank : hostStart);
    if (call === 'host_set_register') this.answer(one);
  }

  /** What EL2 keeps of each vCPU that does not run. */
  look(one: Performed): MachineViolation | undefined {
    const own = this.running.get(one);
    this.running.delete(one);
    const inside = new Set(this.running.values());
    for (const vm of this.machine.hv.vms.all()) {
      if (typeof vm !== 'object' || !vm.protected) continue;
      for (const vcpu of vm.vcpus) {
        if (vcpu === undefined || inside.has(vcpu) || this.starting.has(vcpu)) continue;
        if (!isSame(this.savedOf(vcpu), this.keptOf(vcpu))) return vcpu === own ? laws.exitSaved : laws.stateIntegrity;
      }
    }
    return undefined;
  }

  private switchOn(target: Vcpu | undefined, by: Vcpu | undefined, trapped: ArrayLike<number>): void {
    this.start(target, { pc: trapped[registers.x2] ?? 0, x0: trapped[registers.x3] ?? 0 });
    if (target !== undefined && by !== undefined) this.asking.set(by, target);
  }

  private start(vcpu: Vcpu | undefined, start = blank): void {
    if (vcpu !== undefined) this.starting.set(vcpu, start);
  }

  /** The host answers the last exit of what is loaded, or chooses what is its to choose. */
  private answer({ cpu, values }: Performed): void {
    const vcpu = this.machine.cpus[cpu]?.loaded;
    const name = registerNames[values['register'] ?? 0];
    const reason = vcpu?.trap?.reason as keyof typeof answers | undefined;
    if (vcpu === undefined || name === undefined || reason === undefined) return;
    if ([...answers[reason], ...choices].includes(name)) this.keptOf(vcpu)[registers[name]] = values['value'] ?? 0;
  }

  /** A vCPU that was just made begins with nothing. */
  private keptOf(vcpu: Vcpu): number[] {
    let kept = this.kept.get(vcpu);
    if (kept === undefined) this.kept.set(vcpu, (kept = resetTo(blank)));
    return kept;
  }

  private savedOf(vcpu: Vcpu): number[] {
    return registerNames.map((_, word) => this.machine.cache.read(vcpu.structure, word));
  }

  /** A vCPU of a protected VM. */
  private named(slot = 0, index = 0): Vcpu | undefined {
    const vm = this.machine.hv.vms.find(slot);
    return vm?.protected === true ? vm.vcpus[index] : undefined;
  }
}
