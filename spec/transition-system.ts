/**
 * The rules of a profile, compiled for one configuration: the function from a state and a call to an answer and a next
 * state.
 */
import type { Refusal } from './answers.ts';
import type { ClauseId } from './clauses.generated.ts';
import type { Parameter } from './parameters.ts';
import type { Profile } from './profile.ts';
import { notesOf } from './rule.ts';
import type { Guard, Rule, Step } from './rule.ts';
import type { State } from './state.ts';
import { layoutOf } from './state.ts';
import type { Layout } from './state.ts';
import { compile } from './language/compile.ts';
import { Evaluator } from './language/evaluate.ts';
import { mayMakeFunctions } from './language/functions.ts';
import { argsLength, Emitter, firstNote, madeWhenRun, orError, passedAt } from './language/run.ts';
import type { Args, Binding, Run } from './language/run.ts';
import type { Config } from './config.ts';

export interface Call {
  readonly call: string;
  readonly cpu: number;
  readonly args: readonly number[];
}

export type Outcome =
  | { readonly kind: 'done'; readonly answer: number }
  | { readonly kind: 'denied'; readonly error: Refusal; readonly clause: ClauseId };

/** A rule made ready for one configuration. */
export interface CompiledRule {
  readonly rule: Rule;
  /** Its place among the rules of the system. */
  readonly number: number;
  readonly names: readonly string[];
  readonly guards: readonly Guard[];
  /** Conditions of the guards, in order. */
  readonly conditions: readonly Run<boolean>[];
  /** The guards that are checked: all of them, unless one was left out. */
  readonly checked: readonly boolean[];
  /** The whole rule: the number of the guard that refuses, or `done` when the effects have been carried out. */
  readonly run: Run<number>;
  /** How each position is brought into range, where it needs to be. */
  readonly resolve: readonly (Int32Array | undefined)[];
}

/** What the rules say about one call: `done`, or the number of the guard that refused. */
export const done = -1;

export class TransitionSystem {
  readonly profile: Profile;
  readonly config: Config;
  readonly layout: Layout;
  readonly rules: ReadonlyMap<string, CompiledRule>;
  /** The guard that this system does without, if any. */
  readonly leftOut: { readonly call: string; readonly clause: ClauseId } | undefined;
  /** A rule, and a condition of it, that touches a cell which is not there stops with an error. */
  readonly isChecked: boolean;

  /** `checked`: a rule that touches a cell which is not there is not passed over, at the price of speed. */
  constructor(
    profile: Profile,
    config: Config,
    leaveOut?: { call: string; clause: ClauseId },
    { checked = false }: { readonly checked?: boolean } = {},
  ) {
    this.profile = profile;
    this.leftOut = leaveOut;
    this.isChecked = checked;
    this.config = config;
    this.layout = layoutOf(config);
    // Calls share some guards: what is left out of one is left out of all.
    const skipped = profile.rules.get(leaveOut?.call ?? '')?.guards.find((step) => step.clause === leaveOut?.clause);
    const compiled = [...profile.rules.values()].map((rule, number): readonly [string, CompiledRule] => {
      const isUsual = !checked && (skipped === undefined || !rule.guards.includes(skipped));
      if (isUsual) return [rule.call, usualRule(rule, number, this.layout)];
      const binding = { ...bindingOf(rule, this.layout), ...(checked && { within: orError }) };
      return [rule.call, compileRule(rule, number, binding, skipped)];
    });
    this.rules = new Map(compiled);
  }

  rule(call: string): CompiledRule {
    const rule = this.rules.get(call);
    if (rule === undefined) throw new Error(`unreachable: profile ${this.profile.name} has no call ${call}`);
    return rule;
  }

  /** Put a call's arguments where terms look for them. */
  bind(rule: CompiledRule, call: Call, args: Args): void {
    args[0] = call.cpu;
    for (let i = 0; i < call.args.length; i++) {
      const number = call.args[i] as number;
      args[i + 1 + passedAt] = number;
      args[i + 1] = rule.resolve[i]?.[number] ?? number;
    }
  }

  /**
   * Answer a call and change the state in place, writing what changed to its journal. Returns `done`, or the number
   * of the guard that refused; then only what happens on failure was changed.
   */
  apply(state: State, rule: CompiledRule, args: Args): number {
    state.answer = 0;
    return rule.run(state, args);
  }

  /** The pure form: the answer to a call, and the state after it; the state given is left as it is. */
  step(state: State, call: Call): { outcome: Outcome; state: State } {
    const next = state.fork();
    const rule = this.rule(call.call);
    const args = new Int32Array(argsLength);
    this.bind(rule, call, args);
    const guard = this.apply(next, rule, args);
    return { outcome: this.outcome(rule, guard, next.answer), state: next };
  }

  outcome(rule: CompiledRule, guard: number, answer: number): Outcome {
    if (guard === done) return { kind: 'done', answer };
    const { error, clause } = rule.guards[guard] as Guard;
    return { kind: 'denied', error, clause };
  }
}

/** Where parameters stand, and behind them what the rule notes. */
export const bindingOf = (rule: Rule, layout: Layout): Binding => ({
  layout,
  config: layout.config,
  positions: Object.fromEntries([
    ...Object.keys(rule.parameters).map((name, i) => [name, i + 1] as const),
    ...notesOf(rule).map((name, i) => [name, firstNote + i] as const),
  ]),
});

/** Systems of one configuration have most rules in common: each is compiled once for all of them. */
const usualRules = new WeakMap<Layout, WeakMap<Rule, CompiledRule>>();
function usualRule(rule: Rule, number: number, layout: Layout): CompiledRule {
  const ofLayout = usualRules.get(layout) ?? new WeakMap<Rule, CompiledRule>();
  usualRules.set(layout, ofLayout);
  const known = ofLayout.get(rule);
  if (known !== undefined) return known.number === number ? known : { ...known, number };
  const compiled = compileRule(rule, number, bindingOf(rule, layout), undefined);
  ofLayout.set(rule, compiled);
  return compiled;
}

function compileRule(rule: Rule, number: number, binding: Binding, skipped: Step | undefined): CompiledRule {
  const { config } = binding;
  const names = Object.keys(rule.parameters);
  const guards = rule.guards.filter((step) => step.kind === 'must');
  return {
    rule,
    number,
    names,
    guards,
    conditions: guards.map((guard) => compile(guard.condition, binding)),
    checked: guards.map((guard) => guard !== skipped),
    run: madeWhenRun(() => (mayMakeFunctions ? compileWhole : evaluateWhole)(rule, guards, binding, skipped)),
    resolve: Object.values(rule.parameters).map((parameter) => resolvedIn(config, parameter)),
  };
}

/** What each number of a parameter stands for, where it can be another one; calls share their parameters. */
const resolved = new WeakMap<Config, Map<Parameter, Int32Array | undefined>>();
function resolvedIn(config: Config, parameter: Parameter): Int32Array | undefined {
  const { resolve, values } = parameter;
  if (resolve === undefined) return undefined;
  const ofConfig = resolved.get(config) ?? new Map<Parameter, Int32Array | undefined>();
  resolved.set(config, ofConfig);
  const known = ofConfig.get(parameter) ?? Int32Array.from(values(config), (number) => resolve(config, number));
  ofConfig.set(parameter, known);
  return known;
}

type Whole = (rule: Rule, guards: readonly Guard[], binding: Binding, skipped: Step | undefined) => Run<number>;

/** Guards and effects on failure in order, then the effects, as one function. */
const compileWhole: Whole = (rule, guards, binding, skipped) => {
  const into = new Emitter(binding);
  const steps = rule.guards.map((step) => {
    if (step.kind === 'onFailure') return into.statement(step.effect);
    return step === skipped ? '' : `if (!${into.of(step.condition)}) return ${guards.indexOf(step)};`;
  });
  const effects = rule.effects.map((effect) => into.statement(effect));
  return into.build([...steps, ...effects, `return ${done};`].join('\n'));
};

/** The same where no function may be made of text. */
export const evaluateWhole: Whole = (rule, guards, binding, skipped) => {
  const by = new Evaluator(binding);
  const steps = rule.guards
    .filter((step) => step !== skipped)
    .map((step) => {
      if (step.kind === 'must') return { holds: by.of(step.condition), refused: guards.indexOf(step) };
      const effect = by.statement(step.effect);
      return { holds: () => (effect(), true), refused: done };
    });
  const effects = rule.effects.map((effect) => by.statement(effect));
  return by.run(() => {
    for (const { holds, refused } of steps) if (!holds()) return refused;
    for (const effect of effects) effect();
    return done;
  });
};
