/**
 * Sequences for the machine: drawn call by call on what the machine stands for, on schedules that are drawn as well.
 */
import type { CompiledRule } from '../../spec/transition-system.ts';
import { none } from '../../spec/config.ts';
import { argsLength, passedAt } from '../../spec/language/run.ts';
import { Generator } from '../generate/generator.ts';
import { Random } from '../generate/random.ts';
import { takers } from '../judge/page-uses.ts';
import { translateArgs } from '../judge/vm-symmetry.ts';
import type { Move, Performed } from './performed.ts';
import type { MachineViolatedAt, TwoRunHarness } from './two-run.ts';

/** One call in so many is held where schedules are drawn; after how many steps, and for how many calls, at the most. */
const holdsOneIn = 2;
const mostSteps = 8;
const mostCalls = 5;
/** A VM ends, and another takes its place: what a held call has looked up is gone, and its names stand for something else. */
const renewal = ['start_teardown_vm', 'finalize_teardown_vm', 'reserve_vm', 'init_vm', 'init_vcpu'];
/** Steps of a call that has not been seen to its end yet. */
const usualSteps = 4;
/** While a call is held, all calls but one in so many are about the same thing, if one is drawn that can be. */
const strayOneIn = 4;
const mostDraws = 6;
const recallsOneIn = 5;
const aimsOneIn = 2;
const reusesOneIn = 4;
/** What calls can have in common, by the names of their parameters. */
const subjects: Readonly<Record<string, string>> = {
  vm: 'vm',
  vcpu: 'vcpu',
  index: 'vcpu',
  page: 'page',
  gfn: 'gfn',
  device: 'device',
  iova: 'iova',
};

/** An end of a call: `done`, or the number of the guard that refuses it. */
export interface Aim {
  readonly call: string;
  readonly end: number;
}

export class MachineWalk {
  readonly harness: TwoRunHarness;
  /** Ends of calls at which every other call is directed, where there are such and it can be. */
  aims: readonly Aim[] = [];
  readonly moves: Move[] = [];
  private readonly random = new Random(0);
  private readonly generator: Generator;
  private readonly args = new Int32Array(argsLength);
  private readonly steps = new Map<string, number>();
  /** Calls that are to be made while another is held, before any that is drawn. */
  private plan: readonly string[] = [];
  /** What each parameter of a rule offers. */
  private readonly offered = new Map<CompiledRule, (readonly number[])[]>();

  constructor(harness: TwoRunHarness) {
    this.harness = harness;
    this.generator = new Generator(harness.spec, this.random, harness.scope.weights);
    for (const rule of harness.spec.rules.values()) {
      const parameters = Object.values(rule.rule.parameters);
      this.offered.set(
        rule,
        parameters.map(({ values }) => values(harness.spec.config)),
      );
    }
  }

  /** Draw and make up to `length` calls from the scope's start. Seeds that are odd interleave CPUs. */
  run(seed: number, length: number): MachineViolatedAt | undefined {
    const { harness, moves } = this;
    this.random.seed(seed);
    this.generator.restart();
    harness.reset();
    moves.length = 0;
    this.steps.clear();
    this.plan = [];
    while (moves.length < length && !harness.isOver) {
      const move = this.next(seed % 2 === 1);
      moves.push(move);
      const violation = harness.perform(move);
      if (violation !== undefined) return { length: moves.length, violation };
      this.noteSteps(move);
    }
    const violation = harness.end();
    return violation && { length: moves.length, violation };
  }

  private aimed(): CompiledRule | undefined {
    const { aims, harness, generator, random } = this;
    if (aims.length === 0 || random.below(aimsOneIn) > 0) return undefined;
    const { call, end } = aims[random.below(aims.length)] as Aim;
    return this.draws(call) ? generator.direct(call, harness.drawnOn, this.args, end) : undefined;
  }

  /** Others are likely to want what a held call is about: that is where a race can be. */
  private drawn(): CompiledRule {
    const { harness, random } = this;
    const aimed = this.aimed();
    if (aimed !== undefined) return aimed;
    const [held] = harness.preempted;
    const planned = held && this.planned(held);
    if (planned !== undefined) return planned;
    if (held === undefined || random.below(strayOneIn) === 0) return this.recalling();
    const about = this.subjectsOf(held);
    const wanted = [...about.keys()][random.below(Math.max(1, about.size))];
    const state = harness.drawnOn;
    for (let i = 1; ; i++) {
      const rule = this.generator.next(state, this.args);
      const meets = this.args[0] !== held.cpu && rule.names.some((name) => subjects[name] === wanted);
      if (meets) this.meet(rule, about);
      if (meets || i === mostDraws) return rule;
    }
  }

  /** The next call that is planned, about what the held one is about, on another CPU; the plan ends where it fails. */
  private planned(held: Performed): CompiledRule | undefined {
    const [call, ...rest] = this.plan;
    const rule = call === undefined ? undefined : this.generator.direct(call, this.harness.drawnOn, this.args);
    this.plan = rule === undefined ? [] : rest;
    if (rule === undefined) return undefined;
    if (this.args[0] === held.cpu) this.args[0] = held.cpu === 0 ? 1 : 0;
    const about = this.subjectsOf(held);
    for (const name of rule.names) this.put(rule, name, about.get(subjects[name] ?? '') ?? none);
    return rule;
  }

  /** What a call is about; where it names no VM and no vCPU, the one that is loaded. */
  private subjectsOf({ values, cpu }: Performed): Map<string, number> {
    const loaded = this.harness.machine.cpus[cpu]?.loaded;
    const about = new Map<string, number>();
    if (loaded !== undefined) about.set('vm', loaded.vm.slot).set('vcpu', loaded.index);
    for (const name in values) {
      const subject = subjects[name];
      if (subject !== undefined) about.set(subject, values[name] as number);
    }
    const page = this.mappedAt(values);
    if (page !== undefined) about.set('page', page);
    return about;
  }

  /** An address of a device stands for the page that was last mapped there. */
  private mappedAt({ device, iova }: Performed['values']): number | undefined {
    if (iova === undefined) return undefined;
    const maps = this.harness.performed.findLast(
      ({ call, values }) => call === 'iommu_map' && values['device'] === device && values['iova'] === iova,
    );
    return maps?.values['page'];
  }

  /** Let a call be about the same, in most respects. */
  private meet(rule: CompiledRule, about: ReadonlyMap<string, number>): void {
    for (const name of rule.names) {
      const value = about.get(subjects[name] ?? '');
      if (value !== undefined && this.random.below(strayOneIn) > 0) this.put(rule, name, value);
    }
  }

  /** What was done with a page is now and then tried with it again, or the page is used again as something else. */
  private recalling(): CompiledRule {
    const { harness, random } = this;
    const reusing = random.below(reusesOneIn) === 0 ? this.reusing() : undefined;
    if (reusing !== undefined) return reusing;
    const rule = this.generator.next(harness.drawnOn, this.args);
    if (random.below(recallsOneIn) > 0 || !rule.names.includes('page')) return rule;
    const last = harness.performed.findLast(({ values }) => 'page' in values);
    return last === undefined ? rule : this.put(rule, 'page', last.values['page'] ?? 0);
  }

  private draws(call: string): boolean {
    return this.harness.scope.weights[call] !== 0;
  }

  private reusing(): CompiledRule | undefined {
    const { harness, generator, random } = this;
    const free = harness.uses.free();
    const { call, argument } = takers[random.below(takers.length)] ?? takers[0];
    if (free.length === 0 || !this.draws(call)) return undefined;
    const rule = generator.direct(call, harness.drawnOn, this.args);
    return rule && this.put(rule, argument, free[random.below(free.length)] ?? 0);
  }

  private put(rule: CompiledRule, name: string, value: number): CompiledRule {
    const at = rule.names.indexOf(name);
    if (this.offered.get(rule)?.[at]?.includes(value) !== true) return rule;
    this.args[at + 1 + passedAt] = value;
    this.args[at + 1] = rule.resolve[at]?.[value] ?? value;
    return rule;
  }

  private next(isInterleaved: boolean): Move {
    const { harness, args, random } = this;
    const rule = this.drawn();
    const given = rule.names.map((_, i) => args[i + 1 + passedAt] as number);
    const [{ call }, cpu] = [rule.rule, args[0] as number];
    const named = translateArgs(harness.spec, { call, cpu, args: given }, (vm) => harness.symmetry.toOrdinal(vm));
    if (!isInterleaved || random.below(holdsOneIn) > 0) return { call, cpu, args: named };
    const steps = Math.min(mostSteps, this.steps.get(call) ?? usualSteps);
    const preemption = { after: 1 + random.below(steps), by: 1 + random.below(mostCalls) };
    if (preemption.by === mostCalls && rule.names.includes('vm'))
      this.plan = renewal.filter((one) => harness.spec.rules.has(one) && this.draws(one));
    return { call, cpu, args: named, preemption };
  }

  /** Holds are drawn among as many steps as a call has taken at the most when it was alone. */
  private noteSteps({ call, preemption }: Move): void {
    const done = this.harness.performed.at(-1);
    if (preemption === undefined && done !== undefined && this.harness.preempted.length === 0)
      this.steps.set(call, Math.max(this.steps.get(call) ?? 1, done.ended - done.began));
  }
}
