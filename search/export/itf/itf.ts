/**
 * A run of the rules as a trace in the Informal Trace Format: the state at the start and after each call, with the call,
 * its arguments and its answer. Variables and places are those of the Quint form of the same rules.
 */
import type { Outcome } from '../../../spec/transition-system.ts';
import { fields } from '../../../spec/fields.ts';
import type { FieldName, FieldShape } from '../../../spec/fields.ts';
import type { Layout } from '../../../spec/state.ts';
import { fieldsOf, placesOf } from '../cells.ts';
import { identifier } from '../names.ts';
import { actionTaken, itfNumber, nondetPicks, tagged } from './shape.ts';
import type { ItfState, ItfTrace, ItfValue } from './shape.ts';

export interface ItfStep {
  readonly call: string;
  readonly args: Readonly<Record<string, ItfValue>>;
  readonly outcome: Outcome;
  /** The call in the words of a reader. */
  readonly words: string;
  readonly cells: Int32Array;
}

export interface ItfRun {
  readonly description: string;
  readonly layout: Layout;
  readonly start: Int32Array;
  /** Gone through twice, and each time from the start. */
  readonly steps: () => Iterable<ItfStep>;
  /** Cells that hold their field's rest throughout are left out: a real machine has thousands, of which few are used. */
  readonly sparse: boolean;
}

const answer = 'answer';

/** The trace, line by line: one for each state. */
export function* itf(run: ItfRun): Generator<string> {
  const variables = variablesOf(run);
  const names = argumentsOf(run);
  const meta = JSON.stringify(metaOf(run, variables));
  const vars = JSON.stringify([...variables.map(({ name }) => name), answer, actionTaken, nondetPicks]);
  const written = (index: number, cells: Int32Array, step?: ItfStep): string =>
    JSON.stringify(stateOf(variables, names, index, cells, step));
  yield `{"#meta":${meta},\n"vars":${vars},\n"states":[\n${written(0, run.start)}`;
  let index = 0;
  for (const step of run.steps()) yield `,\n${written(++index, step.cells, step)}`;
  yield '\n]}\n';
}

interface Variable {
  readonly name: string;
  readonly field: FieldName;
  /** Where its cells lie in the state, and their numbers. */
  readonly cells: readonly { readonly cell: number; readonly at: readonly number[] }[];
}

function variablesOf(run: ItfRun): Variable[] {
  const { layout, sparse } = run;
  const used = sparse ? usedIn(run) : undefined;
  return fieldsOf(layout).flatMap((field) => {
    const all = placesOf(layout, field).map((at, i) => ({ cell: layout.base[field] + i, at }));
    const cells = all.filter(({ cell }) => used?.has(cell) !== false);
    return cells.length === 0 ? [] : [{ name: identifier(field), field, cells }];
  });
}

function usedIn({ layout, start, steps }: ItfRun): ReadonlySet<number> {
  const rest = new Int32Array(layout.length);
  for (const field of fieldsOf(layout))
    rest.fill(restOf(field), layout.base[field], layout.base[field] + layout.size[field]);
  const used = new Set<number>();
  for (const cells of [start, ...Array.from(steps(), (step) => step.cells)]) {
    cells.forEach((now, cell) => now !== rest[cell] && used.add(cell));
  }
  return used;
}

/** What a cell holds where nothing has happened to what it is about. */
function restOf(field: FieldName): number {
  const { start = 0 }: FieldShape = fields[field];
  return start;
}

/** Every argument that a call of this run has. */
function argumentsOf({ steps }: ItfRun): string[] {
  const names = new Set<string>();
  for (const { args } of steps()) for (const name of Object.keys(args)) names.add(name);
  return [...names].sort();
}

/** What the numbers mean: the values that fields have names for, the names of pages and frames; and what is left out. */
function metaOf({ description, layout, sparse }: ItfRun, variables: readonly Variable[]): ItfTrace['#meta'] {
  const { pages, gfns } = layout.config;
  const named = variables.flatMap(({ name, field }) => {
    const { values }: FieldShape = fields[field];
    return values === undefined ? [] : [[name, values] as const];
  });
  return {
    format: 'ITF',
    'format-description': 'https://apalache-mc.org/docs/adr/015adr-trace.html',
    description,
    ...(sparse ? { rest: Object.fromEntries(variables.map(({ name, field }) => [name, restOf(field)])) } : {}),
    values: Object.fromEntries(named),
    pages: pages.map(({ name }) => name),
    gfns: gfns.map(({ name }) => name),
  };
}

function stateOf(
  variables: readonly Variable[],
  names: readonly string[],
  index: number,
  cells: Int32Array,
  step?: ItfStep,
): ItfState {
  const clause = step?.outcome.kind === 'denied' ? { clause: step.outcome.clause } : {};
  const picked = (name: string): [string, ReturnType<typeof tagged>] => {
    const given = step?.args[name];
    return [name, given === undefined ? tagged('None') : tagged('Some', given)];
  };
  return {
    '#meta': { index, ...(step === undefined ? {} : { call: step.words, ...clause }) },
    ...Object.fromEntries(variables.map((variable) => [variable.name, valueOf(variable, cells)])),
    [answer]: answerOf(step?.outcome),
    [actionTaken]: step?.call ?? 'init',
    [nondetPicks]: Object.fromEntries(names.map(picked)),
  };
}

function valueOf({ cells: places }: Variable, cells: Int32Array): ItfValue {
  const at = (cell: number): number => cells[cell] as number;
  const [only] = places;
  if (only?.at.length === 0) return at(only.cell);
  return { '#map': places.map(({ cell, at: numbers }) => [keyOf(numbers), at(cell)] as const) };
}

const keyOf = (numbers: readonly number[]): ItfValue =>
  numbers.length === 1 ? (numbers[0] as number) : { '#tup': numbers };

function answerOf(outcome: Outcome | undefined): ItfValue {
  if (outcome === undefined) return tagged('None');
  return outcome.kind === 'done' ? tagged('Done', itfNumber(outcome.answer)) : tagged('Denied', outcome.error);
}
