/**
 * Whatever came before, the host gets its memory back: when all calls are over it ends everything with calls of its
 * own, and then every page is the host's again. Pages that a VM had when it was finalised are stranded, and what the
 * secure world has not given back is with it.
 */
import { state } from '../../model/descriptor.ts';
import type { Vm } from '../../model/hypervisor/vm.ts';
import type { Machine } from '../../model/machine.ts';
import { holds } from '../../model/secure-world.ts';
import { Recovery } from '../../properties/availability/recovery.ts';
import type { NamedArgs } from '../../properties/availability/recovery.ts';
import type { View } from '../../properties/view.ts';
import { pageOf } from './declassification.ts';
import { laws } from './laws.ts';
import type { MachineViolation } from '../../properties/machine-law.ts';
import type { Move, Performed } from './performed.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';

/** Who makes the calls by which the host takes its memory back. */
export interface RecoveringHost {
  readonly spec: TransitionSystem;
  readonly isOver: boolean;
  readonly perform: (move: Move) => MachineViolation | undefined;
  readonly moveOf: (call: string, cpu: number, args: NamedArgs) => Move;
}

export class GivingBack {
  private readonly machine: Machine;
  /** The abstract state, by which the host chooses its calls. */
  private readonly view: View;
  private readonly mapped = new Map<Performed, readonly number[]>();
  private readonly stranded = new Set<number>();
  /** What was stranded before a run begins. */
  private readonly atStart: readonly number[];
  /** The host is taking everything back: what it strands now it had calls to avoid. */
  private isEnding = false;

  constructor(machine: Machine, view: View) {
    this.machine = machine;
    this.view = view;
    this.atStart = this.strandedNow();
  }

  reset(): void {
    this.mapped.clear();
    this.stranded.clear();
    for (const frame of this.atStart) this.stranded.add(frame);
    this.isEnding = false;
  }

  begin(one: Performed): void {
    if (this.isEnding || one.call !== 'finalize_teardown_vm') return;
    const vm = this.machine.hv.vms.find(one.values['vm'] ?? 0);
    if (vm !== undefined) this.mapped.set(one, this.framesOf(vm));
  }

  end(one: Performed): void {
    if (one.answer?.kind === 'done') for (const frame of this.mapped.get(one) ?? []) this.stranded.add(frame);
  }

  /** What neither the host has, nor the hypervisor, nor a VM. */
  private strandedNow(): number[] {
    const { board, hv } = this.machine;
    const ofVms = new Set(hv.vms.all().flatMap((vm) => (typeof vm === 'object' ? this.framesOf(vm) : [])));
    const isLost = (frame: number): boolean =>
      hv.pages.host[frame] === state.NOPAGE && hv.pages.hyp[frame] === state.NOPAGE && !ofVms.has(frame);
    return board.recordedPages.map(({ frame }) => frame).filter(isLost);
  }

  private framesOf(vm: Vm): number[] {
    return this.machine.config.gfns.flatMap((_, gfn) => {
      const frame = pageOf(this.machine, vm, gfn);
      // why: a block can reach pages at frames that the scope does not name.
      const span = vm.table.spans[vm.table.height] ?? 1;
      return frame < 0 ? [] : Array.from({ length: span }, (_page, i) => frame - (frame % span) + i);
    });
  }

  /** Make the calls, and look what is still missing. */
  judge(harness: RecoveringHost): MachineViolation | undefined {
    let violation: MachineViolation | undefined;
    this.isEnding = true;
    const make = (call: string, cpu: number, args: NamedArgs): void => {
      if (violation === undefined && !harness.isOver && harness.spec.rules.has(call))
        violation = harness.perform(harness.moveOf(call, cpu, args));
    };
    new Recovery(this.view, make).run();
    return violation ?? (harness.isOver || this.isComplete() ? undefined : laws.givenBack);
  }

  /** What is missing now and may be, for a key of what was seen. */
  get allowed(): string {
    return [...this.stranded].join();
  }

  private isComplete(): boolean {
    const { board, hv } = this.machine;
    const mayMiss = (frame: number): boolean =>
      board.placeOf(frame) !== 'memory' || this.stranded.has(frame) || hv.secureWorld.holdOf(frame) !== holds.NONE;
    return board.recordedPages.every(({ frame }) => hv.pages.host[frame] === state.OWNED || mayMiss(frame));
  }
}
