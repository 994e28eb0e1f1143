/** CPUs that the host switches on, or lets sleep and wake: the hypervisor stands between it and the firmware. */
import type { Cpu } from '../cpu.ts';
import { arg, done, type Args, type Call, type Outcome } from './call.ts';
import type { Run } from './locks.ts';

/** Whose code a CPU begins with. */
export type Entry = 'hypervisor' | 'host';

const cpuOnNumber = 0xc4000003;
const numberRange = 2 ** 32;
/** Bit 16: what the caller says of its vector registers. */
const hint = 2 ** 16;
/** Of what the host asks: PSCI_VERSION, AFFINITY_INFO, CPU_ON and CPU_SUSPEND in their forms of 64 bits. */
const relayed = [0x84000000, 0xc4000004, cpuOnNumber, 0xc4000001];
const ask = (number: number, argument = 0, immediate = false) => ({ number, argument, immediate });
/** The calls by their numbers in the profile; of CPUs, only number 0 was there at the start. */
const asked = [
  ask(0x84000000),
  ask(0x84000000, 0, true),
  ask(0x184000000),
  ask(0x84010000),
  ask(0xc4000004),
  ask(cpuOnNumber, 0x123456),
  ask(cpuOnNumber, 2 ** 48),
  ask(0xc4010003, 0x123456),
  ask(cpuOnNumber),
  ask(0xc4010003),
  ask(0x84000003),
  ask(0x84000001),
  ask(0xc4000001, 0xfffe0000),
  ask(0x84000013),
  ask(0x84010013),
  ask(0x84000012),
];

/** The number without bit 16. */
export const unhinted = (number: number): number => number - hint * (Math.floor(number / hint) % 2);

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

  /** SMC: what is no function number of PSCI's, or one that is not relayed, is refused before the firmware is asked. */
  *smc(args: Args): Run<Outcome> {
    const call = asked[arg(args, 'smc')];
    if (call === undefined || call.immediate || call.number >= numberRange) return 'NOT_SUPPORTED';
    const number = unhinted(call.number);
    if (!relayed.includes(number)) return 'NOT_SUPPORTED';
    if (number === cpuOnNumber && call.argument !== 0) return 'INVALID_PARAMETERS';
    return done;
  }

  linuxCalls(): Record<string, Call> {
    return { host_smc: (_cpu, args) => this.smc(args) };
  }

  calls(): Record<string, Call> {
    return {
      host_cpu_on: (cpu, args) => this.cpuOn(cpu, args),
      host_cpu_suspend: (cpu) => this.cpuSuspend(cpu),
    };
  }
}
