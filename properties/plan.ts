/**
 * Plans: how the arguments of a call are found that take it to a wanted end, `done` or the refusal by one guard. A plan
 * says which conditions can be judged before any argument is chosen, and which once each argument is. It is made from
 * the parameters that each term names, for any rule alike.
 */
import { done } from '../spec/machine.ts';
import type { CompiledRule } from '../spec/machine.ts';
import type { Guard, Step } from '../spec/rule.ts';
import type { Run, Scope } from '../spec/term.ts';
import type { Layout } from '../spec/state.ts';

export interface Check {
  readonly holds: Run<boolean>;
  /** False for the guard that is to refuse. */
  readonly wanted: boolean;
}

/** Before any argument is chosen: what must hold, and what the call changes on its way even if it is refused. */
export type Opening = Check | { readonly keep: Run<void> };

export interface Plan {
  readonly target: number;
  readonly opening: readonly Opening[];
  /** For each parameter, what can be judged once it and those before it are chosen. */
  readonly checks: readonly (readonly Check[])[];
  /** For each parameter, whether anything up to the target depends on it. */
  readonly matters: readonly boolean[];
}

export function makePlan(rule: CompiledRule, layout: Layout, target: number): Plan {
  const positions = Object.fromEntries(rule.names.map((name, i) => [name, i + 1]));
  const scope: Scope = { layout, world: layout.world, positions };
  const opening: Opening[] = [];
  const checks: Check[][] = rule.names.map(() => []);
  const upTo = stepsUpTo(rule, target);
  for (const step of upTo) {
    const last = lastParameter(rule, step);
    if (step.kind === 'keeps') {
      if (last < 0) opening.push({ keep: step.effect.compile(scope) });
      continue;
    }
    const guard = rule.guards.indexOf(step);
    if (rule.checked[guard] !== true) continue;
    const check = { holds: rule.conditions[guard] as Run<boolean>, wanted: guard !== target };
    (last < 0 ? opening : (checks[last] as Check[])).push(check);
  }
  const ends = target === done ? rule.rule.effects : [];
  const named = new Set([...upTo.map(termOf), ...ends].flatMap((term) => term.params));
  return { target, opening, checks, matters: rule.names.map((name) => named.has(name)) };
}

const termOf = (step: Step) => (step.kind === 'must' ? step.condition : step.effect);

/** The steps up to the guard that is to refuse; all of them where none is. */
function stepsUpTo(rule: CompiledRule, target: number): readonly Step[] {
  const all = rule.rule.guards;
  return target === done ? all : all.slice(0, all.indexOf(rule.guards[target] as Guard) + 1);
}

/** Number of the last parameter that a step depends on, or -1 where it depends on none. */
const lastParameter = (rule: CompiledRule, step: Step): number =>
  Math.max(-1, ...termOf(step).params.map((name) => rule.names.indexOf(name)));

/** The guards that can be aimed at: those that are not left out, and not implied by the others. */
export const targetsOf = (rule: CompiledRule): readonly number[] =>
  rule.guards.flatMap((guard, number) => (guard.implied !== true && rule.checked[number] === true ? [number] : []));
