/** The answer to a call in words. */
import { formatContent } from '../../spec/parameters.ts';
import type { Outcome, TransitionSystem } from '../../spec/transition-system.ts';

/** With the clause that refuses, where one does. */
export interface Answered {
  readonly answer: string;
  readonly clause?: string;
}

export function answered({ config, rules }: TransitionSystem, call: string, outcome: Outcome): Answered {
  if (outcome.kind === 'denied') return { answer: outcome.error, clause: outcome.clause };
  const answers = rules.get(call)?.rule.answer;
  if (answers === 'value') return { answer: formatContent(config, outcome.answer) };
  return { answer: answers === 'vm' ? `entry ${outcome.answer}` : String(outcome.answer) };
}
