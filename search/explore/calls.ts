/**
 * One call with all arguments that can matter, as one function: loops over the arguments, and in each what can be judged
 * by then. Made from the plans of its rule.
 * why: half of the time of a search goes into calls that are refused.
 */
import { done } from '../../spec/transition-system.ts';
import type { CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import { bindingOf } from '../../spec/transition-system.ts';
import { cpuName, Emitter, passedAt, passedName } from '../../spec/language/run.ts';
import type { Args, Names } from '../../spec/language/run.ts';
import { mayMakeFunctions } from '../../spec/language/functions.ts';
import { dependsOnCpu, makePlan } from '../generate/plan.ts';
import type { Check, Opening, Plan } from '../generate/plan.ts';
import { plainVisits } from './calls-plain.ts';
import { fewValuesOf } from './values.ts';

/** `alike`: how many calls differ from this one only in a CPU or an argument on which nothing depends. */
export type Visit = (rule: CompiledRule, args: Args, alike: number) => boolean;
/** A call was made, and nothing of it has been taken back. */
export type Made = (alike: number) => void;

type Compiled<Then> = (state: State, args: Args, then: Then) => boolean;
export type Visits = Compiled<Visit>;

/** What is visited: the plans of a call, each with the number of calls that are like one of it. */
export interface Planned {
  readonly plans: readonly { readonly plan: Plan; readonly alike: number }[];
  /** The values that are tried for each parameter. */
  readonly values: readonly (readonly number[])[];
  readonly cpus: number;
}

/** Visit each; the visitor leaves the state as it found it. False as soon as it says not to go on. */
export const visitsOf = (system: TransitionSystem, rule: CompiledRule): Visits =>
  visits(new Calls(system, rule), plannedOf(system, rule));

/** The calls to visit, each end that shows. */
export function plannedOf(system: TransitionSystem, rule: CompiledRule): Planned {
  const calls = new Calls(system, rule);
  const { values, cpus } = calls;
  return { values, cpus, plans: plansOf(system, rule).map((plan) => ({ plan, alike: calls.alike(plan) })) };
}

/**
 * Visit those that come to one end, `done` or a guard that refuses; with all arguments and on all CPUs also that the same
 * call depends on under other rules, where these are given.
 */
export function visitsTo(
  system: TransitionSystem,
  rule: CompiledRule,
  end: number,
  beside: CompiledRule = rule,
): Visits {
  const calls = new Calls(system, rule, dependsOnCpu(rule) || dependsOnCpu(beside));
  const plan = makePlan(rule, system.layout, end);
  const others = beside === rule ? [] : makePlan(beside, system.layout, done).matters;
  const matters = rule.names.map((name, i) => plan.matters[i] === true || others[beside.names.indexOf(name)] === true);
  const { values, cpus } = calls;
  return visits(calls, { values, cpus, plans: [{ plan: { ...plan, matters }, alike: 1 }] });
}

function visits(calls: Calls, planned: Planned): Visits {
  if (!mayMakeFunctions) return plainVisits(calls.rule, planned);
  const parts = planned.plans.map(({ plan, alike }) => {
    const visited = `if (!then(${calls.into.link(calls.rule)}, a, ${alike})) return false;`;
    return calls.judged(plan.opening, calls.chosen(plan, visited));
  });
  return calls.build(parts);
}

/** Make each, and say so. */
export function makesOf(system: TransitionSystem, rule: CompiledRule): Compiled<Made> {
  const calls = new Calls(system, rule);
  const whole = makePlan(rule, system.layout, done);
  const kinds = rule.rule.guards.map(({ kind }) => kind);
  const [first, last] = [kinds.indexOf('onFailure'), kinds.lastIndexOf('onFailure')];
  if (first < 0) return calls.build([calls.done(whole)]);
  // Up to the effects that stand even if the call is refused, nothing depends on an argument, and they are one.
  const isOneEffect = kinds.slice(first, last).every((kind) => kind === 'onFailure');
  const early = whole.opening.findLastIndex((step) => 'onFailure' in step);
  if (isOneEffect && early === last) return calls.build([calls.doneOrRefused(whole)]);
  return calls.build(
    plansOf(system, rule).map((plan) => {
      const made = `${calls.into.link(rule.run)}(s, a); then(${calls.alike(plan)});`;
      return calls.judged(plan.opening, calls.chosen(plan, made));
    }),
  );
}

/** The ends that calls are to have: done, or refused by a guard that shows. */
function plansOf(system: TransitionSystem, rule: CompiledRule): Plan[] {
  const { guards } = rule.rule;
  const firstFailureEffect = guards.findIndex((step) => step.kind === 'onFailure');
  const telling = rule.guards.flatMap((guard, number) => {
    const left = rule.checked[number] === true;
    const afterFailureEffect = firstFailureEffect >= 0 && guards.indexOf(guard) > firstFailureEffect;
    return left && (afterFailureEffect || guard.redundant === true) ? [number] : [];
  });
  return [done, ...telling].map((target) => makePlan(rule, system.layout, target));
}

/** The text of such a function: what is chosen, judged and done, from the outside in. */
class Calls {
  readonly into: Emitter;
  readonly rule: CompiledRule;
  readonly values: readonly (readonly number[])[];
  readonly cpus: number;
  private readonly allCpus: number;

  constructor(system: TransitionSystem, rule: CompiledRule, onEachCpu = dependsOnCpu(rule)) {
    this.into = new Emitter(bindingOf(rule.rule, system.layout));
    this.rule = rule;
    this.values = Object.values(rule.rule.parameters).map((parameter) => fewValuesOf(system, parameter));
    this.allCpus = system.config.cpus;
    this.cpus = onEachCpu ? this.allCpus : 1;
  }

  build<Then>(parts: readonly string[]): Compiled<Then> {
    const all = parts.map((part) => `for (let cpu = 0; cpu < ${this.cpus}; cpu++) { a[0] = cpu; ${part} }`);
    return this.into.build(
      `${all.join('\n')} return true;`,
      '(s, a, then) => { const c = s.cells;',
    ) as unknown as Compiled<Then>;
  }

  alike({ matters }: Plan): number {
    const free = this.values.filter((_, position) => matters[position] !== true).map(({ length }) => length);
    return free.reduce((all, one) => all * one, this.allCpus / this.cpus);
  }

  /** Nothing is changed before the last guard. */
  done(plan: Plan): string {
    return this.judged(plan.opening, this.chosen(plan, `${this.effects()} then(${this.alike(plan)});`));
  }

  /** All that is refused leads to one state: the one behind the effects that stand even then. */
  doneOrRefused(plan: Plan): string {
    const first = plan.opening.findIndex((step) => 'onFailure' in step);
    const before = this.conditions(plan.opening.slice(0, first));
    const after = this.conditions(plan.opening.slice(first));
    const changes = this.changes(plan.opening);
    const [alike, all] = [
      this.alike(plan),
      this.values.reduce((product, { length }) => product * length, this.allCpus / this.cpus),
    ];
    const made = `${this.effects()} then(${alike}); made += ${alike}; ${changes}`;
    return `if (${before}) { let made = 0; ${changes} if (${after}) { ${this.chosen(plan, made)} }
      if (made < ${all}) then(${all} - made); else s.undo(); }`;
  }

  /** What must hold before any argument is chosen; what the call changes on its way there is taken back. */
  judged(opening: readonly Opening[], then: string): string {
    if (!opening.some((step) => 'onFailure' in step)) return `if (${this.conditions(opening)}) { ${then} }`;
    const steps = opening.map((step) =>
      'onFailure' in step ? this.changes([step]) : `if (!(${this.isMet(step, 0)})) break opening;`,
    );
    return `let open = false; opening: { ${steps.join('\n')} open = true; } s.undo(); if (open) { ${then} }`;
  }

  /**
   * Loops over the arguments, and what can be judged in each. What a kept effect would change before these arguments are
   * looked at is not taken into account; a call that then comes to another end than planned is visited all the same.
   */
  chosen(plan: Plan, innermost: string): string {
    return this.values.reduceRight((then, all, position) => {
      const tried = plan.matters[position] === true ? all : all.slice(0, 1);
      const resolve = this.rule.resolve[position];
      const [passed, taken] = [tried, tried.map((one) => resolve?.[one] ?? one)].map((list) => this.listed(list));
      const chosen = `const p${position} = ${passed ?? ''}, r${position} = ${taken ?? ''};`;
      const told = `a[${position + 1 + passedAt}] = p${position}; a[${position + 1}] = r${position};`;
      const met = this.conditions(plan.checks[position] ?? [], position + 1);
      return `for (let i = 0; i < ${tried.length}; i++) { ${chosen} ${told} if (${met}) { ${then} } }`;
    }, innermost);
  }

  private effects(): string {
    return this.rule.rule.effects
      .map((effect) => this.into.statement(effect, this.names(this.values.length)))
      .join('\n');
  }

  private changes(opening: readonly Opening[]): string {
    const effects = opening.flatMap((step) => ('onFailure' in step ? [step.effect] : []));
    return effects.map((effect) => this.into.statement(effect, this.names(0))).join('\n');
  }

  /** Conditions that are judged when so many arguments are chosen. */
  private conditions(checks: readonly Opening[], chosen = 0): string {
    return checks.flatMap((check) => ('onFailure' in check ? [] : [this.isMet(check, chosen)])).join(' && ') || 'true';
  }

  private isMet({ condition, wanted }: Check, chosen: number): string {
    return `${wanted ? '' : '!'}${this.into.of(condition, this.names(chosen))}`;
  }

  /** What is chosen is in variables as well, where JavaScript finds it sooner. */
  private names(chosen: number): Names {
    const known = this.rule.names.slice(0, chosen);
    return new Map([
      [cpuName, 'cpu'],
      ...known.flatMap((name, i) => [[name, `r${i}`] as const, [passedName(name), `p${i}`] as const]),
    ]);
  }

  /** The number at place `i`. */
  private listed(numbers: readonly number[]): string {
    const [first = 0] = numbers;
    if (numbers.every((one) => one === first)) return String(first);
    if (numbers.every((one, i) => one === first + i)) return `i + ${first}`;
    return `${this.into.link(Int32Array.from(numbers))}[i]`;
  }
}
