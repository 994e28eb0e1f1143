/** The machine: board, memory, CPUs, hypervisor and the actors around it. It answers calls, whole or step by step. */
import type { TargetAnswer, TargetCall } from '../spec/target.ts';
import type { Config } from '../spec/config.ts';
import { AndroidGuest } from './android-guest.ts';
import { Board, frameWrap } from './board.ts';
import { Cache } from './cache.ts';
import { Cpu } from './cpu.ts';
import { Devices } from './device.ts';
import { ExposureRules } from './exposure.ts';
import type { Guest } from './guest.ts';
import { Host } from './host.ts';
import type { Call, Outcome } from './hypervisor/call.ts';
import { Hypervisor } from './hypervisor/hypervisor.ts';
import { Panic, type Pause, type Run } from './hypervisor/locks.ts';
import { PsciRelay } from './hypervisor/psci-relay.ts';
import { InstructingGuest } from './instructing-guest.ts';
import { Memory } from './memory.ts';
import { Mmu } from './mmu.ts';
import { PoweredGuest } from './powered-guest.ts';
import { ShippedGuest } from './shipped-guest.ts';
import { isAndroid, type System, withHeap } from './system-kind.ts';
import { Tlb } from './tlb.ts';

export interface MachineOptions {
  /** The hypervisor keeps the registers of protected VMs from the host. */
  readonly isolatesCpuState: boolean;
  readonly system: System;
}
export const wholeDesign: MachineOptions = { isolatesCpuState: true, system: 'mixed' };

const guests = {
  linux: InstructingGuest,
  'linux-7.4': PoweredGuest,
  mixed: InstructingGuest,
  android: AndroidGuest,
  'android-as-shipped': ShippedGuest,
} as const satisfies Record<System, unknown>;

/** What a CPU has come to: a pause inside a call, or the call's answer. */
export type Progress = { readonly kind: 'paused'; readonly pause: Pause } | TargetAnswer;

export class Machine {
  readonly config: Config;
  readonly board: Board;
  readonly memory: Memory;
  readonly cache: Cache;
  readonly tlb: Tlb;
  readonly cpus: readonly Cpu[];
  readonly hv: Hypervisor;
  readonly host: Host;
  readonly guest: Guest;
  readonly devices: Devices;
  readonly psci: PsciRelay;
  readonly calls: Record<string, Call>;
  /** Protected VMs begin in firmware, and not where the host says. */
  readonly hasFirmware: boolean;
  /** Why EL2 stopped the machine, once it has. */
  panic: string | undefined;
  private readonly running: (Run<Outcome> | undefined)[];

  constructor(config: Config, options: MachineOptions = wholeDesign) {
    checkConfig(config);
    this.config = config;
    const { system } = options;
    this.hasFirmware = isAndroid(system);
    this.board = new Board(config, withHeap.includes(system));
    this.memory = new Memory(this.board);
    this.cache = new Cache(this.board, this.memory);
    this.tlb = new Tlb(config.cpus + config.devices);
    this.cpus = Array.from({ length: config.cpus }, (_, number) => new Cpu(number));
    this.running = this.cpus.map(() => undefined);
    const exposure = new ExposureRules(options.isolatesCpuState);
    this.hv = new Hypervisor(this.board, this.memory, this.cache, this.tlb, exposure, system);
    const mmu = new Mmu(this.tlb, config.hardwareAccessFlag);
    this.host = new Host(this.hv, mmu, this.cache);
    this.guest = new guests[system](this.hv, mmu, this.cache);
    this.devices = new Devices(this.hv, mmu, this.cache);
    this.psci = new PsciRelay(this.cpus, (cpu) => this.isBusy(cpu));
    this.calls = { ...this.hv.calls(), ...this.host.calls(), ...this.host.attacks(), ...this.guest.calls() };
    Object.assign(this.calls, this.psci.calls(), this.hv.secureWorld.calls());
    if (!isAndroid(system)) Object.assign(this.calls, this.hv.linuxCalls(), this.psci.linuxCalls());
    if (system === 'mixed' || isAndroid(system)) {
      Object.assign(this.calls, this.hv.androidCalls(), this.guest.androidCalls(), this.devices.calls());
    } else {
      Object.assign(this.calls, this.hv.mailboxCalls());
    }
  }

  /** Answer a call at once, with nobody in between. */
  answer(call: TargetCall): TargetAnswer {
    this.begin(call.cpu, call);
    for (;;) {
      const progress = this.advance(call.cpu);
      if (progress.kind !== 'paused') return progress;
      const lock = progress.pause.waitsFor;
      if (lock !== undefined && lock.holder !== -1) {
        throw new Error(`unreachable: ${call.call} waits for ${lock.name}, which nobody will release`);
      }
    }
  }

  /** Start a call on a CPU that has none; nothing happens before `advance`. */
  begin(cpu: number, call: Pick<TargetCall, 'call' | 'args'>): void {
    const caller = this.cpus[cpu];
    if (caller === undefined || this.running[cpu] !== undefined) throw new Error(`CPU ${cpu} cannot begin a call`);
    const run = this.calls[call.call];
    if (run === undefined)
      throw new Error(`the model has no call ${call.call}; model/hypervisor/hypervisor.ts lists those of the host`);
    this.running[cpu] = run(caller, call.args);
  }

  /** Let a CPU go on to its next pause, or to the end of its call. */
  advance(cpu: number): Progress {
    const run = this.running[cpu];
    if (run === undefined) throw new Error(`CPU ${cpu} has nothing to go on with`);
    if (this.panic !== undefined) return this.stop(this.panic);
    try {
      const next = run.next();
      if (next.done !== true) return { kind: 'paused', pause: next.value };
      this.running[cpu] = undefined;
      const outcome = next.value;
      return typeof outcome === 'number' ? { kind: 'done', answer: outcome } : { kind: 'refused', error: outcome };
    } catch (error) {
      if (error instanceof Panic) return this.stop(error.message);
      throw error;
    }
  }

  private stop(message: string): TargetAnswer {
    this.panic = message;
    this.running.fill(undefined);
    return { kind: 'died', message };
  }

  /** Drop what is under way on all CPUs, as `restore` needs it. */
  forget(): void {
    this.running.fill(undefined);
  }

  isBusy(cpu: number): boolean {
    return this.running[cpu] !== undefined;
  }

  /** No call is under way on any CPU. */
  get isQuiet(): boolean {
    return this.running.every((run) => run === undefined);
  }
}

/** A configuration that real tables cannot hold is refused, rather than answered by a table that no hardware has. */
function checkConfig(config: Config): void {
  const bits = Math.log2(config.block);
  if (!Number.isInteger(bits) || bits < 1) throw new Error(`no table has blocks of ${config.block} pages`);
  const depth = config.gfns[0]?.tables.length ?? 1;
  const reach = config.sizes.pgdPages * config.block ** (depth + 1);
  for (const gfn of config.gfns) {
    if (gfn.tables.length !== depth) throw new Error(`frame ${gfn.name} lies at another depth than the rest`);
    if (reach > 0 && gfn.inRange !== gfn.frame % frameWrap < reach) {
      throw new Error(`frame ${gfn.name} is ${gfn.inRange ? 'beyond' : 'within'} tables that reach ${reach} frames`);
    }
  }
}
