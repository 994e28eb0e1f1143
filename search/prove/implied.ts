/** That a guard which is said to be implied is: where it would refuse, one of the guards that are named refuses too. */
import type { Guard, Rule } from '../../spec/rule.ts';
import type { Always } from '../../properties/property.ts';
import { allStated, declaredNames, symbolsOf } from './conditions.ts';
import type { Group } from './conditions.ts';
import { Execution } from './execute.ts';
import { opaque } from './scene.ts';
import { smtBool } from './smt.ts';
import type { Fields } from './smt.ts';
import { declared, functionsOf, keptNumbers } from './states.ts';

/** The conditions of a call, one for each such guard. */
export const impliedOf = (rule: Rule, invariants: readonly Always[]): readonly Group[] =>
  rule.guards.flatMap((step) =>
    step.kind === 'must' && step.impliedBy !== undefined ? [ofGuard(rule, step, step.impliedBy, invariants)] : [],
  );

function ofGuard(rule: Rule, guard: Guard, by: readonly string[], invariants: readonly Always[]): Group {
  const tag = `${rule.call}.${guard.clause}`;
  const kept = keptNumbers(invariants);
  const start = functionsOf(`${tag}.start`, kept);
  const names = new Map([...symbolsOf(rule)].map(([name, symbol]) => [name, `${symbol}.${guard.clause}`]));
  const holds = (fields: Fields): string => allStated(invariants, fields);
  const run = new Execution(tag, start, names, opaque, holds, kept.sums);
  run.lines.push(...declared(start, kept), ...declaredNames(rule, names), `(assert ${holds(start)})`);
  const place = rule.guards.indexOf(guard);
  rule.guards.forEach((step, i) => {
    if (step.kind === 'onFailure') run.do(step.effect);
    else if (i < place || by.includes(step.clause)) run.lines.push(`(assert ${smtBool(step.condition, run.scene)})`);
    else if (i === place) run.lines.push(`(assert (not ${smtBool(step.condition, run.scene)}))`);
  });
  const asks = `${by.join(' or ')} would refuse as well`;
  return { lines: run.lines, conditions: [{ subject: rule.call, at: guard.clause, asks, negated: 'true' }] };
}
