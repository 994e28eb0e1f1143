/**
 * The judge: follows a machine step by step, and says which property the last step broke, looking only where it wrote.
 */
import { moveAccount, strandMappings } from './account.ts';
import { allHold } from './all-hold.ts';
import type { CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import type { Args } from '../../spec/language/run.ts';
import { CountedGhost } from '../../properties/ghost-counting.ts';
import type { GhostState } from '../../properties/ghost.ts';
import { entities, isAbout, isLaw, isWitness, Step } from '../../properties/property.ts';
import type { Each, Entity, Law, OfSteps, Property, Witness } from '../../properties/property.ts';
import { running, runningStep } from '../../properties/running.ts';
import type { Running, RunningStep } from '../../properties/running.ts';
import { either } from '../../spec/language/build.ts';
import { count, Counts } from './counts.ts';
import type { Counted } from './counts.ts';
import { DirtySet } from './dirty-set.ts';
import type { Marks } from './dirty-set.ts';
import { View } from '../../properties/view.ts';

/** A property that does not hold, and of which page, mapping, VM, vCPU or CPU (by number; 0 for the whole machine). */
export interface Violation {
  readonly property: Law;
  readonly index: number;
}

type ByEntity<T> = Readonly<Record<Entity, readonly T[]>>;

const byEntity = <T>(properties: readonly T[], overOf: (one: T) => string): ByEntity<T> =>
  Object.fromEntries(
    entities.map((over) => [over, properties.filter((one) => overOf(one) === over)] as const),
  ) as unknown as ByEntity<T>;
const overOf = ({ law }: Running | RunningStep): string => law.over;

/** Whether all laws hold of the first `count` members of a family. */
type Holds<A> = (about: A, members: Int32Array, count: number, state: State) => boolean;

/** The laws of steps that one call is held to. */
interface LawsOfCall {
  readonly wholeCounted: readonly Counted<Step>[];
  readonly partsCounted: readonly (readonly Counted<Step>[])[];
  readonly whole: readonly RunningStep[];
  readonly parts: ByEntity<RunningStep>;
  readonly wholeHold: Holds<Step>;
  readonly partsHold: readonly (Holds<Step> | undefined)[];
  /** How often the call was judged, and how many members of each family it has touched. */
  calls: number;
  readonly members: Float64Array;
}

type MadeOf = { readonly laws: readonly RunningStep[]; readonly hold: Holds<Step> }[];
const isSame = <T>(some: readonly T[], others: readonly T[]): boolean =>
  some.length === others.length && some.every((one, i) => one === others[i]);

/** The number of the machine as a whole. */
const wholeMachine = Int32Array.of(0);

export class Judge {
  readonly now: View;
  readonly was: View;
  readonly ghost: CountedGhost;
  /** Witnesses that were not seen yet, and those that were, in order. */
  unseen: Witness[] = [];
  readonly seen: Witness[] = [];
  private readonly state: State;
  private readonly system: TransitionSystem;
  private readonly dirty: DirtySet;
  private readonly laws: readonly Law[];
  private readonly always: ByEntity<Running>;
  /** Too dear to be judged after each step. */
  private readonly sampled: readonly Running[];
  private readonly ofStates: readonly Running[];
  private readonly alwaysHold: readonly (Holds<View> | undefined)[];
  private readonly alwaysCounted: readonly (readonly Counted<View>[])[];
  private readonly counts = new Counts();
  /** How often the sampled laws were judged. */
  private samples = 0;
  private readonly marks: readonly Marks[];
  /** By the number of the rule. */
  private readonly each: readonly LawsOfCall[];
  private readonly unseenOf: Witness[][];
  private readonly redundant: readonly (readonly (Each | undefined)[])[];
  private readonly step: Step;

  constructor(system: TransitionSystem, state: State, properties: readonly Property[], stranded?: GhostState) {
    this.system = system;
    this.state = state;
    this.ghost = new CountedGhost(system.layout);
    this.now = new View(system.layout, state.cells, this.ghost);
    this.was = new View(system.layout, state.cells.slice(), this.ghost);
    this.dirty = new DirtySet(system.layout);
    this.laws = properties.filter(isLaw);
    this.ofStates = this.laws.filter((law) => law.kind === 'always').map((law) => running(law, system.layout));
    this.always = byEntity(
      this.ofStates.filter((one) => !isSampled(one)),
      overOf,
    );
    this.sampled = this.ofStates.filter(isSampled);
    this.alwaysHold = entities.map((entity) => holdsOf(this.always[entity]));
    this.alwaysCounted = entities.map((entity) => this.counts.amongStates(this.always[entity]));
    this.marks = entities.map((entity) => this.dirty[entity]);
    const rules = [...system.rules.values()];
    const each = this.laws.filter((law) => law.kind === 'each');
    const made: MadeOf = [];
    this.each = rules.map((rule) => this.lawsOfCall(each, rule, made));
    this.unseenOf = rules.map(() => []);
    this.lookFor(properties.filter(isWitness));
    this.redundant = rules.map(redundantLaws);
    this.step = new Step(rules[0] as CompiledRule, new Int32Array(0), state, this.was, this.now);
    this.ghost.recount(this.now, stranded);
  }

  /** Follow another history, from the state as it stands now and what is counted of it. */
  restart(ghost: GhostState): void {
    this.was.cells.set(this.now.cells);
    this.ghost.copyFrom(ghost);
  }

  /** Judge the step that the machine has just made, and accept what it wrote. */
  judge(rule: CompiledRule, args: Args, guard: number): Violation | undefined {
    const violation = this.look(rule, args, guard);
    this.settle();
    return violation;
  }

  /** Judge the step that the machine has just made; what it wrote is then either settled or undone. */
  look(rule: CompiledRule, args: Args, guard: number): Violation | undefined {
    const { state } = this;
    const wrote = state.written > 0;
    if (wrote) {
      this.dirty.readJournal(state, this.now);
      moveAccount(this.dirty, this.ghost, this.was, this.now);
      strandMappings(this.dirty, this.ghost, this.was, this.now, 1);
    }
    const violation = this.violation(rule, args, guard, wrote);
    const first = violation && this.first(violation, rule, wrote);
    this.witness(rule);
    return first;
  }

  /** Of all that the step broke, what comes first in the list of properties: the simplest thing to tell. */
  private first(found: Violation, rule: CompiledRule, wrote: boolean): Violation {
    const laws = this.each[rule.number] as LawsOfCall;
    const candidates: Violation[] = laws.whole
      .filter(({ holds }) => !holds(this.step, 0))
      .map(({ law }) => ({ property: law, index: 0 }));
    for (const entity of wrote ? entities : []) {
      const marks = this.dirty[entity];
      const ofStep = laws.parts[entity].map((law) => this.brokenStep([law], marks));
      const ofState = this.always[entity].map((law) => this.brokenState([law], marks));
      candidates.push(...[...ofStep, ...ofState].filter((broken) => broken !== undefined));
    }
    const rank = ({ property }: Violation): number => this.laws.indexOf(property);
    return candidates.reduce((best, one) => (rank(one) < rank(best) ? one : best), found);
  }

  /** Take back the step that was looked at: the state, and what was counted of it. */
  undo(): void {
    const { state } = this;
    if (state.written === 0) return;
    moveAccount(this.dirty, this.ghost, this.now, this.was);
    strandMappings(this.dirty, this.ghost, this.was, this.now, -1);
    state.undo();
    this.dirty.clear();
  }

  /** Accept the step that was looked at. */
  settle(): void {
    const { state } = this;
    if (state.written === 0) return;
    const { journal, written, cells } = state;
    const former = this.was.cells;
    for (let i = 0; i < written; i += 2) {
      const cell = journal[i] as number;
      former[cell] = cells[cell] as number;
    }
    state.settle();
    this.dirty.clear();
  }

  private violation(rule: CompiledRule, args: Args, guard: number, wrote: boolean): Violation | undefined {
    const { step } = this;
    step.rule = rule;
    step.guard = guard;
    step.args = args;
    if (guard >= 0) {
      const law = this.redundant[rule.number]?.[guard];
      if (law) return { property: law, index: 0 };
    }
    const laws = this.each[rule.number] as LawsOfCall;
    laws.calls++;
    if (!laws.wholeHold(step, wholeMachine, 1, this.state)) {
      const { law } = laws.whole.find(({ holds }) => !holds(step, 0)) as RunningStep;
      return { property: law, index: 0 };
    }
    count(laws.wholeCounted, step, wholeMachine, 1);
    return wrote && !this.partsHold(laws) ? this.broken(laws) : undefined;
  }

  /** Whether all laws hold of the dirty set. */
  private partsHold(laws: LawsOfCall): boolean {
    const { step, now, state, marks } = this;
    for (let entity = 0; entity < entities.length; entity++) {
      const { list, count: members } = marks[entity] as Marks;
      if (members === 0) continue;
      laws.members[entity] = (laws.members[entity] as number) + members;
      if (laws.partsHold[entity]?.(step, list, members, state) === false) return false;
      if (this.alwaysHold[entity]?.(now, list, members, state) === false) return false;
      count(laws.partsCounted[entity] ?? [], step, list, members);
      count(this.alwaysCounted[entity] ?? [], now, list, members);
    }
    return true;
  }

  /** How often something was judged that could have broken a law: calls, or members of a family that they touched. */
  subjectsOf(law: Law): number {
    const counted = this.counts.of(law);
    if (counted !== undefined) return counted;
    if (law.kind === 'always' && 'sampled' in law) return this.samples;
    const rules = [...this.system.rules.values()].filter((rule) => law.kind === 'always' || isAbout(law, rule));
    const judged = rules.map(({ number }) => this.each[number] as LawsOfCall);
    const of = ({ calls, members }: LawsOfCall): number =>
      law.over === 'call' ? calls : (members[entities.indexOf(law.over)] as number);
    return judged.reduce((sum, one) => sum + of(one), 0);
  }

  /** The same for all laws of each clause. */
  subjectsByClause(): ReadonlyMap<string, number> {
    const byClause = new Map<string, number>();
    for (const law of this.laws) byClause.set(law.clause, (byClause.get(law.clause) ?? 0) + this.subjectsOf(law));
    return byClause;
  }

  /** Calls of which the same is asked share the function that asks it. */
  private lawsOfCall(each: readonly OfSteps[], rule: CompiledRule, made: MadeOf): LawsOfCall {
    const own = each.filter((law) => isAbout(law, rule)).map((law) => runningStep(law, rule, this.system.layout));
    const shared = (laws: readonly RunningStep[]): Holds<Step> => {
      const known = made.find((one) => isSame(laws, one.laws));
      if (known !== undefined) return known.hold;
      const hold = allHold<Step, State>(laws);
      made.push({ laws, hold });
      return hold;
    };
    const whole = own.filter(({ law }) => law.over === 'call');
    const parts = byEntity(own, overOf);
    return {
      whole,
      parts,
      wholeHold: shared(whole),
      partsHold: entities.map((entity) => (parts[entity].length === 0 ? undefined : shared(parts[entity]))),
      wholeCounted: this.counts.amongSteps(whole),
      partsCounted: entities.map((entity) => this.counts.amongSteps(parts[entity])),
      calls: 0,
      members: new Float64Array(entities.length),
    };
  }

  private broken(laws: LawsOfCall): Violation | undefined {
    for (const entity of entities) {
      const marks = this.dirty[entity];
      const broken = this.brokenStep(laws.parts[entity], marks) ?? this.brokenState(this.always[entity], marks);
      if (broken) return broken;
    }
    return undefined;
  }

  private brokenStep(laws: readonly RunningStep[], marks: Marks): Violation | undefined {
    for (let l = 0; l < laws.length; l++) {
      const { law, holds } = laws[l] as RunningStep;
      for (let i = 0; i < marks.count; i++) {
        if (!holds(this.step, marks.at(i))) return { property: law, index: marks.at(i) };
      }
    }
    return undefined;
  }

  private brokenState(laws: readonly Running[], marks: Marks): Violation | undefined {
    for (let l = 0; l < laws.length; l++) {
      const { law, holds } = laws[l] as Running;
      for (let i = 0; i < marks.count; i++) {
        if (!holds(this.now, marks.at(i), this.state)) return { property: law, index: marks.at(i) };
      }
    }
    return undefined;
  }

  private lookFor(unseen: Witness[]): void {
    this.unseen = unseen;
    for (const rule of this.system.rules.values()) {
      this.unseenOf[rule.number] = unseen.filter((witness) => isAbout(witness, rule));
    }
  }

  private witness(rule: CompiledRule): void {
    const unseen = this.unseenOf[rule.number] as Witness[];
    for (let i = 0; i < unseen.length; i++) {
      const witness = unseen[i] as Witness;
      if (!witness.seen(this.step)) continue;
      this.seen.push(witness);
      this.lookFor(this.unseen.filter((one) => one !== witness));
    }
  }

  /** The properties of states that do not hold now, by their definition: every one of every page, mapping and VM. */
  brokenNow(sampled = false): Violation[] {
    const counted = new CountedGhost(this.system.layout);
    const view = new View(this.system.layout, this.state.cells, counted);
    counted.recount(view, this.ghost);
    const judged = this.ofStates.filter((one) => sampled || !isSampled(one));
    return judged.flatMap(({ law, holds }) =>
      Array.from({ length: countOf(view, law.over) }, (_, index) => index)
        .filter((index) => !holds(view, index, this.state))
        .map((index) => ({ property: law, index })),
    );
  }

  /** The sampled properties that do not hold now. */
  sample(): Violation | undefined {
    this.samples++;
    const broken = this.sampled.find(({ holds }) => !holds(this.now, 0, this.state));
    return broken && { property: broken.law, index: 0 };
  }
}

const isSampled = ({ law }: Running): boolean => 'sampled' in law;

function countOf(view: View, over: Entity): number {
  const { size } = view.layout;
  const counts = { page: size.host, mapping: size.mapping, vm: size.life, vcpu: size.present, cpu: size.loaded };
  return over === 'machine' ? 1 : counts[over];
}

const holdsOf = <A>(
  laws: readonly { holds(about: A, index: number, state: State): boolean }[],
): Holds<A> | undefined => (laws.length === 0 ? undefined : allHold<A, State>(laws));

/** A guard that the others imply and that refuses all the same breaks its own clause. */
function redundantLaws(rule: CompiledRule): (Each | undefined)[] {
  return rule.guards.map((guard) =>
    guard.redundant === true
      ? {
          kind: 'each',
          clause: guard.clause,
          statement: 'the check only repeats what the others ensure, and never refuses',
          loss: 'a check decides that never should',
          over: 'call',
          holds: either(),
        }
      : undefined,
  );
}
