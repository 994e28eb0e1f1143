/**
 * Plans: how the arguments of a call are found that take it to a wanted end, `done` or the refusal by one guard. A plan
 * says which conditions can be judged before any argument is chosen, and which once each argument is. It is made from
 * the parameters that each term names, for any rule alike.
 */
import { bindingOf, done } from '../../spec/transition-system.ts';
import type { CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import type { Parameter } from '../../spec/parameters.ts';
import { compile } from '../../spec/language/compile.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import { termOf } from '../../spec/rule.ts';
import type { Guard, Step } from '../../spec/rule.ts';
import type { Run } from '../../spec/language/run.ts';
import type { Bool, Effect } from '../../spec/language/term.ts';
import type { Layout } from '../../spec/state.ts';

export interface Check {
  readonly condition: Bool;
  readonly holds: Run<boolean>;
  /** False for the guard that is to refuse. */
  readonly wanted: boolean;
  /** The parameters on which it depends, one bit each; the last bit is the CPU. */
  readonly on: number;
}

/** Before any argument is chosen: what must hold, and what the call changes on its way even if it is refused. */
export type Opening = Check | { readonly effect: Effect; readonly onFailure: Run<void> };

export interface Plan {
  readonly target: number;
  readonly opening: readonly Opening[];
  /** For each parameter, what can be judged once it and those before it are chosen. */
  readonly checks: readonly (readonly Check[])[];
  /**
   * For each parameter, the conflict set: the parameters on which those checks depend, one bit each; the last bit is
   * the CPU.
   */
  readonly conflicts: readonly number[];
  /** For each parameter, whether anything up to the target depends on it. */
  readonly matters: readonly boolean[];
}

/** The CPU's bit in a set of parameters. */
export const cpuBit = 1 << 20;

/** `beside`: a later guard that is to fail too. */
export function makePlan(rule: CompiledRule, layout: Layout, target: number, beside?: number): Plan {
  const binding = bindingOf(rule.rule, layout);
  const opening: Opening[] = [];
  const checks: Check[][] = rule.names.map(() => []);
  const conflicts = rule.names.map(() => 0);
  const upTo = [...stepsUpTo(rule, target), ...(beside === undefined ? [] : [rule.guards[beside] as Guard])];
  for (const step of upTo) {
    const last = lastParameter(rule, step);
    if (step.kind === 'onFailure') {
      if (last < 0) opening.push({ effect: step.effect, onFailure: compile(step.effect, binding) });
      continue;
    }
    const guard = rule.guards.indexOf(step);
    if (rule.checked[guard] !== true) continue;
    const { condition } = step;
    const check = {
      condition,
      holds: rule.conditions[guard] as Run<boolean>,
      wanted: guard !== target && guard !== beside,
      on: bitsOf(rule, condition),
    };
    (last < 0 ? opening : (checks[last] as Check[])).push(check);
    if (last >= 0) conflicts[last] = (conflicts[last] ?? 0) | check.on;
  }
  const ends = target === done ? rule.rule.effects : [];
  const named = new Set([...upTo.map(termOf), ...ends].flatMap((term) => [...touchesOf(term).names]));
  return { target, opening, checks, conflicts, matters: rule.names.map((name) => named.has(name)) };
}

/** The steps up to the guard that is to refuse; all of them where none is. */
function stepsUpTo(rule: CompiledRule, target: number): readonly Step[] {
  const all = rule.rule.guards;
  return target === done ? all : all.slice(0, all.indexOf(rule.guards[target] as Guard) + 1);
}

export const readsCpu = (term: Bool | Effect): boolean => {
  const { reads, writes } = touchesOf(term);
  return [...reads, ...writes].some((field) => field === 'loaded' || field === 'loadedOn');
};

/** The parameters that a term refers to, by their numbers; what a rule has noted is none. */
const parametersIn = (rule: CompiledRule, term: Bool | Effect): readonly number[] =>
  [...touchesOf(term).names].map((name) => rule.names.indexOf(name)).filter((number) => number >= 0);

const bitsOf = (rule: CompiledRule, condition: Bool): number =>
  parametersIn(rule, condition).reduce((bits, number) => bits | (1 << number), readsCpu(condition) ? cpuBit : 0);

/** Number of the last parameter that a step depends on, or -1 where it depends on none. */
const lastParameter = (rule: CompiledRule, step: Step): number => Math.max(-1, ...parametersIn(rule, termOf(step)));

/**
 * The values that are tried for a parameter. Where a guard is left out, numbers beyond the VM table are not: without
 * the check a real call would run off its table, which this state cannot show.
 */
export function valuesOf(system: TransitionSystem, parameter: Parameter): readonly number[] {
  const values = [...new Set(parameter.values(system.config))];
  if (system.leftOut === undefined) return values;
  const { slots, vcpus } = system.config;
  if (parameter.kind === 'vm') return values.filter((vm) => vm >= 0 && vm < slots);
  return parameter.kind === 'vcpu' ? values.filter((vcpu) => vcpu < vcpus) : values;
}

/** The guards that a call can be directed at: those that are not left out, and not redundant beside the others. */
export const targetsOf = (rule: CompiledRule): readonly number[] =>
  rule.guards.flatMap((guard, number) => (guard.redundant !== true && rule.checked[number] === true ? [number] : []));

/** Whether it can make a difference on which CPU a call is issued. */
export const dependsOnCpu = (rule: CompiledRule): boolean =>
  [...rule.rule.effects, ...rule.rule.guards.map(termOf)].some(readsCpu);
