/** A rule in a language with statements: over what it ranges, when it fires, what it does. */
import type { Config } from '../../spec/config.ts';
import type { Parameter } from '../../spec/parameters.ts';
import { notesOf } from '../../spec/rule.ts';
import type { Rule } from '../../spec/rule.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { fewValuesOf } from '../explore/values.ts';
import { Body } from './body.ts';
import type { Names } from './body.ts';
import type { Dialect } from './dialect.ts';
import { cpuKey, passedKey, variableOf } from './names.ts';
import type { TermWriter } from './terms.ts';

export interface RuleParts {
  readonly call: string;
  /** The CPU and the arguments, each by the place of its value in the list of those that are tried. */
  readonly places: readonly { readonly name: string; readonly count: number }[];
  /** Conditions that hold where the call is done, or is refused after it may have changed something. */
  readonly guards: readonly { readonly clause: string; readonly text: string }[];
  readonly variables: readonly string[];
  readonly lines: readonly string[];
}

/** The rules of a system, without those for which this world has no argument. */
export const possible = (system: TransitionSystem): Rule[] =>
  [...system.profile.rules.values()].filter(({ parameters }) =>
    Object.values(parameters).every((one) => fewValuesOf(system, one).length > 0),
  );

export const rulesOf = (system: TransitionSystem, terms: TermWriter, dialect: Dialect): RuleParts[] =>
  possible(system).map((rule) => partsOfRule(rule, system, terms, dialect));

function partsOfRule(rule: Rule, system: TransitionSystem, terms: TermWriter, { when }: Dialect): RuleParts {
  const { places, names } = choicesOf(rule, system, terms);
  const notes = notesOf(rule).map((note) => [note, variableOf(note)] as const);
  const variables = notes.map(([, variable]) => variable);
  const body = new Body(new Map([...names, ...notes]), variables);
  const firstEffect = rule.guards.findIndex(({ kind }) => kind === 'onFailure');
  const count = firstEffect < 0 ? rule.guards.length : firstEffect;
  const before = rule.guards.slice(0, count).flatMap((step) => (step.kind === 'must' ? [step] : []));
  const later = rule.guards.slice(count).flatMap((step) => {
    if (step.kind === 'onFailure') return terms.statements(step.effect, body);
    return when(`!${terms.of(step.condition, body.names)}`, ['return;']);
  });
  const effects = rule.effects.flatMap((effect) => terms.statements(effect, body));
  const guards = before.map(({ clause, condition }) => ({ clause, text: terms.of(condition, names) }));
  return { call: rule.call, places, guards, variables: body.variables, lines: [...later, ...effects] };
}

function choicesOf(
  rule: Rule,
  system: TransitionSystem,
  terms: TermWriter,
): { readonly places: RuleParts['places']; readonly names: Names } {
  const { config } = system;
  const names = new Map([[cpuKey, variableOf(cpuKey)]]);
  const places = [{ name: variableOf(cpuKey), count: config.cpus }];
  for (const [name, parameter] of Object.entries(rule.parameters)) {
    const values = fewValuesOf(system, parameter);
    const resolved = values.map((value) => resolvedOf(parameter, config, value));
    const place = variableOf(name);
    places.push({ name: place, count: values.length });
    names.set(passedKey(name), listed(values, place, terms));
    names.set(name, listed(resolved, place, terms));
  }
  return { places, names };
}

const resolvedOf = ({ resolve }: Parameter, config: Config, value: number): number => resolve?.(config, value) ?? value;

/** Values that are 0, 1, ... need no list. */
const listed = (values: readonly number[], place: string, terms: TermWriter): string =>
  values.every((value, at) => value === at) ? place : `${terms.table(values, values[0] ?? 0)}(${place})`;
