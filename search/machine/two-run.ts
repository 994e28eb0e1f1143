/**
 * Where the reference model is attacked: two machines that differ in one VM's secret make the same calls on the same
 * schedule, and judges look on. Beside them stands the abstract state by which the next call is chosen.
 */
import { Machine as SpecMachine } from '../../spec/machine.ts';
import { initialState } from '../../spec/state.ts';
import type { State } from '../../spec/state.ts';
import { Machine } from '../../model/machine.ts';
import type { MachineOptions } from '../../model/machine.ts';
import { Ledger } from '../../properties/ghost.ts';
import { readCall } from '../judge/written-call.ts';
import { Ordinals, translateArgs } from '../judge/ordinals.ts';
import { View } from '../../properties/view.ts';
import { Binder } from './binder.ts';
import type { Hold, Move, Performed } from './binder.ts';
import { Consent } from './declassification.ts';
import type { SecretIs } from './declassification.ts';
import { GivingBack } from './recovery.ts';
import { Integrity } from './integrity.ts';
import { laws } from './laws.ts';
import type { Breach } from '../../properties/machine-law.ts';
import { Noninterference } from './noninterference.ts';
import { nobody, Pair } from './lockstep.ts';
import { Placement } from './placement.ts';
import { Power } from './power.ts';
import { Reach } from './reach.ts';
import { Refinement } from './refinement.ts';
import type { MachineWorld } from './scopes.ts';

export interface Broken {
  /** How many calls had begun. */
  readonly length: number;
  readonly breach: Breach;
}

export interface Setup {
  /** In which options the machine differs from that of its world. */
  readonly options?: Partial<MachineOptions>;
  readonly alter?: (machine: Machine) => void;
  /** Which clauses are judged; all where none is named. */
  readonly judged?: ReadonlySet<string> | undefined;
  /** Whether the machine is held against the specification. */
  readonly refines?: boolean;
  /** Whether there is a second machine, which has another secret. */
  readonly hasTwin?: boolean;
  /** Whose secret differs between the machines. */
  readonly secretIs?: SecretIs;
}

interface Parked {
  readonly cpu: number;
  lets: number;
}

const nothing: readonly Performed[] = [];

export class Lab {
  readonly named: MachineWorld;
  readonly spec: SpecMachine;
  readonly machine: Machine;
  readonly twin: Machine;
  /** The abstract state as far as it is known: before the calls under way. */
  readonly state: State;
  readonly start: Int32Array;
  readonly ordinals: Ordinals;
  readonly consent: Consent;
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
  /** Entries of the VMs that the world's first calls make. */
  readonly reserved: number[] = [];
  private readonly pair: Pair;
  private parked: Parked[] = [];
  private batch: Performed[] = [];
  private readonly binder: Binder;
  private ended = false;
  private readonly refinement: Refinement;
  private readonly noninterference: Noninterference;
  private readonly integrity: Integrity;
  private readonly reach: Reach;
  private readonly placement: Placement;
  private readonly power: Power;
  private readonly givingBack: GivingBack;

  constructor(named: MachineWorld, setup: Setup = {}) {
    this.named = named;
    this.setup = setup;
    this.spec = new SpecMachine(named.profile, named.world);
    this.state = initialState(this.spec.layout);
    const options = { ...named.options, ...setup.options };
    this.machine = new Machine(named.world, options);
    this.twin = setup.hasTwin === false ? this.machine : new Machine(named.world, options);
    this.pair = new Pair(this.machine, this.twin);
    this.ordinals = new Ordinals(named.world.slots);
    this.consent = new Consent(this.machine, this.twin, setup.secretIs);
    this.power = new Power(this.machine);
    this.binder = new Binder(this.spec, this.ordinals, this.consent);
    this.refinement = new Refinement(this.spec, this.machine, this.state);
    this.prepare();
    this.consent.keep();
    this.power.keep();
    this.start = this.state.cells.slice();
    this.pair.keep(setup.alter ?? (() => undefined));
    this.noninterference = new Noninterference(this.machine, this.twin, this.consent);
    this.integrity = new Integrity(this.machine, this.consent);
    this.reach = new Reach(this.machine, this.twin, this.consent);
    this.placement = new Placement(this.machine);
    const view = new View(this.spec.layout, this.state.cells, new Ledger(this.spec.layout));
    this.givingBack = new GivingBack(this.machine, view);
  }

  /** Make the world's first calls; what goes wrong in them is a mistake of the world. */
  private prepare(): void {
    for (const written of this.named.prelude) {
      const call = readCall(this.spec, written);
      const one = this.binder.bind(call, 0, this.steps);
      this.consent.begin(one);
      this.pair.answer(one);
      this.consent.end(one);
      this.power.end(one);
      this.refinement.read();
      const wrong =
        this.refinement.check([one]) ?? (one.answer?.kind === 'done' ? undefined : { says: 'it is refused' });
      if (wrong !== undefined) throw new Error(`unreachable: ${this.named.name} cannot ${call.call}: ${wrong.says}`);
      this.refinement.follow();
      if (one.rule.rule.answer === 'vm' && one.answer?.kind === 'done') {
        this.reserved.push(one.answer.answer);
        this.ordinals.reserve(one.answer.answer);
      }
    }
  }

  reset(): void {
    this.pair.reset();
    this.state.cells.set(this.start);
    this.state.settle();
    this.ordinals.clear();
    for (const entry of this.reserved) this.ordinals.reserve(entry);
    for (const list of [this.performed, this.stops, this.wrote, this.trace, this.paths, this.parked, this.batch])
      list.length = 0;
    this.ended = false;
    this.consent.reset();
    this.power.reset();
    this.refinement.reset();
    this.noninterference.reset();
    this.integrity.reset();
    this.reach.reset();
    this.placement.reset();
    this.givingBack.reset();
  }

  /** Run a sequence from the world's start, up to what breaks first. */
  run(moves: readonly Move[]): Broken | undefined {
    this.reset();
    for (const move of moves) {
      const breach = this.perform(move);
      if (breach !== undefined) return { length: this.performed.length, breach };
      if (this.ended) return undefined;
    }
    const breach = this.end();
    return breach && { length: moves.length, breach };
  }

  /** Let all calls end, and then the host take everything back. */
  end(): Breach | undefined {
    const breach = this.guarded(() => this.finishAll());
    if (breach !== undefined || this.ended || !this.isJudged(laws.givenBack)) return breach;
    return this.givingBack.judge(this);
  }

  /** Where the machine stands between calls, as far as it matters for what comes after. */
  get standing(): string {
    const { cells } = this.state;
    const places: unknown[] = [this.ended, this.givingBack.allowed];
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
      args: translateArgs(this.spec, { call, cpu, args: given }, (vm) => this.ordinals.toOrdinal(vm)),
    };
  }

  /** The calls that are held now. */
  get held(): readonly Performed[] {
    return this.parked.length === 0 ? nothing : this.parked.flatMap(({ cpu }) => this.pair.at(cpu) ?? []);
  }

  /** The state by which a call is drawn: what the machine stands for, also while calls are under way. */
  get drawnOn(): State {
    return this.held.length === 0 ? this.state : this.refinement.seen();
  }

  /** The machines have stopped for good. */
  get isOver(): boolean {
    return this.ended;
  }

  /** Make one more call, as far as its hold lets it go. */
  perform(move: Move): Breach | undefined {
    return this.guarded(() => this.make(move));
  }

  private guarded(act: () => Breach | undefined): Breach | undefined {
    try {
      return act();
    } catch (error) {
      // why: where something is missing, the machine can come to where its own code makes no sense; what it did before counts.
      if (this.setup.alter === undefined && this.setup.refines !== false) throw error;
      this.ended = true;
      return undefined;
    }
  }

  private make(move: Move): Breach | undefined {
    const before = this.finish(move.cpu);
    if (before !== undefined || this.ended) return before;
    this.begin(move);
    const breach = move.hold === undefined ? this.finish(move.cpu) : this.hold(move.cpu, move.hold);
    return breach ?? this.letGo();
  }

  /** Start a call on a CPU that has none; `go` makes its steps. */
  begin(move: Move): void {
    const one = this.binder.bind(move, this.performed.length + 1, this.steps);
    this.performed.push(one);
    this.stops.push(undefined);
    this.wrote.push(false);
    this.pair.begin(one);
    this.consent.begin(one);
    this.givingBack.begin(one);
  }

  isBusy(cpu: number): boolean {
    return this.pair.isBusy(cpu);
  }

  /** A call is under way here, and its next step needs no lock that another CPU holds. */
  canGo(cpu: number): boolean {
    return this.pair.canGo(cpu);
  }

  /** Where the call on this CPU has stopped. */
  placeOf(cpu: number): string {
    return this.pair.placeOf(cpu);
  }

  /** One more step of the call that is under way here, or of the one that it waits for. */
  go(cpu: number): Breach | undefined {
    return this.guarded(() => this.step(cpu));
  }

  private hold(cpu: number, { after, lets }: Hold): Breach | undefined {
    for (let i = 0; i < after && this.isBusy(cpu); i++) {
      const breach = this.step(cpu);
      if (breach !== undefined || this.ended) return breach;
    }
    if (this.isBusy(cpu)) {
      this.stops[this.performed.length - 1] = this.placeOf(cpu);
      this.parked.push({ cpu, lets: lets + 1 });
    }
    return undefined;
  }

  /** A call has had its turn: those that waited for that go on. */
  private letGo(): Breach | undefined {
    if (this.parked.length === 0) return undefined;
    for (const one of [...this.parked]) {
      if (--one.lets > 0) continue;
      const breach = this.finish(one.cpu);
      if (breach !== undefined || this.ended) return breach;
    }
    return undefined;
  }

  private finishAll(): Breach | undefined {
    for (const { number } of this.machine.cpus) {
      const breach = this.finish(number);
      if (breach !== undefined || this.ended) return breach;
    }
    return undefined;
  }

  private finish(cpu: number): Breach | undefined {
    while (this.isBusy(cpu)) {
      const breach = this.step(cpu);
      if (breach !== undefined || this.ended) return breach;
    }
    if (this.parked.length > 0) this.parked = this.parked.filter((one) => one.cpu !== cpu);
    return undefined;
  }

  /** One step of this CPU, or of the one that it waits for. */
  private step(cpu: number): Breach | undefined {
    const next = this.pair.nextFor(cpu);
    const one = next === nobody ? undefined : this.pair.at(next);
    if (one === undefined) {
      this.ended = true;
      return this.counts(laws.deadlock);
    }
    this.steps++;
    const isOver = this.pair.step(one);
    if (this.keepsTrace) (this.paths[one.number - 1] ??= []).push(this.placeOf(next));
    if (isOver) {
      one.ended = this.steps;
      return this.complete(one);
    }
    const isAlone = this.parked.length === 0 && this.pair.isQuiet(one);
    return isAlone ? undefined : this.judge(this.reach.look(one));
  }

  private complete(one: Performed): Breach | undefined {
    const { answer } = one;
    if (answer?.kind === 'done' && one.rule.rule.answer === 'vm') this.ordinals.reserve(answer.answer);
    if (answer?.kind === 'died') this.ended = true;
    this.batch.push(one);
    const breach = this.judge(this.noninterference.look(one)) ?? this.judge(this.power.look(one));
    this.consent.end(one);
    this.power.end(one);
    this.givingBack.end(one);
    if (breach !== undefined) return breach;
    if (answer?.kind === 'died') return this.settle();
    const isQuiet = this.pair.isQuiet();
    return (
      this.judge(this.placement.look(one, isQuiet)) ??
      this.judge(this.integrity.look(one)) ??
      this.judge(this.reach.look(one)) ??
      (isQuiet ? this.settle() : undefined)
    );
  }

  /** All calls are over: the abstract state is brought to where the machine is, or found to differ. */
  private settle(): Breach | undefined {
    const { batch, refinement } = this;
    const before = refinement.edits;
    refinement.read();
    const found = this.setup.refines === false ? undefined : refinement.check(batch);
    const breach = this.judge(found);
    if (breach === undefined && !this.ended) refinement.follow();
    const wrote = refinement.edits !== before;
    for (const one of batch) this.wrote[one.number - 1] = wrote;
    if (this.keepsTrace) this.noteFound();
    batch.length = 0;
    return breach;
  }

  /** Keep what the machine stands for now; after a run, also where it broke before it was quiet. */
  see(): void {
    this.refinement.read();
    this.noteFound();
  }

  private noteFound(): void {
    this.trace[this.performed.length - 1] = this.refinement.found.slice();
  }

  private judge(found: Breach | undefined): Breach | undefined {
    return found && this.counts(found);
  }

  private counts(breach: Breach): Breach | undefined {
    return this.isJudged(breach) ? breach : undefined;
  }

  private isJudged({ clause }: Pick<Breach, 'clause'>): boolean {
    return this.setup.judged?.has(clause) !== false;
  }
}
