/**
 * Counterexamples to induction. In a world of a few pages, frames, VMs and CPUs every loop and quantifier can be written
 * out, so that the solver finds states and does not only fail to exclude them: a state in which all invariants hold,
 * and a call that goes through and breaks one, or makes a secret seen.
 */
import { families, fieldNames, fields as allFields } from '../../spec/fields.ts';
import type { Dimension, Family, FieldName, FieldShape } from '../../spec/fields.ts';
import { attributes, quantities, readAttribute } from '../../spec/given.ts';
import type { Attribute, Quantity } from '../../spec/given.ts';
import { none } from '../../spec/config.ts';
import type { Config } from '../../spec/config.ts';
import type { Bool, Num } from '../../spec/language/term.ts';
import type { Rule } from '../../spec/rule.ts';
import { Layout, State } from '../../spec/state.ts';
import type { Call } from '../../spec/transition-system.ts';
import type { Always, Each } from '../../properties/property.ts';
import { fromBits, inBits } from './bits.ts';
import { concerned, symbolsOf } from './conditions.ts';
import { Execution } from './execute.ts';
import { keeper, Observed } from './observed.ts';
import { opaque, sceneOf } from './scene.ts';
import { apply, attributeName, number, quantityName, smtBool, withNames } from './smt.ts';
import type { Fields, Scene } from './smt.ts';
import { modelOf } from './solver.ts';
import { functionsOf } from './states.ts';
import { aboutCall, membersOf, saidOf } from './steps.ts';

/** A state and one call. */
export interface Found {
  readonly state: State;
  readonly call: Call;
}

const parameters = (count: number): string => Array.from({ length: count }, (_, i) => `(x${i} Int)`).join(' ');

/** All places of a family of so many cells. */
const placesOf = (sizes: readonly number[]): number[][] =>
  sizes.reduce<number[][]>(
    (all, size) => all.flatMap((row) => Array.from({ length: size }, (_, i) => [...row, i])),
    [[]],
  );

/** A function of small numbers as the solver is told it. */
function tableOf(sizes: readonly number[], read: (...at: number[]) => string, otherwise: string): string {
  return placesOf(sizes).reduce((other, row) => {
    const here = row.map((one, i) => `(= x${i} ${one})`).join(' ');
    return row.length === 0 ? read() : `(ite (and ${here}) ${read(...row)} ${other})`;
  }, otherwise);
}

/** A configuration, and arithmetic, as they are. */
const given = (config: Config): string[] => [
  '(set-logic ALL)',
  ...[
    'times ((x Int) (y Int)) Int (* x y)',
    'quotient ((x Int) (y Int)) Int (div x y)',
    'remainder ((x Int) (y Int)) Int (mod x y)',
    'bit_or ((x Int) (y Int)) Int (bvor x y)',
    'bit_and ((x Int) (y Int)) Int (bvand x y)',
    'bit_without ((x Int) (y Int)) Int (bvand x (bvnot y))',
    `vcpu_of ((v Int) (i Int)) Int (ite (and (<= 0 v) (< v ${config.slots}) (<= 0 i) (< i ${config.vcpus})) (+ (* v ${config.vcpus}) i) (- 2))`,
    `vm_of ((k Int)) Int (div k ${config.vcpus})`,
  ].map((one) => `(define-fun ${one})`),
  ...Object.entries(quantities as Record<string, Quantity>).map(
    ([name, { read }]) => `(define-fun ${quantityName(name)} () Int ${number(read(config))})`,
  ),
  ...Object.entries(attributes as Record<string, Attribute>).map(([name, attribute]) => {
    const sizes = attribute.over(config);
    const read = readAttribute(attribute, config);
    const body = tableOf(sizes, (...at) => number(read(...at)), number(attribute.otherwise));
    return `(define-fun ${attributeName(name)} (${parameters(sizes.length)}) Int ${body})`;
  }),
];

/** How many members a range has at the most. */
const mostIn =
  (config: Config) =>
  (count: Num): number => {
    if (count.kind === 'number') return count.value;
    if (count.kind === 'quantity') return (quantities as Record<string, Quantity>)[count.name]?.read(config) ?? 0;
    return Math.max(config.block, config.slots * config.vcpus, 2);
  };

/** The smallest and the largest number that a cell may hold. */
function boundsOf(field: FieldName, config: Config): readonly [number, number] {
  const shape: FieldShape = allFields[field];
  if (shape.values !== undefined) return [0, shape.values.length - 1];
  if ('flag' in shape) return [0, 1];
  // What starts as nothing is the number of a page, or of something of which there is less.
  return shape.start === none ? [none, config.pages.length - 1] : [0, 15];
}

const sizesOf = (field: FieldName, layout: Layout): number[] =>
  families[allFields[field].over].map((one) => layout.dimensions[one]);
const placesIn = (field: FieldName, layout: Layout): number[][] =>
  layout.size[field] === 0 ? [] : placesOf(sizesOf(field, layout));
const cellName = (field: FieldName, place: readonly number[]): string => ['cell', field, ...place].join('.');

/** A state of which nothing is known but how large a number each cell holds. Beyond its cells all is as at the start. */
function anyState(layout: Layout): string[] {
  return fieldNames.flatMap((field) => {
    const [low, high] = boundsOf(field, layout.config);
    const cells = placesIn(field, layout).flatMap((place) => {
      const name = cellName(field, place);
      return [`(declare-const ${name} Int)`, `(assert (and (<= ${number(low)} ${name}) (<= ${name} ${high})))`];
    });
    const { start = 0 }: FieldShape = allFields[field];
    const table = tableOf(sizesOf(field, layout), (...at) => cellName(field, at), number(start));
    const body = layout.size[field] === 0 ? number(start) : table;
    return [...cells, `(define-fun ${field}.start (${parameters(sizesOf(field, layout).length)}) Int ${body})`];
  });
}

/** A law of each member of its family, one by one. */
function instances(over: Family, holds: Bool, layout: Layout, scene: Scene): string[] {
  const names = families[over];
  return placesOf(names.map((one) => layout.dimensions[one])).map((place) => {
    const bound = names.map((one, i) => [one, String(place[i])] as const);
    return smtBool(holds, withNames(scene, bound));
  });
}

/** The arguments are some that the configuration offers, each as passed and as it is read. */
function argumentsOf(rule: Rule, names: ReadonlyMap<string, string>, config: Config): string[] {
  const named = (name: string): string => names.get(name) ?? '';
  const declared = [...names.values()].map((one) => `(declare-const ${one} Int)`);
  const offered = Object.entries(rule.parameters).map(([name, { values, resolve }]) => {
    const choices = values(config).map((passed) => {
      const read = resolve?.(config, passed) ?? passed;
      return `(and (= ${named(`${name} as passed`)} ${number(passed)}) (= ${named(name)} ${number(read)}))`;
    });
    return `(assert (or false ${choices.join(' ')}))`;
  });
  return [
    ...declared,
    ...offered,
    `(assert (and (<= 0 ${named('this CPU')}) (< ${named('this CPU')} ${config.cpus})))`,
  ];
}

/** A script in bits. What is defined as a number or as a condition is a constant, or each use would copy it. */
const written = (lines: readonly string[]): string[] =>
  lines.map(inBits).flatMap((line) => {
    const [, name, sort, body] = /^\(define-fun (\S+) \(\) (Bool|\(_ BitVec \d+\)) (.*)\)$/.exec(line) ?? [];
    return name === undefined
      ? [line]
      : [`(declare-const ${name} ${sort ?? ''})`, `(assert (= ${name} ${body ?? ''}))`];
  });

/** A call from some state, as far as it goes through. */
interface Made {
  readonly run: Execution;
  readonly start: Fields;
  readonly observed: Observed;
}

function made(rule: Rule, layout: Layout): Made {
  const { config } = layout;
  const names = symbolsOf(rule);
  const start = functionsOf('start', { sums: [], left: [] });
  const observed = new Observed(rule, names);
  const run = new Execution('then', start, names, opaque, () => 'true', [], mostIn(config));
  run.lines.push(...given(config), ...anyState(layout), ...argumentsOf(rule, names, config));
  run.lines.push(`(declare-const ${keeper} Int)`, `(assert (and (<= 0 ${keeper}) (< ${keeper} ${config.slots})))`);
  for (const step of rule.guards) {
    if (step.kind === 'onFailure') run.do(step.effect);
    else run.lines.push(`(assert ${smtBool(step.condition, run.scene)})`);
  }
  for (const effect of rule.effects) run.do(effect);
  return { run, start, observed };
}

/** What a counterexample may break. */
export interface Asked {
  readonly invariants: readonly Always[];
  readonly steps: readonly Each[];
}

/** Whether the call goes through in some state in which the invariants hold. */
export async function isPossible(rule: Rule, invariants: readonly Always[], config: Config): Promise<boolean> {
  const layout = new Layout(config);
  const { run, start } = made(rule, layout);
  const scene = { ...sceneOf(start), most: mostIn(config) };
  const known = invariants.flatMap(({ over, holds }) => instances(over, holds, layout, scene));
  const script = written([...run.lines, ...known.map((one) => `(assert ${one})`)]);
  return (await modelOf(script, [symbolsOf(rule).get('this CPU') ?? ''])) !== undefined;
}

/** The script that asks for a state in which the invariants hold and a call that breaks one, or shows a secret. */
export function breaking(rule: Rule, { invariants, steps }: Asked, layout: Layout): string[] {
  const { run, start, observed } = made(rule, layout);
  const most = mostIn(layout.config);
  const words = placesIn('word', layout).map((place) => place.map(String) as [string, string]);
  const all = (fields: Fields, some: readonly Always[]): string[] =>
    some.flatMap(({ over, holds }) => instances(over, holds, layout, { ...sceneOf(fields), most }));
  const known = [...all(start, invariants), ...words.map(([page, word]) => observed.agrees(start, page, word))];
  const lines = observed.twins.lines([...run.lines, ...observed.others(), ...known.map((one) => `(assert ${one})`)]);
  const ended = { start, now: run.fields, isDone: 'true', answer: run.answer ?? '0', names: run.names };
  const wanted = [
    ...all(run.fields, concerned(invariants, start, run.fields)),
    ...words.map(([page, word]) => observed.agreesAfter(start, run.fields, page, word)),
    observed.answersAlike(run.answer) ?? 'true',
    ...aboutCall(steps, rule).flatMap((one) =>
      placesOf(membersOf(one.law).map((name) => layout.dimensions[name as Dimension])).map((place) =>
        saidOf(one, ended, place.map(String), most),
      ),
    ),
  ];
  return [...lines, `(assert (not (and ${wanted.join(' ')})))`];
}

/** The script that asks for a state in which the invariants hold and a call that changes something. */
export function changing(rule: Rule, invariants: readonly Always[], layout: Layout): string[] {
  const { run, start } = made(rule, layout);
  const scene = { ...sceneOf(start), most: mostIn(layout.config) };
  const known = invariants.flatMap(({ over, holds }) => instances(over, holds, layout, scene));
  const changes = allCells(layout).flatMap(([field, place]) => {
    const [before, now] = [start.get(field), run.fields.get(field)];
    const at = place.map(String);
    return before === now ? [] : [`(distinct ${apply(before?.name ?? '', ...at)} ${apply(now?.name ?? '', ...at)})`];
  });
  return [...run.lines, ...known.map((one) => `(assert ${one})`), `(assert (or false ${changes.join(' ')}))`];
}

const passedTo = ({ parameters }: Rule): string[] => Object.keys(parameters).map((name) => `${name} as passed`);
const allCells = (layout: Layout): (readonly [FieldName, number[]])[] =>
  fieldNames.flatMap((field) => placesIn(field, layout).map((place) => [field, place] as const));

/** What a solver has to say of the state after a call that goes through: the terms of all cells that it may change. */
export interface CarriedOut {
  readonly script: readonly string[];
  /** By the number of the cell. */
  readonly cells: ReadonlyMap<number, string>;
}

export function carriedOut(rule: Rule, state: State, { cpu, args }: Call): CarriedOut {
  const { layout } = state;
  const { run, start } = made(rule, layout);
  const names = symbolsOf(rule);
  const symbols = [...passedTo(rule), 'this CPU'].map((name) => names.get(name) ?? '');
  const all = allCells(layout);
  const known = [
    ...all.map(([field, place], i) => [cellName(field, place), state.at(i)] as const),
    ...[...args, cpu].map((value, i) => [symbols[i] ?? '', value] as const),
  ];
  const told = known.map(([name, value]) => `(assert (= ${name} ${number(value)}))`);
  const cells = all.flatMap(([field, place], i) => {
    const now = run.fields.get(field);
    const term = now === start.get(field) ? undefined : apply(now?.name ?? '', ...place.map(String));
    return term === undefined ? [] : [[i, inBits(term)] as const];
  });
  return { script: written([...run.lines, ...told]), cells: new Map(cells) };
}

/**
 * A state and a call of which a script is true; undefined if there is none in this configuration but with the calls that
 * are excepted. Throws a SolverError where z3 cannot be asked, or does not know.
 */
export async function foundBy(
  script: readonly string[],
  rule: Rule,
  layout: Layout,
  except: readonly Call[] = [],
): Promise<Found | undefined> {
  const names = symbolsOf(rule);
  const cells = allCells(layout).map(([field, place]) => cellName(field, place));
  const args = [...passedTo(rule), 'this CPU'].map((name) => names.get(name) ?? '');
  const others = except.map(({ args: passed, cpu }) => {
    const same = [...passed, cpu].map((value, i) => `(= ${args[i] ?? ''} ${number(value)})`);
    return `(assert (not (and ${same.join(' ')})))`;
  });
  const model = await modelOf(written([...script, ...others]), [...cells, ...args]);
  if (model === undefined) return undefined;
  const values = fromBits(model);
  const state = new State(layout, Int32Array.from(values.slice(0, cells.length)));
  return { state, call: { call: rule.call, cpu: values.at(-1) ?? 0, args: values.slice(cells.length, -1) } };
}
