/** A guest as an actor: one short piece of its code runs on a vCPU, and the vCPU is left again. */
import type { Refusal } from '../spec/answers.ts';
import { frameWrap } from './board.ts';
import type { Cache } from './cache.ts';
import { computedClasses, registers, type Cpu, type Register } from './cpu.ts';
import { prots } from './descriptor.ts';
import type { ExitReason } from './exposure.ts';
import { arg, done, type Args, type Call, type Outcome } from './hypervisor/call.ts';
import type { Check } from './hypervisor/host-memory.ts';
import type { Hypervisor } from './hypervisor/hypervisor.ts';
import type { Pause, Run } from './hypervisor/locks.ts';
import { type Vcpu, vmidOf } from './hypervisor/vm.ts';
import type { Fault, Mmu } from './mmu.ts';

/** Nothing of the guest has been run yet: its registers are as EL2 has loaded them. */
export const entered: Pause = { at: 'guest entered' };
const callNumbers = { share: 0xc6000003, unshare: 0xc6000004, relinquish: 0xc6000009 } as const;
const guardNumber = 0xc6000007;
const memInfoNumber = 0xc6000002;
/**
 * In what pieces a guest can share its memory, in bytes; a small configuration has smaller pages, and its guests are
 * told of real ones.
 */
const granule = 4096;

/** x0 to x3. */
const callRegisters = 4;
const instructionBytes = 4;

/** The program counter moves on. */
function step(cpu: Cpu): void {
  cpu.registers[registers.pc] = cpu.registers[registers.pc]! + instructionBytes;
}

/** What a guest computes with is in two registers, and in every class of state that it can write. */
function compute(cpu: Cpu, value: number): void {
  for (const name of ['x2', 'x3', ...computedClasses] as const) cpu.registers[registers[name]] = value;
}

type PageCall = (cpu: Cpu, vcpu: Vcpu, gfn: number) => Run<Check>;
type GuestCall = (vcpu: Vcpu) => Run<Outcome>;

export class Guest {
  protected readonly hv: Hypervisor;
  private readonly mmu: Mmu;
  private readonly cache: Cache;

  constructor(hv: Hypervisor, mmu: Mmu, cache: Cache) {
    this.hv = hv;
    this.mmu = mmu;
    this.cache = cache;
  }

  /** A load, of one word or two, or of a word that may be changed at the same time. */
  *read(cpu: Cpu, args: Args, needs: number = prots.R): Run<Outcome> {
    const vcpu = yield* this.enter(cpu, args);
    if (vcpu === undefined) return 'EINVAL';
    const frame = this.fetchAndReach(cpu, vcpu, args, needs);
    if (typeof frame === 'string') return frame;
    const value = this.cache.read(frame, arg(args, 'word'));
    cpu.registers[registers.x2] = value;
    step(cpu);
    this.trap(cpu, vcpu, 'irq');
    return value;
  }

  *write(cpu: Cpu, args: Args): Run<Outcome> {
    const vcpu = yield* this.enter(cpu, args);
    if (vcpu === undefined) return 'EINVAL';
    compute(cpu, arg(args, 'value'));
    const frame = this.fetchAndReach(cpu, vcpu, args, prots.W);
    if (typeof frame === 'string') return frame;
    this.cache.write(frame, arg(args, 'word'), arg(args, 'value'));
    step(cpu);
    this.trap(cpu, vcpu, 'irq');
    return done;
  }

  protected *enter(cpu: Cpu, args: Args): Run<Vcpu | undefined> {
    const vcpu = this.hv.vcpus.mayRun(cpu, arg(args, 'vm'), arg(args, 'vcpu'));
    if (vcpu === undefined) return undefined;
    this.hv.vcpus.enter(cpu, vcpu);
    yield entered;
    return vcpu;
  }

  private translate(cpu: Cpu, vcpu: Vcpu, gfn: number, needs: number): number | Fault {
    const regime = { observer: cpu.number, vmid: vmidOf(vcpu.vm.slot), vcpu: vcpu.index };
    return this.mmu.translate(regime, vcpu.vm.table, gfn % frameWrap, needs);
  }

  /** Fetch the code, if the configuration follows it, then translate the address that the code uses. */
  private fetchAndReach(cpu: Cpu, vcpu: Vcpu, args: Args, needs: number): number | Refusal {
    return this.fetch(cpu, vcpu) ?? this.reach(cpu, vcpu, args, needs);
  }

  protected fetch(cpu: Cpu, vcpu: Vcpu): Refusal | undefined {
    const code = this.hv.config.gfns[this.hv.config.codeGfn];
    return code === undefined ? undefined : this.fetchAt(cpu, vcpu, code.frame);
  }

  protected fetchAt(cpu: Cpu, vcpu: Vcpu, gfn: number): Refusal | undefined {
    const fault = this.translate(cpu, vcpu, gfn, prots.PX);
    return typeof fault === 'number' ? undefined : this.abort(cpu, vcpu, 'inst_abort', fault, gfn);
  }

  private reach(cpu: Cpu, vcpu: Vcpu, args: Args, needs: number): number | Refusal {
    const gfn = this.hv.gfnOf(args);
    const frame = this.translate(cpu, vcpu, gfn, needs);
    if (typeof frame === 'number') return frame;
    if (frame === 'translation' && this.hv.guestCalls.isGuarded(vcpu, gfn)) {
      cpu.registers[registers.x0] = needs === prots.W ? cpu.registers[registers.x2]! : 0;
      this.trap(cpu, vcpu, 'guarded_mmio', gfn % frameWrap);
      return 'data_abort:translation';
    }
    return this.abort(cpu, vcpu, 'data_abort', frame, gfn);
  }

  private abort(cpu: Cpu, vcpu: Vcpu, kind: 'inst_abort' | 'data_abort', fault: Fault, gfn: number): Refusal {
    this.trap(cpu, vcpu, kind, fault === 'translation' ? gfn % frameWrap : -1);
    return `${kind}:${fault}`;
  }

  /** The guest has no more to do, and its registers are EL2's to save. */
  protected trap(cpu: Cpu, vcpu: Vcpu, reason: ExitReason, gfn = -1): void {
    cpu.trapped.set(cpu.registers);
    this.hv.vcpus.leave(cpu, vcpu, reason, gfn);
  }

  /**
   * A call of the guest, by its number and arguments; a register passes what it holds. It can only be made by code that
   * can be fetched.
   */
  protected *callFrom(cpu: Cpu, args: Args, passed: readonly (number | Register)[], call: GuestCall): Run<Outcome> {
    const vcpu = yield* this.enter(cpu, args);
    if (vcpu === undefined) return 'EINVAL';
    const aborted = this.fetch(cpu, vcpu);
    if (aborted !== undefined) return aborted;
    const values = passed.map((one) => (typeof one === 'number' ? one : cpu.registers[registers[one]]!));
    // why: the arguments that the call does not use have to be zero, and the host may be shown them.
    for (let i = 0; i < callRegisters; i++) cpu.registers[i] = values[i] ?? 0;
    step(cpu);
    cpu.trapped.set(cpu.registers);
    return yield* call(vcpu);
  }

  /** A call about one page. The hypervisor answers a protected VM itself and leaves all others to the host. */
  private *pageCall(cpu: Cpu, args: Args, number: number, call: PageCall): Run<Outcome> {
    const gfn = this.hv.gfnOf(args) % frameWrap;
    const address = gfn * this.hv.board.pageBytes;
    return yield* this.callFrom(cpu, args, [number, address], (vcpu) =>
      this.aboutPage(cpu, vcpu, args, number, () => call(cpu, vcpu, gfn)),
    );
  }

  private *aboutPage(cpu: Cpu, vcpu: Vcpu, args: Args, number: number, call: () => Run<Check>): Run<Outcome> {
    if (!vcpu.vm.protected && number !== callNumbers.relinquish) return this.finish(cpu, vcpu, 'hvc', 'hvc');
    if (arg(args, 'argFault') !== 0 || arg(args, 'addrFault') !== 0)
      return this.finish(cpu, vcpu, 'irq', 'INVALID_PARAMETER');
    if (!vcpu.vm.protected) return this.finish(cpu, vcpu, 'irq', done);
    const bad = yield* call();
    if (bad === 'ENOENT' && number === callNumbers.share) return this.askForPage(cpu, vcpu, this.hv.gfnOf(args));
    // why: the host is asked for table pages, and the guest makes its call again.
    if (bad === 'ENOMEM') return this.finish(cpu, vcpu, 'memory_call', 'hvc');
    return this.finish(cpu, vcpu, 'irq', bad === undefined ? done : 'INVALID_PARAMETER');
  }

  /** A page that is not there yet is the host's to give; it sees an access to it, and the call is tried again. */
  protected askForPage(cpu: Cpu, vcpu: Vcpu, gfn: number): Refusal {
    return this.abort(cpu, vcpu, 'data_abort', 'translation', gfn);
  }

  /** HYP_MEMINFO: how finely memory can be shared. */
  protected *memInfo(cpu: Cpu, args: Args, number: number = memInfoNumber): Run<Outcome> {
    const reserved = arg(args, 'argFault');
    return yield* this.callFrom(cpu, args, [number, reserved], (vcpu) => this.tellMemory(cpu, vcpu, reserved));
  }

  private *tellMemory(cpu: Cpu, vcpu: Vcpu, reserved: number): Run<Outcome> {
    if (this.leavesMemInfo(vcpu)) return this.finish(cpu, vcpu, 'hvc', 'hvc');
    return this.finish(cpu, vcpu, 'irq', reserved === 0 ? granule : 'INVALID_PARAMETER');
  }

  /** Whether the host answers this VM. */
  protected leavesMemInfo({ vm }: Vcpu): boolean {
    return !vm.protected;
  }

  protected finish<T extends Outcome>(cpu: Cpu, vcpu: Vcpu, reason: ExitReason, outcome: T): T {
    this.hv.vcpus.leave(cpu, vcpu, reason);
    return outcome;
  }

  /** MMIO_GUARD_ENROLL (Android): from now on nothing is shown of an access that is not to a guarded frame. */
  private *enroll(cpu: Cpu, args: Args): Run<Outcome> {
    return yield* this.pageCall(cpu, args, guardNumber, (_cpu, vcpu) => this.markEnrolled(vcpu));
  }

  private *markEnrolled(vcpu: Vcpu): Run<Check> {
    vcpu.vm.enrolled = true;
    return undefined;
  }

  calls(): Record<string, Call> {
    const { guestCalls } = this.hv;
    return {
      guest_read: (cpu, args) => this.read(cpu, args),
      guest_write: (cpu, args) => this.write(cpu, args),
      guest_hyp_meminfo: (cpu, args) => this.memInfo(cpu, args),
      guest_mem_share: (cpu, args) =>
        this.pageCall(cpu, args, callNumbers.share, (c, vcpu, gfn) => guestCalls.memShare(c, vcpu, gfn)),
      guest_mem_unshare: (cpu, args) =>
        this.pageCall(cpu, args, callNumbers.unshare, (c, vcpu, gfn) => guestCalls.memUnshare(c, vcpu, gfn)),
    };
  }

  androidCalls(): Record<string, Call> {
    const { guestCalls } = this.hv;
    return {
      guest_mem_relinquish: (cpu, args) =>
        this.pageCall(cpu, args, callNumbers.relinquish, (c, vcpu, gfn) => guestCalls.memRelinquish(c, vcpu, gfn)),
      guest_mmio_guard_enroll: (cpu, args) => this.enroll(cpu, args),
      guest_mmio_guard_map: (cpu, args) =>
        this.pageCall(cpu, args, guardNumber, (c, vcpu, gfn) => guestCalls.mmioGuardMap(c, vcpu, gfn)),
      guest_mmio_guard_unmap: (cpu, args) =>
        this.pageCall(cpu, args, guardNumber, (_cpu, vcpu) => guestCalls.mmioGuardUnmap(vcpu)),
    };
  }
}
