/**
 * A world as a Murphi model: the state, the start, and one rule for each call on each CPU with each of the arguments
 * that are tried. A rule fires where the call is done, or is refused after it may have changed something.
 */
import { content, families, fieldNames, fields } from '../../../spec/fields.ts';
import type { FieldName, FieldShape } from '../../../spec/fields.ts';
import { protAll } from '../../../spec/config.ts';
import type { Config } from '../../../spec/config.ts';
import type { Parameter } from '../../../spec/parameters.ts';
import { notesOf } from '../../../spec/rule.ts';
import type { Rule } from '../../../spec/rule.ts';
import type { Layout, State } from '../../../spec/state.ts';
import type { TransitionSystem } from '../../../spec/transition-system.ts';
import { fewValuesOf } from '../../explore/enumerate.ts';
import { followed, nameOf, opened } from '../world.ts';
import type { World } from '../world.ts';
import { cpuKey, identifier, passedKey, variableOf } from './names.ts';
import { Body, MurphiTerms, placeOf } from './terms.ts';
import { arithmetic, indented } from './text.ts';

export function murphi(world: World): string {
  const { system, start } = opened(world);
  const { layout } = system;
  const terms = new MurphiTerms(layout);
  const rules = [...world.profile.rules.values()]
    .filter((rule) => isTried(rule, system))
    .map((rule) => ruleText(rule, system, terms));
  const used = fieldNames.filter((field) => layout.size[field] > 0);
  const cellsOf = (field: FieldName) => placesOf(layout, field);
  const limits = followed(world.most).flatMap(([field, most]) => cellsOf(field).map((cell) => `${cell} <= ${most}`));
  return [
    `-- ${nameOf(world)}, written by pvm-spec export from its rules.`,
    'type number: -32768 .. 32767;',
    ['var', ...used.map((field) => `  ${identifier(field)}: ${typeOf(layout, field)};`)].join('\n'),
    arithmetic,
    ...terms.functions,
    startText(used, layout, start),
    ...rules,
    // A state beyond what is followed is not gone into.
    ...(limits.length === 0 ? [] : [`assume "followed" ${limits.join(' & ')};`]),
    '',
  ].join('\n\n');
}

/** Nested arrays of a range that holds all that the field can. */
function typeOf(layout: Layout, field: FieldName): string {
  const dimensions = families[fields[field].over].map((one) => layout.dimensions[one]);
  return `${dimensions.map((size) => `array [0..${size - 1}] of `).join('')}${rangeOf(layout, field)}`;
}

function rangeOf(layout: Layout, field: FieldName): string {
  const shape: FieldShape = fields[field];
  const last = shape.values !== undefined ? shape.values.length - 1 : 'flag' in shape ? 1 : largestOf(layout);
  return `${Math.min(0, shape.start ?? 0)}..${last}`;
}

/** No number that a rule writes is larger: a place in some list, a count, a set of permissions, a content. */
function largestOf({ config, dimensions, size }: Layout): number {
  const counts = [...Object.values(dimensions), ...Object.values<number>({ ...config.sizes }), ...Object.values(size)];
  const lastContent = content.firstOfVms + 2 * config.slots;
  return 2 * Math.max(...counts, config.maxShares, config.block, protAll, lastContent);
}

/** Every cell of a field, in the order in which they lie in the state. */
function placesOf(layout: Layout, field: FieldName): string[] {
  const sizes = families[fields[field].over].map((one) => layout.dimensions[one]);
  const places = sizes.reduce<number[][]>(
    (before, size) => before.flatMap((at) => Array.from({ length: size }, (_, i) => [...at, i])),
    [[]],
  );
  return places.map((at) => placeOf(field, at));
}

function startText(used: readonly FieldName[], layout: Layout, start: State): string {
  const values = used.flatMap((field) =>
    placesOf(layout, field).map((cell, i) => `  ${cell} := ${start.at(layout.base[field] + i)};`),
  );
  return ['startstate "start"', 'begin', ...values, 'end;'].join('\n');
}

/** A call for which this world has no argument is never made. */
const isTried = (rule: Rule, system: TransitionSystem): boolean =>
  Object.values(rule.parameters).every((parameter) => fewValuesOf(system, parameter).length > 0);

/** Over which numbers a rule ranges, and what each name then is. */
interface Choices {
  readonly rulesets: readonly string[];
  readonly names: ReadonlyMap<string, string>;
}

/** A parameter ranges over the places in the list of its values where these are not 0, 1, ... themselves. */
function choicesOf(rule: Rule, system: TransitionSystem, terms: MurphiTerms): Choices {
  const { config } = system;
  const names = new Map([[cpuKey, variableOf(cpuKey)]]);
  const rulesets = [`ruleset ${variableOf(cpuKey)}: 0..${config.cpus - 1} do`];
  for (const [name, parameter] of Object.entries(rule.parameters)) {
    const values = fewValuesOf(system, parameter);
    const resolved = values.map((value) => resolvedOf(parameter, config, value));
    const place = variableOf(name);
    rulesets.push(`ruleset ${place}: 0..${values.length - 1} do`);
    names.set(passedKey(name), listed(values, place, terms));
    names.set(name, listed(resolved, place, terms));
  }
  return { rulesets, names };
}

const resolvedOf = ({ resolve }: Parameter, config: Config, value: number): number => resolve?.(config, value) ?? value;

const listed = (values: readonly number[], place: string, terms: MurphiTerms): string =>
  values.every((value, at) => value === at) ? place : `${terms.table(values, values[0] ?? 0)}(${place})`;

function ruleText(rule: Rule, system: TransitionSystem, terms: MurphiTerms): string {
  const { rulesets, names } = choicesOf(rule, system, terms);
  const notes = notesOf(rule);
  const body = new Body(
    new Map([...names, ...notes.map((note) => [note, variableOf(note)] as const)]),
    notes.map(variableOf),
  );
  const firstEffect = rule.guards.findIndex(({ kind }) => kind === 'onFailure');
  const count = firstEffect < 0 ? rule.guards.length : firstEffect;
  const before = rule.guards.slice(0, count).flatMap((step) => (step.kind === 'must' ? [step] : []));
  const guards = before.map(({ condition, clause }) => `${terms.of(condition, names)} -- ${clause}`);
  const later = rule.guards.slice(count).flatMap((step) => {
    if (step.kind === 'onFailure') return [`-- ${step.clause}`, ...terms.statements(step.effect, body)];
    return [`if !${terms.of(step.condition, body.names)} then return; endif; -- ${step.clause}`];
  });
  const lines = [...later, ...rule.effects.flatMap((effect) => terms.statements(effect, body))];
  return [
    rulesets.join(' '),
    `rule "${rule.call}"`,
    ...indented(guards.length === 0 ? ['true'] : guards.map((guard, i) => (i === 0 ? guard : `& ${guard}`))),
    '==>',
    ...body.declarations(),
    'begin',
    ...indented(lines),
    'end;',
    rulesets.map(() => 'endruleset;').join(' '),
  ].join('\n');
}
