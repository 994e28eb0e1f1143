/** CPUs that the host switches on, or lets sleep and wake: the hypervisor stands between it and the firmware. */
import type { Cpu } from '../cpu.ts';
import { arg, done, type Args, type Call, type Outcome } from './call.ts';
import type { Run } from './locks.ts';

/** Whose code a CPU begins with. */
export type Entry = 'hypervisor' | 'host';

export class PsciRelay {
  private readonly cpus: readonly Cpu[];
  private readonly isBusy: (cpu: number) => boolean;

  constructor(cpus: readonly Cpu[], isBusy: (cpu: number) => boolean) {
    this.cpus = cpus;
    this.isBusy = isBusy;
  }

  /** CPU_ON for a CPU that the host has switched off before. */
  *cpuOn(cpu: Cpu, args: Args): Run<Outcome> {
    const started = this.cpus[arg(args, 'started')];
    if (started === undefined) return 'INVALID_PARAMETERS';
    if (started === cpu || this.isBusy(started.number)) return 'ALREADY_ON';
    this.start(started, this.entryForOn());
    return done;
  }

  /** CPU_SUSPEND to a state in which the CPU loses all that it has, and its awakening. */
  *cpuSuspend(cpu: Cpu): Run<Outcome> {
    this.start(cpu, this.entryForResume());
    return done;
  }

  /** The host names an entry, and the firmware gets that of the hypervisor in its place. */
  entryForOn(): Entry {
    return 'hypervisor';
  }

  entryForResume(): Entry {
    return 'hypervisor';
  }

  /** The firmware starts a CPU at EL2, with nothing set up. */
  private start(cpu: Cpu, entry: Entry): void {
    cpu.registers.fill(0);
    cpu.hostLevel = 2;
    cpu.hasStage2 = false;
    if (entry === 'hypervisor') this.setUp(cpu);
  }

  /** What the hypervisor's entry does before it lets the host go on, at EL1. */
  setUp(cpu: Cpu): void {
    cpu.hasStage2 = true;
    cpu.hostLevel = 1;
  }

  calls(): Record<string, Call> {
    return {
      host_cpu_on: (cpu, args) => this.cpuOn(cpu, args),
      host_cpu_suspend: (cpu) => this.cpuSuspend(cpu),
    };
  }
}
