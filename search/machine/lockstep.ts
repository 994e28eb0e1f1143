/** Two machines in lockstep, on one schedule: what is under way on each CPU, and who has to step so that it gets on. */
import type { Pause } from '../../model/hypervisor/locks.ts';
import type { Machine } from '../../model/machine.ts';
import { restore, takeSnapshot } from '../../model/snapshot.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Performed } from './performed.ts';

/** No CPU: they wait for each other. */
export const nobody = -1;

export class Lockstep {
  readonly machine: Machine;
  readonly second: Machine;
  private readonly machines: readonly Machine[];
  private snapshots: readonly Snapshot[] = [];
  private readonly underWay: (Performed | undefined)[];
  /** Where the call that is under way has paused. */
  private readonly pauses: (Pause | undefined)[];

  /** `second` is the machine itself where there is no other. */
  constructor(machine: Machine, second: Machine) {
    this.machine = machine;
    this.second = second;
    this.machines = second === machine ? [machine] : [machine, second];
    this.underWay = machine.cpus.map(() => undefined);
    this.pauses = machine.cpus.map(() => undefined);
  }

  /** A call at once, with nobody in between. */
  answer(one: Performed): void {
    const { call, cpu } = one;
    for (const machine of this.machines) {
      const args = machine === this.machine ? one.values : one.secondValues;
      one.answer = machine.answer({ call, cpu, args });
    }
  }

  /** Runs begin from here, with machines that are altered in this way. */
  keep(alter: (machine: Machine) => void): void {
    for (const machine of this.machines) alter(machine);
    this.snapshots = this.machines.map(takeSnapshot);
  }

  reset(): void {
    this.machines.forEach((machine, i) => restore(machine, this.snapshots[i] as Snapshot));
    this.underWay.fill(undefined);
    this.pauses.fill(undefined);
  }

  /** Start a call on a CPU that has none; nothing happens before `step`. */
  begin(one: Performed): void {
    const { call, cpu } = one;
    this.underWay[cpu] = one;
    for (const machine of this.machines) {
      machine.begin(cpu, { call, args: machine === this.machine ? one.values : one.secondValues });
    }
  }

  /** The call that is under way on this CPU. */
  at(cpu: number): Performed | undefined {
    return this.underWay[cpu];
  }

  isBusy(cpu: number): boolean {
    return this.underWay[cpu] !== undefined;
  }

  /** Nothing is under way, or nothing but this. */
  isQuiet(but?: Performed): boolean {
    for (const one of this.underWay) if (one !== undefined && one !== but) return false;
    return true;
  }

  /** Where the call on this CPU has stopped. */
  placeOf(cpu: number): string {
    return this.pauses[cpu]?.at ?? 'end';
  }

  /** A call is under way here, and its next step needs no lock that another CPU holds. */
  canGo(cpu: number): boolean {
    return this.isBusy(cpu) && (this.pauses[cpu]?.waitsFor?.holder ?? -1) === -1;
  }

  /** Who has to step so that this CPU gets on: itself, or the one whose lock it waits for; or nobody can. */
  nextFor(cpu: number): number {
    let next = cpu;
    for (let tries = 0; tries <= this.underWay.length; tries++) {
      const holder = this.pauses[next]?.waitsFor?.holder ?? -1;
      if (holder === -1) return next;
      if (holder === next || !this.isBusy(holder)) return nobody;
      next = holder;
    }
    return nobody;
  }

  /** One step of a call on both machines. True where it has ended on one of them. */
  step(one: Performed): boolean {
    const { cpu } = one;
    const progress = this.machine.advance(cpu);
    const other = this.second === this.machine ? progress : this.second.advance(cpu);
    this.pauses[cpu] = progress.kind === 'paused' ? progress.pause : undefined;
    if (progress.kind === 'paused') this.seeParts(one, progress.pause);
    if (progress.kind === 'paused' && other.kind === 'paused') return false;
    this.pauses[cpu] = undefined;
    this.underWay[cpu] = undefined;
    if (progress.kind === 'died') {
      one.leavesOthers = !this.isQuiet();
      this.underWay.fill(undefined);
    }
    one.answer = progress.kind === 'paused' ? undefined : progress;
    one.secondAnswer = other.kind === 'paused' ? undefined : other;
    return true;
  }

  /** Where a call lets go of a lock and goes on, others can act on what it has done so far. */
  private seeParts(one: Performed, { waitsFor }: Pause): void {
    one.hasParts ||= one.locks.some(({ holder }) => holder !== one.cpu);
    if (waitsFor !== undefined) one.locks.push(waitsFor);
  }
}
