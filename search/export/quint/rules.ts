/** A rule as a Quint action: the choice of its arguments, the guards that open it, the state after it. */
import type { Parameter } from '../../../spec/parameters.ts';
import { termOf } from '../../../spec/rule.ts';
import type { Rule, Step } from '../../../spec/rule.ts';
import type { TransitionSystem } from '../../../spec/transition-system.ts';
import type { Effect } from '../../../spec/language/term.ts';
import { fewValuesOf } from '../../explore/values.ts';
import type { Names } from '../body.ts';
import { indented, literal } from '../dialect.ts';
import { cpuKey, identifier, passedKey, variableOf } from '../names.ts';
import { possible } from '../rules.ts';
import { quintExpressions } from './dialect.ts';
import { stateKey } from './terms.ts';
import type { QuintWriter } from './terms.ts';

export const actionsOf = (system: TransitionSystem, terms: QuintWriter, followed: readonly string[]): string[][] =>
  possible(system).map((rule) => actionOf(rule, system, terms, followed));

/**
 * What a call makes of the state, as a function, and the action. The action can be taken where the call is done, or is
 * refused after it may have changed something.
 */
function actionOf(rule: Rule, system: TransitionSystem, terms: QuintWriter, followed: readonly string[]): string[] {
  const parameters = [cpuKey, ...Object.keys(rule.parameters).map(passedKey)].map(chosenAs);
  const name = identifier(rule.call);
  const firstEffect = rule.guards.findIndex(({ kind }) => kind === 'onFailure');
  const before = firstEffect < 0 ? rule.guards : rule.guards.slice(0, firstEffect);
  const names = namesIn(rule, system, terms);
  const guards = before.map((guard) => {
    const { condition } = guard as Step & { kind: 'must' };
    return `${terms.apart(() => terms.of(condition, names.set(stateKey, 'now')))}, // ${guard.clause}`;
  });
  const after = terms.apart(() => restOf(rule, rule.guards.slice(before.length), terms, names.set(stateKey, 's0')));
  const made = `after_${name}(${['now', ...parameters].join(', ')})`;
  return [
    `pure def after_${name}(${['s0: Cells', ...parameters.map((one) => `${one}: int`)].join(', ')}): Cells =`,
    ...indented([after]),
    `action ${name} = {`,
    ...indented([
      ...choicesOf(rule, system),
      `val next_state = ${made}`,
      'all {',
      ...indented([...guards, ...followed.map((one) => `${one},`), 'becomes(next_state)']),
      '}',
    ]),
    '}',
  ];
}

/** Guards behind an effect that stands even if the call is refused: what has been done until then is what is left. */
function restOf(rule: Rule, steps: readonly Step[], terms: QuintWriter, names: Names): string {
  const at = steps.findIndex(({ kind }) => kind === 'must');
  const effects = (at < 0 ? steps : steps.slice(0, at)).map((step) => termOf(step) as Effect);
  const guard = steps[at];
  if (guard?.kind !== 'must') return terms.inTurn([...effects, ...rule.effects], names, (_, last) => last);
  return terms.inTurn(effects, names, (now, last) => {
    const goesOn = restOf(rule, steps.slice(at + 1), terms, now);
    return quintExpressions.choose(terms.of(guard.condition, now), goesOn, last);
  });
}

/** Where a parameter is another number than the one that is passed, it is looked up by that. */
function namesIn(rule: Rule, { config }: TransitionSystem, terms: QuintWriter): Map<string, string> {
  const names = new Map([[cpuKey, chosenAs(cpuKey)]]);
  for (const [name, { resolve, values }] of Object.entries(rule.parameters)) {
    const passed = chosenAs(passedKey(name));
    const resolved = resolve === undefined ? [] : values(config).map((value) => resolve(config, value));
    const isItself = resolved.every((value, i) => value === values(config)[i]);
    names.set(passedKey(name), passed).set(name, isItself ? passed : `${terms.table(resolved, -1)}(${passed})`);
  }
  return names;
}

const choicesOf = (rule: Rule, system: TransitionSystem): string[] => [
  `nondet ${chosenAs(cpuKey)} = 0.to(${system.config.cpus - 1}).oneOf()`,
  ...Object.entries(rule.parameters).map(
    ([name, parameter]) => `nondet ${chosenAs(passedKey(name))} = ${setOf(system, parameter)}.oneOf()`,
  ),
];

const setOf = (system: TransitionSystem, parameter: Parameter): string =>
  `Set(${fewValuesOf(system, parameter).map(literal).join(', ')})`;

const chosenAs = (key: string): string => variableOf(key.replace(/^passed /, ''));
