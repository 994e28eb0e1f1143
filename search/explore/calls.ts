/**
 * One call with all arguments that can matter, as one function: loops over the arguments, and in each what can be judged
 * by then. Made from the plans of its rule.
 * why: half of the time of a search goes into calls that are refused.
 */
import { done } from '../../spec/transition-system.ts';
import type { CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import { bindingOf } from '../../spec/transition-system.ts';
import { Emitter, passedAt } from '../../spec/language/run.ts';
import type { Args } from '../../spec/language/run.ts';
import { dependsOnCpu, makePlan } from '../generate/plan.ts';
import type { Check, Opening, Plan } from '../generate/plan.ts';
import { fewValuesOf } from './values.ts';

/** `alike`: how many calls differ from this one only in a CPU or an argument on which nothing depends. */
export type Visit = (rule: CompiledRule, args: Args, alike: number) => boolean;
/** A call was made, and nothing of it has been taken back. */
export type Made = (alike: number) => void;

/** Visit each; the visitor leaves the state as it found it. False as soon as it says not to go on. */
export const visitsOf = (
  system: TransitionSystem,
  rule: CompiledRule,
): ((state: State, args: Args, then: Visit) => boolean) =>
  compiled(system, rule, (into, { alike }) => `if (!then(${into.link(rule)}, a, ${alike})) return false;`);

/** Make each, and say so. */
export const makesOf = (
  system: TransitionSystem,
  rule: CompiledRule,
): ((state: State, args: Args, then: Made) => boolean) =>
  compiled(system, rule, (into, { target, alike }) => {
    // Nothing was changed before the last guard, and all of them hold.
    const isDone = target === done && rule.rule.guards.every(({ kind }) => kind === 'must');
    const effects = rule.rule.effects.map((effect) => into.statement(effect)).join('\n');
    return `${isDone ? effects : `${into.link(rule.run)}(s, a);`} then(${alike});`;
  });

interface Counted extends Plan {
  readonly alike: number;
}

/** What is done in the end, it says in terms of `then`, which the function is given. */
function compiled(
  system: TransitionSystem,
  rule: CompiledRule,
  innermost: (into: Emitter, plan: Counted) => string,
): (state: State, args: Args, then: Visit | Made) => boolean {
  const into = new Emitter(bindingOf(rule.rule, system.layout));
  const values = Object.values(rule.rule.parameters).map((parameter) => fewValuesOf(system, parameter));
  const cpus = dependsOnCpu(rule) ? system.config.cpus : 1;
  const plans = plansOf(system, rule).map((plan) => {
    const free = values.filter((_, position) => plan.matters[position] !== true).map(({ length }) => length);
    const counted = { ...plan, alike: free.reduce((all, one) => all * one, system.config.cpus / cpus) };
    const chosen = choices(into, rule, values, counted, innermost(into, counted));
    return `for (let cpu = 0; cpu < ${cpus}; cpu++) { a[0] = cpu; ${opened(into, plan.opening, chosen)} }`;
  });
  return into.build(`${plans.join('\n')} return true;`, 'then') as never;
}

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

const isMet = (into: Emitter, { condition, wanted }: Check): string => `${wanted ? '' : '!'}${into.of(condition)}`;

/** What must hold before any argument is chosen; what the call changes on its way there is taken back. */
function opened(into: Emitter, opening: readonly Opening[], then: string): string {
  const changes = opening.some((step) => 'onFailure' in step);
  if (!changes) {
    const all = opening.flatMap((step) => ('onFailure' in step ? [] : [isMet(into, step)]));
    return `if (${all.join(' && ') || 'true'}) { ${then} }`;
  }
  const steps = opening.map((step) =>
    'onFailure' in step ? into.statement(step.effect) : `if (!(${isMet(into, step)})) break opening;`,
  );
  return `let open = false; opening: { ${steps.join('\n')} open = true; } s.undo(); if (open) { ${then} }`;
}

/**
 * What a kept effect would change before these arguments are looked at is not taken into account; a call that then
 * comes to another end than planned is visited all the same.
 */
function choices(
  into: Emitter,
  rule: CompiledRule,
  values: readonly (readonly number[])[],
  plan: Plan,
  innermost: string,
): string {
  return values.reduceRight((then, all, position) => {
    const tried = plan.matters[position] === true ? all : all.slice(0, 1);
    const checks = (plan.checks[position] ?? []).map((check) => isMet(into, check));
    const inside = checks.length === 0 ? then : `if (${checks.join(' && ')}) { ${then} }`;
    const [at, resolve] = [`v${position}`, rule.resolve[position]];
    const [passed, taken] = [tried, tried.map((one) => resolve?.[one] ?? one)].map((all) =>
      into.link(Int32Array.from(all)),
    );
    const chosen = `a[${position + 1 + passedAt}] = ${passed}[${at}]; a[${position + 1}] = ${taken}[${at}];`;
    return `for (let ${at} = 0; ${at} < ${tried.length}; ${at}++) { ${chosen} ${inside} }`;
  }, innermost);
}
