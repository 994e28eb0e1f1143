/** What a guest does besides loads and stores: it traps, calls by number, goes on elsewhere, and uses two words at once. */
import type { Refusal } from '../spec/answers.ts';
import { prots } from './descriptor.ts';
import type { Cpu } from './cpu.ts';
import { Guest } from './guest.ts';
import { arg, done, type Args, type Call, type Outcome } from './hypervisor/call.ts';
import type { Run } from './hypervisor/locks.ts';
import type { Vcpu } from './hypervisor/vm.ts';

/**
 * By the numbers of the instructions: what there is no such instruction for (UDF, a write to an identification
 * register), and of registers, those that EL2 answers for (features, and one that reads as zero and forgets writes),
 * and those of the host's.
 */
const [secureCall, wait] = [4, 5] as const;
const undefinedOnes = [6, 9];
const own = [0, 1, 7, 8];
const hosts = [3, 12];

/** Numbers of functions, as the guest puts them into x0. */
const functions = [
  0x80000000, 0x8600ff01, 0x86000000, 0x84000000, 0x8400000a, 0xc4000004, 0x84000008, 0x84000009, 0x186000000,
  0xc600007f,
] as const;
const featuresNumber = 0x86000000;
/** Bits 0, 2, 3 and 4: the calls that tell of themselves, of memory, and that share it and take it back. */
const linuxFeatures = 1 + 4 + 8 + 16;
const wordRange = 2 ** 32;

/** What a guest call comes to: an answer of the hypervisor's, or its way to the host. */
type Answer = number | Refusal;

export class InstructingGuest extends Guest {
  private *instruction(cpu: Cpu, args: Args): Run<Outcome> {
    return yield* this.callFrom(cpu, args, [], (vcpu) => this.execute(cpu, vcpu, arg(args, 'instruction')));
  }

  private *execute(cpu: Cpu, vcpu: Vcpu, instruction: number): Run<Outcome> {
    if (instruction === secureCall) return this.finish(cpu, vcpu, 'smc', 'smc');
    if (instruction === wait) return this.finish(cpu, vcpu, 'wfx', 'wfx');
    if (undefinedOnes.includes(instruction)) return this.finish(cpu, vcpu, 'irq', 'undefined');
    return this.registerAccess(cpu, vcpu, instruction);
  }

  /** EL2 has its own table for protected VMs; what is in no row of it is refused. */
  registerAccess(cpu: Cpu, vcpu: Vcpu, register: number): Outcome {
    if (!vcpu.vm.protected || hosts.includes(register)) return this.finish(cpu, vcpu, 'sysreg', 'sysreg');
    return this.finish(cpu, vcpu, 'irq', own.includes(register) ? done : 'undefined');
  }

  private *byNumber(cpu: Cpu, args: Args): Run<Outcome> {
    const number = functions[arg(args, 'function')] ?? 0;
    return yield* this.callFrom(cpu, args, [number, 0], (vcpu) => this.called(cpu, vcpu, number % wordRange));
  }

  private *called(cpu: Cpu, vcpu: Vcpu, number: number): Run<Outcome> {
    const answer = vcpu.vm.protected ? this.answerTo(number) : 'hvc';
    return this.finish(cpu, vcpu, answer === 'hvc' ? 'hvc' : 'irq', answer);
  }

  /** To a protected VM. Linux has an answer to one number. */
  answerTo(number: number): Answer {
    return number === featuresNumber ? linuxFeatures : 'hvc';
  }

  /** The guest goes on at another frame, where it finds no instruction. */
  private *fetchElsewhere(cpu: Cpu, args: Args): Run<Outcome> {
    const vcpu = yield* this.enter(cpu, args);
    if (vcpu === undefined) return 'EINVAL';
    const aborted = this.fetch(cpu, vcpu) ?? this.fetchAt(cpu, vcpu, this.hv.gfnOf(args));
    if (aborted !== undefined) return aborted;
    this.trap(cpu, vcpu, 'irq');
    return done;
  }

  override calls(): Record<string, Call> {
    return {
      ...super.calls(),
      guest_read_pair: (cpu, args) => this.read(cpu, args),
      guest_atomic: (cpu, args) => this.read(cpu, args, prots.R | prots.W),
      guest_fetch: (cpu, args) => this.fetchElsewhere(cpu, args),
      guest_instruction: (cpu, args) => this.instruction(cpu, args),
      guest_call: (cpu, args) => this.byNumber(cpu, args),
    };
  }
}
