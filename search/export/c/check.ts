/**
 * One call as a check of the C function that decides it: in every legal state and for every argument, the guard that
 * the rule says refuses with its error, and the state is the rule's.
 */
import type { Always } from '../../../properties/property.ts';
import { families } from '../../../spec/fields.ts';
import type { FieldName } from '../../../spec/fields.ts';
import { touchesOf } from '../../../spec/language/touches.ts';
import { notesOf, termOf } from '../../../spec/rule.ts';
import type { Guard, Rule, Step } from '../../../spec/rule.ts';
import type { TransitionSystem } from '../../../spec/transition-system.ts';
import { fewValuesOf } from '../../explore/values.ts';
import { Body } from '../body.ts';
import { fieldsOf, sizesOf } from '../cells.ts';
import { indented } from '../dialect.ts';
import { writtenLaws } from '../laws.ts';
import { cpuKey, identifier, passedKey, variableOf } from '../names.ts';
import { TermWriter } from '../terms.ts';
import { arithmetic, cDialect } from './dialect.ts';
import type { Binding } from './linux.ts';

const dialect = cDialect('spec');
/** Contents are symbols in the rules, and bytes in a machine: they are not compared. */
const notCompared: ReadonlySet<FieldName> = new Set(['word']);

export function checkText(rule: Rule, binding: Binding, system: TransitionSystem): string {
  const terms = new TermWriter(system.layout, dialect);
  const { earlier, steps } = stepsOf(rule, binding);
  const fields = fieldsTouched(rule, [...earlier, ...steps], system);
  const laws = writtenLaws(system).filter(({ holds }) =>
    [...touchesOf(holds).reads].every((field) => fields.includes(field) || system.layout.size[field] === 0),
  );
  const texts = [
    legalText(laws, system, terms),
    ...(binding.after === undefined ? [] : [callerText(rule, earlier, system, terms)]),
    decideText(rule, steps, system, terms),
  ];
  const functions = [...terms.functions, ...texts].join('\n\n');
  return `${[
    `/* ${rule.call} of ${system.profile.name}, written by pvm-spec export. */`,
    '#include "spec.h"',
    stateText(fields, system),
    ...(functions.includes('floor_div') ? [arithmetic] : []),
    functions,
    harnessText(rule, steps, binding, system),
  ].join('\n\n')}\n`;
}

/** What the function decides; and the guards of its caller, as far as nothing is changed between them. */
function stepsOf(
  rule: Rule,
  { after }: Binding,
): { readonly earlier: readonly Guard[]; readonly steps: readonly Step[] } {
  if (after === undefined) return { earlier: [], steps: rule.guards };
  const last = rule.guards.findLastIndex(({ clause }) => clause === after);
  if (last < 0) throw new Error(`unreachable: ${rule.call} has no ${after}`);
  const callers = rule.guards.slice(0, last + 1);
  const effect = callers.findIndex(({ kind }) => kind === 'onFailure');
  return { earlier: guardsIn(effect < 0 ? callers : callers.slice(0, effect)), steps: rule.guards.slice(last + 1) };
}

function fieldsTouched(rule: Rule, steps: readonly Step[], system: TransitionSystem): readonly FieldName[] {
  const touched = [...steps.map(termOf), ...rule.effects].map(touchesOf);
  const names = new Set(touched.flatMap(({ reads, writes }) => [...reads, ...writes]));
  return fieldsOf(system.layout).filter((field) => names.has(field));
}

/** The cells that the call is about, how they are read, and whether they are as the rule has left them. */
function stateText(fields: readonly FieldName[], system: TransitionSystem): string {
  const compared = fields.filter((field) => !notCompared.has(field));
  const overAll = (line: (cell: string, read: string) => string): string[] =>
    compared.flatMap((field) => overCells(field, system, line));
  return [
    '/* The state of the specification, as far as the call is about it. */',
    'static struct {',
    ...indented(fields.map((field) => `int ${identifier(field)}${arrayOf(field, system)};`)),
    '} spec;',
    '',
    'static void read_state(void) {',
    ...indented(overAll((cell, read) => `${cell} = ${read};`)),
    '}',
    '',
    'static int is_as_specified(void) {',
    ...indented([...overAll((cell, read) => `if (${cell} != ${read}) return 0;`), 'return 1;']),
    '}',
  ].join('\n');
}

const arrayOf = (field: FieldName, { layout }: TransitionSystem): string =>
  sizesOf(layout, field)
    .map((size) => `[${size}]`)
    .join('');

function overCells(
  field: FieldName,
  { layout }: TransitionSystem,
  line: (cell: string, read: string) => string,
): string[] {
  const sizes = sizesOf(layout, field);
  const numbers = sizes.map((_, i) => `n${i}`);
  const loops = sizes.map((size, i) => `for (int n${i} = 0; n${i} < ${size}; n${i}++)`).join(' ');
  const done = line(dialect.cell(field, numbers), `read_${identifier(field)}(${numbers.join(', ')})`);
  return [loops === '' ? done : `${loops} ${done}`];
}

/** Laws of states that are about these cells alone. */
function legalText(laws: readonly Always[], { layout }: TransitionSystem, terms: TermWriter): string {
  const lines = laws.flatMap(({ clause, over, holds }) => {
    const names = new Map(families[over].map((place) => [place, variableOf(place)]));
    const loops = families[over].map((place) => {
      const own = variableOf(place);
      return `for (int ${own} = 0; ${own} < ${layout.dimensions[place]}; ${own}++) `;
    });
    return [`${loops.join('')}if (!${terms.of(holds, names)}) return 0; /* ${clause} */`];
  });
  return ['static int is_legal(void) {', ...indented([...lines, 'return 1;']), '}'].join('\n');
}

/** Whether the caller gets as far as to call the function. */
function callerText(rule: Rule, earlier: readonly Guard[], system: TransitionSystem, terms: TermWriter): string {
  const names = namesOf(rule, system, terms);
  const lines = earlier.map(({ clause, condition }) => `if (!${terms.of(condition, names)}) return 0; /* ${clause} */`);
  const heads = parametersOf(rule);
  return [
    `static int is_called(${heads.map((name) => `int ${name}`).join(', ')}) {`,
    ...indented([...heads.map((name) => `(void)${name};`), ...lines, 'return 1;']),
    '}',
  ].join('\n');
}

const done = 'DONE';

/** The rule: the number of the guard that refuses, or `DONE`; the state then is the one after the call. */
function decideText(rule: Rule, steps: readonly Step[], system: TransitionSystem, terms: TermWriter): string {
  const notes = notesOf(rule).map((note) => [note, variableOf(note)] as const);
  const body = new Body(
    new Map([...namesOf(rule, system, terms), ...notes]),
    notes.map(([, variable]) => variable),
  );
  const guards = guardsIn(steps);
  const lines = steps.flatMap((step) => {
    if (step.kind === 'onFailure') return terms.statements(step.effect, body);
    return [`if (!${terms.of(step.condition, body.names)}) return ${guards.indexOf(step)}; /* ${step.clause} */`];
  });
  const effects = rule.effects.flatMap((effect) => terms.statements(effect, body));
  const variables = body.variables.length === 0 ? [] : [`int ${body.variables.map((one) => `${one} = 0`).join(', ')};`];
  const unused = [...parametersOf(rule), ...notes.map(([, variable]) => variable)].map((one) => `(void)${one};`);
  return [
    `static int decide(${parametersOf(rule)
      .map((name) => `int ${name}`)
      .join(', ')}) {`,
    ...indented([...variables, ...unused, ...lines, ...effects, `return ${done};`]),
    '}',
  ].join('\n');
}

const guardsIn = (steps: readonly Step[]): Guard[] => steps.filter((step) => step.kind === 'must');

const parametersOf = (rule: Rule): string[] => [variableOf(cpuKey), ...Object.keys(rule.parameters).map(variableOf)];

function namesOf(rule: Rule, { config }: TransitionSystem, terms: TermWriter): Map<string, string> {
  const names = new Map([[cpuKey, variableOf(cpuKey)]]);
  for (const [name, { resolve, values }] of Object.entries(rule.parameters)) {
    const own = variableOf(name);
    const resolved = resolve && values(config).map((value) => resolve(config, value));
    names.set(passedKey(name), own).set(name, resolved === undefined ? own : `${terms.table(resolved, -1)}(${own})`);
  }
  return names;
}

function harnessText(rule: Rule, steps: readonly Step[], binding: Binding, system: TransitionSystem): string {
  const given = parametersOf(rule).join(', ');
  const guards = guardsIn(steps);
  const own = (what: string): string => `"${rule.call} ${what}"`;
  const before = guards.map(({ clause, error }, i) =>
    error === 'PANIC' ? `ASSUME(by != ${i}); /* ${clause}: the machine stops */` : `COVER(by == ${i}, ${own(clause)});`,
  );
  const after = guards.flatMap((guard, i) => {
    const refused = refusedBy(guard, binding);
    return refused === undefined ? [] : [`CHECK(by != ${i} || ${refused}, ${own(guard.clause)});`];
  });
  const succeeded = { error: 'ret >= 0', pointer: 'ret', nothing: undefined }[binding.returns ?? 'error'];
  return [
    `void check_${rule.call}(void) {`,
    ...indented([
      'arbitrary_state();',
      ...choicesOf(rule, system),
      'read_state();',
      'ASSUME(is_legal());',
      ...(binding.after === undefined ? [] : [`ASSUME(is_called(${given}));`]),
      `const int by = decide(${given});`,
      ...before,
      `COVER(by == ${done}, ${own('done')});`,
      callText(binding),
      ...after,
      ...(succeeded === undefined ? [] : [`CHECK(by != ${done} || ${succeeded}, ${own('done')});`]),
      `CHECK(is_as_specified(), ${own('state')});`,
      `EXPECT_FAILURE(by != ${done}, ${own('is never done')});`,
    ]),
    '}',
  ].join('\n');
}

function callText({ prototype, passes, returns }: Binding): string {
  const call = `${/(\w+)\(/.exec(prototype)?.[1] ?? ''}(${passes});`;
  return { error: `const long ret = ${call}`, pointer: `const void *ret = ${call}`, nothing: call }[returns ?? 'error'];
}

/** How a refusal is to be seen, beside the state. */
function refusedBy({ error }: Guard, { returns }: Binding): string | undefined {
  if (error === 'PANIC' || returns === 'nothing') return undefined;
  if (returns === 'pointer') return '!ret';
  return /^E[A-Z0-9]+$/.test(error) ? `ret == -${error}` : undefined;
}

/** Any of the values that are tried for each argument. */
function choicesOf(rule: Rule, system: TransitionSystem): string[] {
  const own = Object.entries(rule.parameters).map(([name, parameter]) => {
    const values = fewValuesOf(system, parameter);
    const [first = 0] = values;
    const isRun = values.every((value, i) => value === first + i);
    const one = isRun
      ? `choose(${first}, ${first + values.length - 1})`
      : `((const int[]){${values.join(', ')}})[choose(0, ${values.length - 1})]`;
    return `const int ${variableOf(name)} = ${one};`;
  });
  return [`const int ${variableOf(cpuKey)} = choose(0, ${system.config.cpus - 1});`, ...own];
}
