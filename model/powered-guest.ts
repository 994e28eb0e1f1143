/** What guests do beyond those of Linux 7.3: they switch their vCPUs on and off, and the host may fail them. */
import type { Refusal } from '../spec/answers.ts';
import { registers, type Cpu } from './cpu.ts';
import { InstructingGuest } from './instructing-guest.ts';
import { arg, done, type Args, type Call, type Outcome } from './hypervisor/call.ts';
import type { Run } from './hypervisor/locks.ts';
import type { Start, Vcpu } from './hypervisor/vm.ts';

const cpuOffNumber = 0x84000002;
const cpuOnNumber = 0xc4000003;
export const affinityInfo = 0xc4000004;
/** SYSTEM_OFF and SYSTEM_RESET. */
const systemCalls: readonly number[] = [0x84000008, 0x84000009];
/** VERSION, CALL_UID, PSCI_VERSION, PSCI_FEATURES. */
const known: readonly number[] = [0x80000000, 0x8600ff01, 0x84000000, 0x8400000a];
/** Where a guest has its other vCPUs begin. */
const secondaryEntry = 0x80080000;

export class PoweredGuest extends InstructingGuest {
  /** EL2 answers all but what the host has to do for the VM; here the host also says which vCPUs are on. */
  override answerTo(number: number): Refusal | number {
    if (systemCalls.includes(number)) return 'hvc';
    const own = super.answerTo(number);
    if (own !== 'hvc') return own;
    return known.includes(number) ? done : this.answerToOther(number);
  }

  protected answerToOther(number: number): Refusal | number {
    return number === affinityInfo ? 'hvc' : 'NOT_SUPPORTED';
  }

  /** PSCI CPU_OFF: the VM takes this vCPU out of service, and the host cannot run it before CPU_ON. */
  private *switchOff(cpu: Cpu, vcpu: Vcpu): Run<Outcome> {
    if (!vcpu.vm.protected) return this.finish(cpu, vcpu, 'hvc', 'hvc');
    vcpu.power = 'OFF';
    return this.finish(cpu, vcpu, 'hvc', done);
  }

  /** PSCI CPU_ON: the host is told, for it has to run that vCPU. */
  private *switchOn(cpu: Cpu, vcpu: Vcpu, target: Vcpu | undefined): Run<Outcome> {
    if (!vcpu.vm.protected) return this.finish(cpu, vcpu, 'hvc', 'hvc');
    if (target === undefined) return this.finish(cpu, vcpu, 'irq', 'INVALID_PARAMETERS');
    if (target.power === 'PENDING') return this.finish(cpu, vcpu, 'irq', 'ON_PENDING');
    if (target.power !== 'OFF') return this.finish(cpu, vcpu, 'irq', 'ALREADY_ON');
    target.start = this.startOf(cpu);
    target.power = 'PENDING';
    vcpu.asked = target.index;
    return this.finish(cpu, vcpu, 'cpu_on', done);
  }

  /** The host enters a vCPU with a failure as its answer to the last call, and an interrupt takes it back at once. */
  private *hostFails(cpu: Cpu, args: Args): Run<Outcome> {
    const { vcpus } = this.hv;
    const asking = vcpus.mayRun(cpu, arg(args, 'vm'), arg(args, 'vcpu'));
    const isUndone = asking !== undefined && vcpus.refuse(asking);
    const vcpu = yield* this.enter(cpu, args);
    if (vcpu === undefined) return 'EINVAL';
    this.trap(cpu, vcpu, 'irq');
    return isUndone ? 'INTERNAL_FAILURE' : done;
  }

  /** The second and third argument of CPU_ON; the host is shown neither. */
  startOf(cpu: Cpu): Start {
    return { pc: cpu.registers[registers.x2]!, x0: cpu.registers[registers.x3]! };
  }

  override calls(): Record<string, Call> {
    return {
      ...super.calls(),
      host_fail_cpu_on: (cpu: Cpu, args: Args) => this.hostFails(cpu, args),
      guest_cpu_off: (cpu: Cpu, args: Args) =>
        this.callFrom(cpu, args, [cpuOffNumber, 0], (vcpu) => this.switchOff(cpu, vcpu)),
      guest_cpu_on: (cpu: Cpu, args: Args) =>
        // why: the context id is for the other vCPU alone, and may be a secret.
        this.callFrom(cpu, args, [cpuOnNumber, arg(args, 'target'), secondaryEntry, 'x2'], (vcpu) =>
          this.switchOn(cpu, vcpu, vcpu.vm.vcpus[arg(args, 'target')]),
        ),
    };
  }
}
