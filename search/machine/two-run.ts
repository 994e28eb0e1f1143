/**
 * The two-run harness (self-composition), in which the reference model is attacked: two machines that differ in one
 * VM's secret make the same calls on the same schedule, and judges look on. Beside them stands the abstract state by
 * which the next call is chosen.
 */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { initialState } from '../../spec/state.ts';
import type { State } from '../../spec/state.ts';
import { entered } from '../../model/guest.ts';
import { Machine } from '../../model/machine.ts';
import type { MachineOptions } from '../../model/machine.ts';
import { done } from '../../spec/transition-system.ts';
import { GhostState } from '../../properties/ghost.ts';
import { PageUses } from '../judge/page-uses.ts';
import type { PageUsesSaved } from '../judge/page-uses.ts';
import { translateArgs, VmSymmetry } from '../judge/vm-symmetry.ts';
import { View } from '../../properties/view.ts';
import { Binder } from './binder.ts';
import type { Move, Performed, Preemption } from './performed.ts';
import { Declassification } from './declassification.ts';
import type { SecretIs } from './declassification.ts';
import { laws } from './laws.ts';
import type { MachineViolation } from '../../properties/machine-law.ts';
import { MachineJudges } from './judges.ts';
import type { DifferenceKind } from '../judge/difference-kinds.ts';
import { systemOf } from '../rules/systems.ts';
import { Lockstep, nobody } from './lockstep.ts';
import { differenceOf } from './mismatch.ts';
import { Parked } from './parked.ts';
import { prepare } from './prelude.ts';
import { Power } from './power.ts';
import { Refinement } from './refinement.ts';
import type { MachineScope } from './scope-parts.ts';
import { Subjects } from './subjects.ts';

export interface MachineViolatedAt {
  /** How many calls had begun. */
  readonly length: number;
  readonly violation: MachineViolation;
}

export interface Setup {
  /** In which options the machine differs from that of its scope. */
  readonly options?: Partial<MachineOptions>;
  readonly alter?: (machine: Machine) => void;
  /** Which clauses are judged; all where none is named. */
  readonly judged?: ReadonlySet<string> | undefined;
  /** Whether the machine is held against the specification. */
  readonly refines?: boolean;
  /** Differences from the specification that do not count. */
  readonly overlooks?: DifferenceKind;
  /** Whether there is a second machine, which has another secret. */
  readonly hasSecond?: boolean;
  /** Whose secret differs between the machines. */
  readonly secretIs?: SecretIs;
}

const nothing: readonly Performed[] = [];

export class TwoRunHarness {
  readonly scope: MachineScope;
  readonly spec: TransitionSystem;
  readonly machine: Machine;
  readonly second: Machine;
  /** The abstract state as far as it is known: before the calls under way. */
  readonly state: State;
  readonly start: Int32Array;
  readonly symmetry: VmSymmetry;
  readonly declassification: Declassification;
  /** Steps of machines since this was set up. */
  steps = 0;
  /** Of the last run: what each call was answered, at which pause it stopped, and whether it changed the state. */
  readonly performed: Performed[] = [];
  readonly stops: (string | undefined)[] = [];
  readonly wrote: boolean[] = [];
  /** Where that is asked for: what the machine stood for when it was quiet after a call, and where each call paused. */
  readonly trace: Int32Array[] = [];
  readonly paths: string[][] = [];
  keepsTrace = false;
  private readonly setup: Setup;
  /** Entries of the VMs that the scope's first calls make. */
  readonly reserved: readonly number[];
  private readonly lockstep: Lockstep;
  private readonly parked = new Parked();
  private batch: Performed[] = [];
  private readonly binder: Binder;
  private ended = false;
  private readonly refinement: Refinement;
  private readonly judges: MachineJudges;
  /** What each page serves for, and has served for, as far as calls followed each other. */
  readonly uses: PageUses;
  private readonly usesAtStart: PageUsesSaved;
  /** How often what the laws speak of was there, in all runs. */
  readonly subjects: Subjects;

  constructor(scope: MachineScope, setup: Setup = {}) {
    this.scope = scope;
    this.setup = setup;
    this.spec = systemOf(scope.profile, scope.config);
    this.state = initialState(this.spec.layout);
    const options = { ...scope.options, ...setup.options };
    this.machine = new Machine(scope.config, options);
    this.second = setup.hasSecond === false ? this.machine : new Machine(scope.config, options);
    this.lockstep = new Lockstep(this.machine, this.second);
    this.symmetry = new VmSymmetry(scope.config.slots);
    const { spec, machine, second, symmetry, state, lockstep } = this;
    const declassification = new Declassification(machine, second, setup.secretIs);
    const power = new Power(machine);
    this.declassification = declassification;
    this.binder = new Binder(spec, symmetry, declassification);
    this.refinement = new Refinement(spec, machine, state);
    this.uses = new PageUses(spec);
    const { binder, refinement, uses } = this;
    const followers = { spec, binder, declassification, lockstep, power, refinement, state, uses, symmetry };
    this.reserved = prepare(scope, followers);
    this.usesAtStart = uses.save();
    this.start = state.cells.slice();
    lockstep.keep(setup.alter ?? (() => undefined));
    const view = new View(spec.layout, state.cells, new GhostState(spec.layout));
    this.subjects = new Subjects(view, spec, machine.hasFirmware);
    this.judges = new MachineJudges(machine, second, declassification, power, view, setup.judged);
  }

  reset(): void {
    this.lockstep.reset();
    this.state.cells.set(this.start);
    this.state.settle();
    this.symmetry.clear();
    for (const entry of this.reserved) this.symmetry.reserve(entry);
    for (const list of [this.performed, this.stops, this.wrote, this.trace, this.paths, this.batch]) list.length = 0;
    this.parked.clear();
    this.ended = false;
    this.refinement.reset();
    this.uses.restore(this.usesAtStart);
    this.judges.reset();
  }

  /** Run a sequence from the scope's start, up to what breaks first. */
  run(moves: readonly Move[]): MachineViolatedAt | undefined {
    this.reset();
    for (const move of moves) {
      const violation = this.perform(move);
      if (violation !== undefined) return { length: this.performed.length, violation };
      if (this.ended) return undefined;
    }
    const violation = this.end();
    return violation && { length: moves.length, violation };
  }

  /** Let all calls end, and then the host take everything back. */
  end(): MachineViolation | undefined {
    const violation = this.guarded(() => this.finishAll());
    if (violation !== undefined || this.ended) return violation;
    return this.judges.recovery(this);
  }

  /** Where the machine stands between calls, as far as it matters for what comes after. */
  get standing(): string {
    const { cells } = this.state;
    const places: unknown[] = [this.ended, this.judges.mayMiss];
    for (const { holder } of this.machine.hv.locks()) places.push(holder);
    for (let i = 0; i < cells.length; i++) if (cells[i] !== this.start[i]) places.push(i, cells[i]);
    return places.join();
  }

  /** A call whose VM is given by its entry in the VM table. */
  moveOf(call: string, cpu: number, args: Readonly<Record<string, number>>): Move {
    const given = this.spec.rule(call).names.map((name) => args[name] ?? 0);
    return {
      call,
      cpu,
      args: translateArgs(this.spec, { call, cpu, args: given }, (vm) => this.symmetry.toOrdinal(vm)),
    };
  }

  /** The calls that are preempted now. */
  get preempted(): readonly Performed[] {
    return this.parked.isEmpty ? nothing : this.parked.cpus.flatMap((cpu) => this.lockstep.at(cpu) ?? []);
  }

  /** The state by which a call is drawn: what the machine stands for, also while calls are under way. */
  get drawnOn(): State {
    return this.preempted.length === 0 ? this.state : this.refinement.seen();
  }

  /** The machines have stopped for good. */
  get isOver(): boolean {
    return this.ended;
  }

  /** Make one more call, up to where it is preempted. */
  perform(move: Move): MachineViolation | undefined {
    return this.guarded(() => this.make(move));
  }

  private guarded(act: () => MachineViolation | undefined): MachineViolation | undefined {
    try {
      return act();
    } catch (error) {
      // why: where something is missing, the machine can come to where its own code makes no sense; what it did before
      // counts.
      if (this.setup.alter === undefined && this.setup.refines !== false) throw error;
      this.ended = true;
      return undefined;
    }
  }

  private make(move: Move): MachineViolation | undefined {
    const before = this.finish(move.cpu);
    if (before !== undefined || this.ended) return before;
    this.begin(move);
    const violation = move.preemption === undefined ? this.finish(move.cpu) : this.preempt(move.cpu, move.preemption);
    return violation ?? this.letGo();
  }

  /** Start a call on a CPU that has none; `go` makes its steps. */
  begin(move: Move): void {
    const one = this.binder.bind(move, this.performed.length + 1, this.steps);
    this.performed.push(one);
    this.stops.push(undefined);
    this.wrote.push(false);
    this.lockstep.begin(one);
    this.judges.begin(one);
    this.refinement.begin(one);
  }

  isBusy(cpu: number): boolean {
    return this.lockstep.isBusy(cpu);
  }

  /** A call is under way here, and its next step needs no lock that another CPU holds. */
  canGo(cpu: number): boolean {
    return this.lockstep.canGo(cpu);
  }

  /** Where the call on this CPU has stopped. */
  placeOf(cpu: number): string {
    return this.lockstep.placeOf(cpu);
  }

  /** One more step of the call that is under way here, or of the one that it waits for. */
  go(cpu: number): MachineViolation | undefined {
    return this.guarded(() => this.step(cpu));
  }

  private preempt(cpu: number, { after, by }: Preemption): MachineViolation | undefined {
    for (let i = 0; i < after && this.isBusy(cpu); i++) {
      const violation = this.step(cpu);
      if (violation !== undefined || this.ended) return violation;
    }
    if (this.isBusy(cpu)) {
      this.stops[this.performed.length - 1] = this.placeOf(cpu);
      this.parked.add(cpu, by);
    }
    return undefined;
  }

  /** A call has had its turn: those that waited for that go on. */
  private letGo(): MachineViolation | undefined {
    for (const cpu of this.parked.due()) {
      const violation = this.finish(cpu);
      if (violation !== undefined || this.ended) return violation;
    }
    return undefined;
  }

  private finishAll(): MachineViolation | undefined {
    for (const { number } of this.machine.cpus) {
      const violation = this.finish(number);
      if (violation !== undefined || this.ended) return violation;
    }
    return undefined;
  }

  private finish(cpu: number): MachineViolation | undefined {
    while (this.isBusy(cpu)) {
      const violation = this.step(cpu);
      if (violation !== undefined || this.ended) return violation;
    }
    this.parked.remove(cpu);
    return undefined;
  }

  /** One step of this CPU, or of the one that it waits for. */
  private step(cpu: number): MachineViolation | undefined {
    const next = this.lockstep.nextFor(cpu);
    const one = next === nobody ? undefined : this.lockstep.at(next);
    if (one === undefined) {
      this.ended = true;
      return this.judges.counted(laws.deadlock);
    }
    this.steps++;
    const isOver = this.lockstep.step(one);
    if (this.keepsTrace) (this.paths[one.number - 1] ??= []).push(this.placeOf(next));
    if (isOver) {
      one.ended = this.steps;
      return this.complete(one);
    }
    const violation = this.placeOf(next) === entered.at ? this.judges.entered(one) : undefined;
    const isAlone = this.parked.isEmpty && this.lockstep.isQuiet(one);
    return violation ?? (isAlone ? undefined : this.judges.midway(one));
  }

  private complete(one: Performed): MachineViolation | undefined {
    const { answer } = one;
    if (answer?.kind === 'done' && one.rule.rule.answer === 'vm') this.symmetry.reserve(answer.answer);
    if (answer?.kind === 'died') this.ended = true;
    this.batch.push(one);
    const violation = this.judges.atEnd(one);
    if (violation !== undefined) return violation;
    if (answer?.kind === 'died') return this.settle();
    const isQuiet = this.lockstep.isQuiet();
    return this.judges.after(one, isQuiet) ?? (isQuiet ? this.settle() : undefined);
  }

  /** All calls are over: the abstract state is brought to where the machine is, or found to differ. */
  private settle(): MachineViolation | undefined {
    const { batch, refinement } = this;
    this.subjects.note(batch);
    const before = refinement.edits;
    refinement.read();
    const found = this.setup.refines === false ? undefined : refinement.check(batch);
    const isOverlooked = found !== undefined && differenceOf(found) === this.setup.overlooks;
    const violation = isOverlooked ? undefined : this.judges.counted(found);
    if (violation === undefined && !this.ended) this.follow();
    const wrote = refinement.edits !== before;
    for (const one of batch) this.wrote[one.number - 1] = wrote;
    if (this.keepsTrace) this.noteFound();
    batch.length = 0;
    return violation;
  }

  private follow(): void {
    const [one] = this.batch;
    if (one !== undefined && this.batch.length === 1)
      this.uses.note(one.rule, one.args, this.state, one.answer?.kind === 'done' ? done : 0);
    this.refinement.follow();
  }

  /** Keep what the machine stands for now; after a run, also where it broke before it was quiet. */
  see(): void {
    this.refinement.read();
    this.noteFound();
  }

  private noteFound(): void {
    this.trace[this.performed.length - 1] = this.refinement.found.slice();
  }
}
