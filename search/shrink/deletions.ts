/**
 * Deletions: sequences with some calls taken out. VMs are named by the order of their reservation, so names move up
 * where a reservation goes. What follows a deletion may go on with another VM, or on another CPU: a VM that was torn
 * down and made again is then the one that was there before.
 */
import type { Call, TransitionSystem } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import { distinctPages, exchanged, isFrame, isPage, isVcpu, mapped, parametersOf } from './symmetry.ts';
import type { IsKind } from './symmetry.ts';
import { translate, vmsIn } from '../judge/vm-symmetry.ts';

export class Deletions {
  private readonly system: TransitionSystem;
  /** The number of the first VM that a sequence itself reserves. */
  private readonly firstVm: number;
  /** Pages that differ from each other at the start. */
  private readonly pages: readonly number[];
  private readonly frames: readonly number[];

  constructor(system: TransitionSystem, firstVm: number, start: State) {
    this.system = system;
    this.firstVm = firstVm;
    this.frames = system.config.gfns.map((_, gfn) => gfn);
    this.pages = [...distinctPages(system, start)].flatMap((is, page) => (is === 1 ? [page] : []));
  }

  /** Without the calls from `from` up to `to`. */
  without<C extends Call>(calls: readonly C[], from: number, to: number): readonly C[] {
    return [...calls.slice(0, from), ...this.after(calls, from, to)];
  }

  /** These calls alone. */
  only<C extends Call>(calls: readonly C[], kept: readonly number[]): readonly C[] {
    const wanted = new Set(kept);
    return calls.reduceRight((now, _, at) => (wanted.has(at) ? now : this.without(now, at, at + 1)), calls);
  }

  /** The same, with what follows going on elsewhere, in each way that there is. */
  *withoutElsewhere<C extends Call>(calls: readonly C[], from: number, to: number): IterableIterator<readonly C[]> {
    const before = calls.slice(0, from);
    const after = this.after(calls, from, to);
    for (const moved of this.elsewhere(after)) yield [...before, ...moved];
    for (const moved of this.together(after)) yield [...before, ...moved];
    if (to === from + 1) {
      const gone = calls[from] as C;
      for (const moved of this.withOthers(after, gone, isPage, this.pages)) yield [...before, ...moved];
      for (const onFrame of this.withOthers(after, gone, isFrame, this.frames)) {
        yield [...before, ...onFrame];
        for (const moved of this.withOthers(onFrame, gone, isPage, this.pages)) yield [...before, ...moved];
      }
    }
  }

  /** The pages or frames that the call which goes has made ready are others from then on. */
  private *withOthers<C extends Call>(
    calls: readonly C[],
    gone: C,
    isKind: IsKind,
    others: readonly number[],
  ): IterableIterator<readonly C[]> {
    const { system } = this;
    const readied = new Set(gone.args.filter((_, i) => isKind(parametersOf(system, gone)[i])));
    for (const one of readied) {
      for (const other of others) {
        if (other !== one) yield calls.map((call) => mapped(system, call, isKind, (at) => (at === one ? other : at)));
      }
    }
  }

  /** All on one CPU, and by one vCPU. */
  private *together<C extends Call>(calls: readonly C[]): IterableIterator<readonly C[]> {
    const { system } = this;
    const cpus = new Set(calls.map((call) => call.cpu));
    const vcpus = new Set(calls.flatMap((call) => call.args.filter((_, i) => isVcpu(parametersOf(system, call)[i]))));
    if (cpus.size < 2) return;
    for (const cpu of cpus) {
      const onOne = calls.map((call) => ({ ...call, cpu }));
      yield onOne;
      for (const vcpu of vcpus.size > 1 ? vcpus : []) {
        yield onOne.map((call) => mapped(system, call, isVcpu, () => vcpu));
      }
    }
  }

  private after<C extends Call>(calls: readonly C[], from: number, to: number): readonly C[] {
    const first = this.firstVm + calls.slice(0, from).filter(this.reserves).length;
    const gone = calls.slice(from, to).filter(this.reserves).length;
    const after = calls.slice(to);
    if (gone === 0) return after;
    const moveUp = (vm: number): number => (vm >= first + gone ? vm - gone : vm);
    return after.map((call) => translate(this.system, call, moveUp));
  }

  private readonly reserves = (call: Call): boolean => this.system.rule(call.call).rule.answer === 'vm';

  /** The calls with two VMs exchanged, two CPUs, or both. */
  private *elsewhere<C extends Call>(calls: readonly C[]): IterableIterator<readonly C[]> {
    const cpus = [...new Set(calls.map((call) => call.cpu))];
    for (const vms of this.vmsExchanged(calls)) {
      if (vms !== calls) yield vms;
      for (const one of cpus) {
        for (let other = 0; other < this.system.config.cpus; other++) {
          if (other < one || (other > one && !cpus.includes(other))) {
            yield vms.map((call) => ({ ...call, cpu: exchanged(call.cpu, one, other) }));
          }
        }
      }
    }
  }

  private *vmsExchanged<C extends Call>(calls: readonly C[]): IterableIterator<readonly C[]> {
    yield calls;
    const { system } = this;
    const used = new Set(calls.flatMap((call) => vmsIn(system.rule(call.call)).map((i) => call.args[i] as number)));
    const last = this.firstVm + calls.filter(this.reserves).length;
    for (const one of used) {
      for (let other = 0; other <= last; other++) {
        if (other === one || (other > one && used.has(other))) continue;
        yield calls.map((call) => translate(system, call, (vm) => exchanged(vm, one, other)));
      }
    }
  }
}
