/**
 * The same visits as `calls.ts` makes, by loops in loops that are the same for all rules: what is meant, and what is done
 * where no function may be made of text.
 */
import { done } from '../../spec/transition-system.ts';
import type { CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import { passedAt } from '../../spec/language/run.ts';
import type { Args } from '../../spec/language/run.ts';
import type { Check, Opening, Plan } from '../generate/plan.ts';
import type { Planned, Visit, Visits } from './calls.ts';
import { fewValuesOf } from './values.ts';

/** Visit the calls of each plan in turn. */
export const plainVisits =
  (rule: CompiledRule, { plans, values, cpus }: Planned): Visits =>
  (state, args, then) => {
    for (const { plan, alike } of plans) {
      for (let cpu = 0; cpu < cpus; cpu++) {
        args[0] = cpu;
        if (!opens(plan.opening, state, args)) continue;
        if (!chosen(rule, plan, values, { state, args, alike, then }, 0)) return false;
      }
    }
    return true;
  };

/** Visit a call with all arguments on every CPU, whatever it comes to. */
export function allVisits(system: TransitionSystem, rule: CompiledRule): Visits {
  const values = Object.values(rule.rule.parameters).map((parameter) => fewValuesOf(system, parameter));
  const plan: Plan = { target: done, opening: [], checks: [], conflicts: [], matters: values.map(() => true) };
  return plainVisits(rule, { plans: [{ plan, alike: 1 }], values, cpus: system.config.cpus });
}

/** What must hold before any argument is chosen; what the call changes on its way there is taken back. */
function opens(opening: readonly Opening[], state: State, args: Args): boolean {
  for (const step of opening) {
    if ('onFailure' in step) step.onFailure(state, args);
    else if (!isMet(step, state, args)) {
      state.undo();
      return false;
    }
  }
  if (opening.some((step) => 'onFailure' in step)) state.undo();
  return true;
}

const isMet = ({ holds, wanted }: Check, state: State, args: Args): boolean => holds(state, args) === wanted;

interface Now {
  readonly state: State;
  readonly args: Args;
  readonly alike: number;
  readonly then: Visit;
}

/** Chooses the arguments from this position on, and judges in each what can be judged by then. */
function chosen(
  rule: CompiledRule,
  plan: Plan,
  values: readonly (readonly number[])[],
  now: Now,
  position: number,
): boolean {
  const { state, args, alike, then } = now;
  const all = values[position];
  if (all === undefined) return then(rule, args, alike);
  const checks = plan.checks[position] ?? [];
  for (const value of plan.matters[position] === true ? all : all.slice(0, 1)) {
    args[position + 1 + passedAt] = value;
    args[position + 1] = rule.resolve[position]?.[value] ?? value;
    if (!checks.every((check) => isMet(check, state, args))) continue;
    if (!chosen(rule, plan, values, now, position + 1)) return false;
  }
  return true;
}
