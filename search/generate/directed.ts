/**
 * Directed arguments: a plan written out as one function, which looks for arguments that take a call to the wanted end.
 * Parameters are chosen one inside the other. Where one cannot be met, those on which the failure depends are chosen
 * anew, and no others.
 */
import { Emitter } from '../../spec/language/run.ts';
import type { CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import { bindingOf } from '../../spec/transition-system.ts';
import { initialState } from '../../spec/state.ts';
import type { Layout, State } from '../../spec/state.ts';
import { argsLength, passedAt } from '../../spec/language/run.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import type { Binding, Run } from '../../spec/language/run.ts';
import { cpuBit, dependsOnCpu, makePlan, readsCpu } from './plan.ts';
import type { Check, Plan } from './plan.ts';
import type { Random } from './random.ts';

/** Puts arguments in place that take the call to the wanted end; false where none were found. */
export type DirectedArguments = Run<boolean>;

/** How many values are looked at for one argument, and for one call. */
export const probes = 16;
export const effort = 32;

/** A plan with the values that are tried for each parameter. */
export interface DirectedSearch {
  readonly plan: Plan;
  /** For each parameter, the values that are tried: as passed, and as resolved. */
  readonly values: readonly { readonly given: Int32Array; readonly meant: Int32Array }[];
  /** For each parameter, the checks that are left to be made for each value. */
  readonly checks: readonly (readonly Check[])[];
  /** Whether one CPU is tried after the other. */
  readonly onAnyCpu: boolean;
  readonly cpus: number;
}

/**
 * What is searched for a call to come to one end; none where this scope has no arguments for it. `beside`: a later guard
 * that is to fail too.
 */
export function searchFor(
  system: TransitionSystem,
  rule: CompiledRule,
  target: number,
  offered: readonly Int32Array[],
  beside?: number,
): DirectedSearch | undefined {
  const plan = makePlan(rule, system.layout, target, beside);
  const values = offered.map((all, position) => {
    const fitting = fittingValues(system, rule, plan, position, [...all]);
    const meant = fitting.map((value) => rule.resolve[position]?.[value] ?? value);
    return { given: Int32Array.from(fitting), meant: Int32Array.from(meant) };
  });
  if (values.some(({ given }) => given.length === 0)) return undefined;
  const checks = plan.checks.map((all) => all.filter((check) => !isSettled(check)));
  return { plan, values, checks, onAnyCpu: dependsOnCpu(rule), cpus: system.config.cpus };
}

/** What a function for directed arguments is written from. */
interface Parts extends DirectedSearch {
  readonly into: Emitter;
  readonly random: string;
}

/** Arguments that direct a call to one end, as one function; `directed-plain.ts` says in plain steps what it does. */
export function directArguments(
  system: TransitionSystem,
  rule: CompiledRule,
  target: number,
  offered: readonly Int32Array[],
  random: Pick<Random, 'below'>,
): DirectedArguments | undefined {
  const search = searchFor(system, rule, target, offered);
  return search && writeOut(search, bindingOf(rule.rule, system.layout), random);
}

/** The search as one function. */
export function writeOut(search: DirectedSearch, binding: Binding, random: Pick<Random, 'below'>): DirectedArguments {
  const into = new Emitter(binding);
  const parts: Parts = { ...search, into, random: into.link(random) };
  return into.build(search.onAnyCpu ? onAnyCpu(parts, search.cpus) : onOneCpu(parts, search.cpus));
}

/** The check speaks of one parameter and of nothing that changes: it can be made once and for all. */
const isSettled = ({ condition }: Check): boolean => {
  const { names, reads } = touchesOf(condition);
  return names.size === 1 && reads.size === 0;
};

/** What settled checks are given: they read nothing of it. */
const emptyStates = new WeakMap<Layout, State>();
function emptyState(layout: Layout): State {
  const state = emptyStates.get(layout) ?? initialState(layout);
  emptyStates.set(layout, state);
  return state;
}

function fittingValues(
  system: TransitionSystem,
  rule: CompiledRule,
  plan: Plan,
  position: number,
  values: readonly number[],
): readonly number[] {
  const settled = (plan.checks[position] ?? []).filter(isSettled);
  if (settled.length === 0) return values;
  const state = emptyState(system.layout);
  const args = new Int32Array(argsLength);
  return values.filter((value) => {
    args[position + 1 + passedAt] = value;
    args[position + 1] = rule.resolve[position]?.[value] ?? value;
    return settled.every((check) => check.holds(state, args) === check.wanted);
  });
}

const drawBelow = ({ random }: Parts, count: number): string => (count === 1 ? '0' : `${random}.below(${count})`);
const holds = ({ into }: Parts, { condition, wanted }: Check): string => `${wanted ? '' : '!'}${into.of(condition)}`;
const undo = 'if (s.written > 0) s.undo();';

function onOneCpu(parts: Parts, cpus: number): string {
  return `let left = ${effort};
    a[0] = ${drawBelow(parts, cpus)};
    search: { ${opening(parts, () => 'break search;')} ${choice(parts, 0)} }
    ${undo} return false;`;
}

/** One CPU after the other, as long as the failure depends on it. */
function onAnyCpu(parts: Parts, cpus: number): string {
  const failed = (onCpu: boolean): string => (onCpu ? `{ ${undo} continue; }` : 'break search;');
  return `let left = ${effort};
    search: for (let i = 0, cpu = ${drawBelow(parts, cpus)}; i < ${cpus}; i++, cpu = cpu + 1 === ${cpus} ? 0 : cpu + 1) {
      a[0] = cpu;
      ${opening(parts, failed)}
      ${choice(parts, 0)}
      ${parts.values.length > 0 ? `if ((b0 & ${cpuBit}) === 0) break;` : ''}
      ${undo}
    }
    ${undo} return false;`;
}

function opening(parts: Parts, failed: (onCpu: boolean) => string): string {
  const steps = parts.plan.opening.map((step) =>
    'onFailure' in step
      ? parts.into.statement(step.effect)
      : `if (!(${holds(parts, step)})) ${failed(readsCpu(step.condition))}`,
  );
  return steps.join('\n');
}

/** Choose the parameters from this position on; where that fails, `b` and the position is the conflict set. */
function choice(parts: Parts, position: number): string {
  const values = parts.values[position];
  if (values === undefined) return `${undo} return true;`;
  const { plan, into } = parts;
  const [own, conflicts] = [1 << position, `b${position}`];
  const count = values.given.length;
  const put = `a[${position + 1 + passedAt}] = ${into.link(values.given)}[k${position}];
    a[${position + 1}] = ${into.link(values.meant)}[k${position}];`;
  const checks = parts.checks[position] ?? [];
  const conflictsLater = plan.conflicts.some((bits, later) => later > position && (bits & own) !== 0);
  const last = position + 1 === parts.values.length;
  const start = drawBelow(parts, count);
  if (checks.length === 0 && !conflictsLater) {
    return `const k${position} = ${start}; ${put} ${choice(parts, position + 1)}
      ${last ? '' : `let ${conflicts} = b${position + 1};`}`;
  }
  const later = `if ((b${position + 1} & ${own}) === 0) { ${conflicts} = b${position + 1}; break; } ${conflicts} |= b${position + 1};`;
  return `let ${conflicts} = ${(plan.conflicts[position] ?? 0) & ~own};
    for (let i = 0, k${position} = ${start}; i < ${Math.min(count, probes)}; i++, k${position} = k${position} + 1 === ${count} ? 0 : k${position} + 1) {
      ${put}
      if (${checks.map((check) => holds(parts, check)).join(' && ') || 'true'}) { ${choice(parts, position + 1)} ${last ? '' : later} }
      if (--left <= 0) break search;
    }
    ${conflicts} &= ~${own};`;
}
