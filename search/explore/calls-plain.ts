/**
 * The same visits as `calls.ts` makes, by loops in loops that are the same for all rules: what is meant, and what is done
 * where no function may be made of text.
 */
import { done } from '../../spec/transition-system.ts';
import type { CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import { passedAt } from '../../spec/language/run.ts';
import type { Args } from '../../spec/language/run.ts';
import { dependsOnCpu, makePlan } from '../generate/plan.ts';
import type { Check, Opening, Plan } from '../generate/plan.ts';
import type { Planned, Visit, Visits } from './calls.ts';
import { fewValuesOf } from './values.ts';

/** Visit the calls of each plan in turn. */
export function plainVisits(rule: CompiledRule, { plans, values, cpus }: Planned): Visits {
  const ordered = plans.map(({ plan, alike }) => ({ alike, plan: { ...plan, checks: plan.checks.map(fewestFirst) } }));
  return (state, args, then) => {
    for (const { plan, alike } of ordered) {
      for (let cpu = 0; cpu < cpus; cpu++) {
        args[0] = cpu;
        if (!opens(plan.opening, state, args)) continue;
        if (chosen({ rule, plan, values, state, args, alike, then }, 0) === 'stop') return false;
      }
    }
    return true;
  };
}

/** What depends on few arguments decides for many calls at once. */
const fewestFirst = (checks: readonly Check[]): readonly Check[] =>
  checks.toSorted((one, other) => bitsIn(one.on) - bitsIn(other.on));
const bitsIn = (set: number): number => set.toString(2).replaceAll('0', '').length;

/** Visit those that come to one end, as `visitsTo` does. */
export function plainVisitsTo(system: TransitionSystem, rule: CompiledRule, end: number): Visits {
  const values = Object.values(rule.rule.parameters).map((parameter) => fewValuesOf(system, parameter));
  const cpus = dependsOnCpu(rule) ? system.config.cpus : 1;
  return plainVisits(rule, { plans: [{ plan: makePlan(rule, system.layout, end), alike: 1 }], values, cpus });
}

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
  readonly rule: CompiledRule;
  readonly plan: Plan;
  readonly values: readonly (readonly number[])[];
  readonly state: State;
  readonly args: Args;
  readonly alike: number;
  readonly then: Visit;
}

/**
 * How the choice of the arguments from one on ends: no more is to be visited, or which arguments before it are to blame
 * that nothing was, one bit each.
 */
type Chosen = 'stop' | number;
/** Something was visited: whatever is chosen before, more can be. */
const whoever = ~0;

/** Chooses the arguments from this position on, and judges in each what can be judged by then. */
function chosen(now: Now, position: number): Chosen {
  const { rule, plan, values, state, args, alike, then } = now;
  const all = values[position];
  if (all === undefined) return then(rule, args, alike) ? whoever : 'stop';
  const checks = plan.checks[position] ?? [];
  const own = 1 << position;
  let blamed = 0;
  for (const value of plan.matters[position] === true ? all : all.slice(0, 1)) {
    args[position + 1 + passedAt] = value;
    args[position + 1] = rule.resolve[position]?.[value] ?? value;
    const failed = checks.find((check) => !isMet(check, state, args));
    const later = failed?.on ?? chosen(now, position + 1);
    if (later === 'stop') return 'stop';
    // Another value here cannot mend what does not depend on it.
    if ((later & own) === 0) return later;
    blamed |= later;
  }
  return blamed & ~own;
}
