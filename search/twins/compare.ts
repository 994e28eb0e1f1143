/** What the rules say of a call, beside what a twin says. */
import type { TargetAnswer } from '../../spec/target.ts';
import { argsLength, passedAt } from '../../spec/language/run.ts';
import type { Args } from '../../spec/language/run.ts';
import { State } from '../../spec/state.ts';
import type { CompiledRule, Outcome, TransitionSystem } from '../../spec/transition-system.ts';
import type { Answered, Twin } from './twin.ts';

/** Makes calls by the rules, each from a state of its own. */
export class Maker {
  readonly system: TransitionSystem;
  readonly state: State;
  private readonly args = new Int32Array(argsLength);

  constructor(system: TransitionSystem) {
    this.system = system;
    this.state = new State(system.layout, new Int32Array(system.layout.length));
  }

  /** The outcome; the state after it is then in `state`. */
  make(system: TransitionSystem, rule: CompiledRule, cells: Int32Array, args: Args): Outcome {
    const { state } = this;
    state.settle();
    state.cells.set(cells);
    this.args.set(args);
    const guard = system.apply(state, rule, this.args);
    state.settle();
    return system.outcome(rule, guard, state.answer);
  }
}

/** The arguments of a call by their names. */
const named = ({ names }: CompiledRule, args: Args): Record<string, number> =>
  Object.fromEntries(names.map((name, i) => [name, args[i + 1 + passedAt] as number]));

export const asked = (twin: Twin, cells: Int32Array, rule: CompiledRule, args: Args): Answered | undefined =>
  twin.answer(cells, rule.rule.call, named(rule, args));

/** In what a rule differs from the twin's answer, in words. */
export function differenceTo(
  { answer, after }: Answered,
  outcome: Outcome,
  { rule }: CompiledRule,
  { cells, layout }: State,
): string | undefined {
  if (!isAnswer(outcome, answer, rule.answer !== undefined))
    return `${rule.call} is answered ${inWords(answer)} by the model`;
  const cell = cells.findIndex((value, at) => value !== after[at]);
  if (cell < 0) return undefined;
  const { field, index } = layout.fieldAt(cell);
  return `${rule.call} leaves ${field} ${index} at ${after[cell]} in the model, and at ${cells[cell]} by the rules`;
}

const inWords = (answer: TargetAnswer): string =>
  answer.kind === 'refused' ? answer.error : answer.kind === 'done' ? String(answer.answer) : answer.kind;

function isAnswer(outcome: Outcome, answer: TargetAnswer, hasAnswer: boolean): boolean {
  if (outcome.kind === 'denied') return answer.kind === 'refused' && answer.error === outcome.error;
  return answer.kind === 'done' && (!hasAnswer || answer.answer === outcome.answer);
}
