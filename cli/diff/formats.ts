/** What `diff` has found, for a reader and as JSON. */
import type { AnsweredCall, Compared, Witness } from '../../search/differences/compare.ts';
import type { Answered } from '../../search/judge/answered.ts';
import { wrapped } from '../explain/columns.ts';
import { formatWritten } from '../explain/scenes.ts';
import { jsonText } from '../json-report.ts';
import { diffReport } from './shape.ts';

export interface Asked {
  readonly from: string;
  readonly to: string;
  /** Pairs of states in each scope. */
  readonly states: number;
}

type Found = Compared['changes'][number];

const number = (value: number): string => value.toLocaleString('en-US');

export function asJson({ from, to, states: most }: Asked, { changes, states, scopes, complete }: Compared): string {
  const rows = changes.map(({ change: { kind, call, clause, says }, witness }) => ({
    ...{ kind, call, clause: clause ?? null, says },
    sequence: witness === undefined ? null : rowOf(witness),
  }));
  const searched = { states, statesPerScope: most, scopes, complete };
  return jsonText(diffReport, { format: 'pvm-diff', from, to, searched, changes: rows }).trimEnd();
}

const rowOf = ({ scope, prelude, calls, alike }: Witness) => ({
  ...{ scope, alike, prelude },
  calls: calls.map(({ call, answers: [before, after] }) => ({ ...call, from: before, to: after })),
});

export function asText(asked: Asked, compared: Compared): string {
  const { from, to } = asked;
  const { changes } = compared;
  if (changes.length === 0) return `${from} and ${to} have the same calls, guards and effects`;
  const calls = new Set(changes.map(({ change }) => change.call)).size;
  return [
    `${from} → ${to}: ${plural(changes.length, 'change')} in ${plural(calls, 'call')}`,
    ...changes.flatMap((found) => ['', ...formatChange(found, asked, compared)]),
    '',
    ...wrapped(searchedBy(asked, compared)),
  ].join('\n');
}

export const plural = (count: number, noun: string): string => `${number(count)} ${noun}${count === 1 ? '' : 's'}`;

function formatChange({ change, witness }: Found, asked: Asked, { states, scopes }: Compared): string[] {
  const { kind, call, clause, says } = change;
  const head = wrapped(`${call}: ${kind}${clause === undefined ? '' : `, ${clause}`}: ${says}`, '  ');
  if (witness === undefined) {
    return [
      ...head,
      `  no sequence found within ${number(states)} pairs of states in ${plural(scopes.length, 'scope')}`,
    ];
  }
  const { scope, prelude, calls, alike } = witness;
  const before = prelude.length === 0 ? '' : `, behind its ${plural(prelude.length, 'call')} to the start`;
  const unlike = alike ? '' : '; earlier calls are answered differently too';
  return [...head, `  in ${scope}${before}${unlike}:`, ...calls.flatMap((one, i) => formatCall(one, i, asked))];
}

function formatCall({ call, answers: [before, after] }: AnsweredCall, i: number, { from, to }: Asked): string[] {
  const where = call.cpu === 0 ? '' : ` on CPU ${call.cpu}`;
  const [one, other] = [formatAnswer(before), formatAnswer(after)];
  const answer = before.answer === after.answer ? before.answer : `${one} in ${from}, ${other} in ${to}`;
  // No word is followed in more than one place in what is this small.
  return wrapped(`${String(i + 1).padStart(4)}  ${formatWritten(call, 1)}${where} → ${answer}`, '        ');
}

const formatAnswer = ({ answer, clause }: Answered): string =>
  clause === undefined ? answer : `${answer} (${clause})`;

/** How the sequences were looked for, and what that says of them. */
export function searchedBy({ states: most }: Asked, { scopes, complete }: Compared): string {
  if (scopes.length === 0) return 'no scope starts alike under both, so no sequence was looked for';
  const where = plural(scopes.length, 'scope');
  const found = 'each sequence is the shortest found from the start of its scope';
  if (complete) return `searched breadth first, through every pair of states of ${where}: ${found}`;
  const bound = `through the first ${number(most)} pairs of states of each of ${where}`;
  return `searched breadth first, ${bound}: ${found}; --states looks further`;
}
