/**
 * Every call that can matter in a state: those that are done, those that are refused after they have changed something,
 * and those that a guard refuses though the others imply it. Calls that are refused and change nothing are left out,
 * and an argument on which the answer does not depend keeps its first value.
 */
import { done } from '../../spec/transition-system.ts';
import type { CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import type { Parameter } from '../../spec/parameters.ts';
import type { State } from '../../spec/state.ts';
import { passedAt } from '../../spec/language/run.ts';
import type { Args } from '../../spec/language/run.ts';
import { protAll, protBits } from '../../spec/config.ts';
import { dependsOnCpu, makePlan, valuesOf } from '../generate/plan.ts';
import type { Plan } from '../generate/plan.ts';

/** Permissions that are tried where the scope does not say: all of them, reading only, none that exist. */
export const somePermissions: readonly number[] = [protAll, protBits.R, protAll + 1];

interface Kind {
  readonly rule: CompiledRule;
  readonly values: readonly (readonly number[])[];
  readonly plans: readonly (Plan & { readonly alike: number })[];
  readonly cpus: number;
}

/** `alike`: how many calls differ from this one only in a CPU or an argument on which nothing depends. */
export type Visit = (rule: CompiledRule, args: Args, alike: number) => boolean;

export class Enumerate {
  private readonly kinds: readonly Kind[];

  constructor(system: TransitionSystem) {
    this.kinds = [...system.rules.values()].map((rule) => {
      const values = Object.values(rule.rule.parameters).map((parameter) => fewValuesOf(system, parameter));
      const cpus = dependsOnCpu(rule) ? system.config.cpus : 1;
      const plans = plansOf(system, rule).map((plan) => {
        const free = values.filter((_, position) => plan.matters[position] !== true).map(({ length }) => length);
        return { ...plan, alike: free.reduce((all, one) => all * one, system.config.cpus / cpus) };
      });
      return { rule, values, plans, cpus };
    });
  }

  /** Visit each call, or each of some kinds; the visitor leaves the state as it found it, and says whether to go on. */
  each(state: State, args: Args, visit: Visit, only?: ReadonlySet<CompiledRule>): void {
    for (const kind of this.kinds) {
      if (only?.has(kind.rule) === false) continue;
      for (const plan of kind.plans) {
        for (let cpu = 0; cpu < kind.cpus; cpu++) {
          args[0] = cpu;
          const open = opens(plan, state, args);
          state.undo();
          if (open && !choose(kind, plan, 0, state, args, visit)) return;
        }
      }
    }
  }
}

/** The values that are tried for a parameter. */
export const fewValuesOf = (system: TransitionSystem, parameter: Parameter): readonly number[] =>
  parameter.kind === 'prot' && system.config.permissions === undefined ? somePermissions : valuesOf(system, parameter);

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

function opens(plan: Plan, state: State, args: Args): boolean {
  for (const step of plan.opening) {
    if ('onFailure' in step) step.onFailure(state, args);
    else if (step.holds(state, args) !== step.wanted) return false;
  }
  return true;
}

function meets(plan: Plan, position: number, state: State, args: Args): boolean {
  for (const check of plan.checks[position] ?? []) if (check.holds(state, args) !== check.wanted) return false;
  return true;
}

/**
 * What a kept effect would change before these arguments are looked at is not taken into account; a call that then
 * comes to another end than planned is visited all the same.
 */
function choose(
  kind: Kind,
  plan: Kind['plans'][number],
  position: number,
  state: State,
  args: Args,
  visit: Visit,
): boolean {
  if (position === kind.values.length) return visit(kind.rule, args, plan.alike);
  const values = kind.values[position] ?? [];
  const resolve = kind.rule.resolve[position];
  for (const value of plan.matters[position] === true ? values : values.slice(0, 1)) {
    args[position + 1 + passedAt] = value;
    args[position + 1] = resolve?.[value] ?? value;
    if (meets(plan, position, state, args) && !choose(kind, plan, position + 1, state, args, visit)) return false;
  }
  return true;
}
