/** Which vCPU is where, and what crosses between a vCPU and the host when it is entered and left. */
import type { Cpu, Register } from '../cpu.ts';
import { registerNames, registers } from '../cpu.ts';
import type { ExitReason } from '../exposure.ts';
import { arg, done, type Args, type Outcome } from './call.ts';
import type { Core } from './core.ts';
import type { Run } from './locks.ts';
import { type Vcpu, vmidOf } from './vm.ts';

/** Where pvmfw lies in each protected VM (Android). */
export const pvmfwEntry = 0x7fc00000;

/** PSCI's INTERNAL_FAILURE, -6. */
export const internalFailure = 0xffff_fffa;

export class VcpuPlacement {
  private readonly hv: Core;
  /** A VM with firmware begins there, whatever the host has in mind for it. */
  firstInstruction: (vcpu: Vcpu) => number = () => pvmfwEntry;

  constructor(hv: Core) {
    this.hv = hv;
  }

  /** A load that would put a vCPU in two places, or two on one CPU, is ignored. */
  *load(cpu: Cpu, args: Args): Run<Outcome> {
    if (cpu.loaded !== undefined) return done;
    const { vms } = this.hv;
    yield* vms.lock.take(cpu.number);
    const vcpu = this.mayLoad(arg(args, 'vm'), arg(args, 'index'));
    if (vcpu !== undefined) this.place(cpu, vcpu);
    vms.lock.release();
    return done;
  }

  place(cpu: Cpu, vcpu: Vcpu): void {
    const { vm } = vcpu;
    const { pages, upkeep } = this.hv;
    vcpu.loadedOn = cpu.number;
    cpu.loaded = vcpu;
    pages.refs[vm.structure] = pages.refs[vm.structure]! + 1;
    if (vm.lastRan[cpu.number] !== vcpu.index) upkeep.flushForSibling(cpu.number, vmidOf(vm.slot));
    vm.lastRan[cpu.number] = vcpu.index;
  }

  mayLoad(slot: number, index: number): Vcpu | undefined {
    const vm = this.hv.vms.named(slot);
    if (vm === undefined || vm.isDying) return undefined;
    const vcpu = vm.vcpus[index];
    return vcpu?.loadedOn === -1 ? vcpu : undefined;
  }

  *put(cpu: Cpu): Run<Outcome> {
    const vcpu = cpu.loaded;
    if (vcpu === undefined) return done;
    const { vms, pages } = this.hv;
    yield* vms.lock.take(cpu.number);
    vcpu.loadedOn = -1;
    cpu.loaded = undefined;
    pages.refs[vcpu.vm.structure] = pages.refs[vcpu.vm.structure]! - 1;
    vms.lock.release();
    return done;
  }

  /** The host asks for the state that it may see of the loaded vCPU; here every exit has shown it already. */
  *syncState(): Run<Outcome> {
    return done;
  }

  /** A CPU enters the vCPU that is loaded on it, and no other. */
  mayRun(cpu: Cpu, slot: number, index: number): Vcpu | undefined {
    const vcpu = cpu.loaded;
    return vcpu?.vm.slot === slot && vcpu.index === index && vcpu.power !== 'OFF' ? vcpu : undefined;
  }

  enter(cpu: Cpu, vcpu: Vcpu): void {
    if (vcpu.asked !== undefined) this.tell(vcpu, 0);
    if (vcpu.power === 'PENDING') this.begin(cpu, vcpu);
    else this.loadRegisters(cpu, vcpu);
  }

  loadRegisters(cpu: Cpu, vcpu: Vcpu): void {
    for (let i = 0; i < cpu.registers.length; i++) cpu.registers[i] = this.hv.memory.read(vcpu.structure, i);
  }

  /** The host says that it could not start what a vCPU has asked for. Whether that has not run, and is off again. */
  refuse(vcpu: Vcpu): boolean {
    const target = vcpu.asked === undefined ? undefined : vcpu.vm.vcpus[vcpu.asked];
    if (target?.power !== 'PENDING') return false;
    target.power = 'OFF';
    this.tell(vcpu, internalFailure);
    return true;
  }

  /** What a vCPU gets to know of its CPU_ON. */
  private tell(vcpu: Vcpu, result: number): void {
    this.hv.memory.write(vcpu.structure, registers.x0, result);
    vcpu.asked = undefined;
  }

  /** A vCPU that was switched on begins with nothing in its registers but where it begins. */
  private begin(cpu: Cpu, vcpu: Vcpu): void {
    this.reset(cpu);
    vcpu.power = 'ON';
    if (vcpu.vm.hasBegun || vcpu.start !== undefined) this.enterSecondary(cpu, vcpu);
    else cpu.registers[registers.pc] = this.firstInstruction(vcpu);
    vcpu.vm.hasBegun = true;
  }

  reset(cpu: Cpu): void {
    cpu.registers.fill(0);
  }

  /** The VM itself has said where; or the host, of the first vCPU of a VM without firmware. */
  enterSecondary(cpu: Cpu, { start }: Vcpu): void {
    cpu.registers[registers.pc] = start?.pc ?? 0;
    cpu.registers[registers.x0] = start?.x0 ?? 0;
  }

  /** The guest's registers go to the hypervisor's memory; the host finds in the CPU what the matrix lists, else zeros. */
  leave(cpu: Cpu, vcpu: Vcpu, reason: ExitReason, gfn = -1): void {
    this.saveRegisters(cpu, vcpu);
    vcpu.trap = { reason, gfn };
    const shown = this.shown(reason, vcpu.vm.protected);
    cpu.exposed = { reason, gfn, values: shown.map((name) => [name, cpu.registers[registers[name]]!] as const) };
    cpu.registers.fill(0);
    for (const [name, value] of cpu.exposed.values) cpu.registers[registers[name]] = value;
  }

  saveRegisters(cpu: Cpu, vcpu: Vcpu): void {
    for (let i = 0; i < cpu.registers.length; i++) this.hv.memory.write(vcpu.structure, i, cpu.registers[i]!);
  }

  shown(reason: ExitReason, isProtected: boolean): readonly Register[] {
    return this.hv.exposure.rowFor(reason, isProtected).out;
  }

  /** The host sets a register of the loaded vCPU; only what the matrix takes for the last exit gets through. */
  *setRegister(cpu: Cpu, args: Args): Run<Outcome> {
    const vcpu = cpu.loaded;
    const name = registerNames[arg(args, 'register')];
    if (vcpu?.trap === undefined || name === undefined) return 'EINVAL';
    if (this.accepted(vcpu.trap.reason as ExitReason, vcpu.vm.protected).includes(name)) {
      this.answer(vcpu, name, arg(args, 'value'));
    }
    return done;
  }

  answer(vcpu: Vcpu, name: Register, value: number): void {
    this.hv.memory.write(vcpu.structure, registers[name], value);
  }

  accepted(reason: ExitReason, isProtected: boolean): readonly Register[] {
    return this.hv.exposure.rowFor(reason, isProtected).in;
  }
}
