/** What the spec says of one call, and the first way in which an answer is another. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { features, nearestAllowed } from '../../spec/guest-features.ts';
import type { Instruction } from '../../spec/guest-instructions.ts';
import type { Question } from '../../spec/target.ts';
import type { Answer } from '../../spec/transcript.ts';
import type { Outcome } from '../../spec/transition-system.ts';
import { anything } from './expected.ts';

/** One thing that differs between what was recorded and what the spec says. */
export interface Difference {
  readonly what: string;
  readonly expected: string;
  readonly got: string;
  /** The clause that decided what was expected, where one did. */
  readonly clause?: ClauseId;
}

/** What the spec says of one call, before the answer is known. */
export interface Expectation {
  readonly question: Question;
  readonly outcome: Outcome;
  /** The guards that fail beside the one that refuses, by their numbers. */
  readonly failing: readonly number[];
  /** Pages that have served for something before and now do for something else, as numbers of pairs. */
  readonly reused: readonly number[];
  readonly answer: Answer;
  /** The call names another VM than the one that last got its handle. */
  readonly misnamed: Difference | undefined;
  /** The word that is read may be zero instead, for its page was wiped when it changed hands. */
  readonly mayBeZero: boolean;
}

/**
 * What ends a sequence whatever was expected: the machine stopped, or a call could not be made or not be understood.
 */
export const ends: readonly string[] = ['panic', 'problem'];

const longest = 200;
export function text(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** What ends a sequence is a difference, unless the machine was to stop. */
export function endOf(expected: Answer, got: Answer, outcome: Outcome): Difference | undefined {
  const end = ends.find((field) => field in got);
  if (end === undefined || ('panic' in expected && 'panic' in got)) return undefined;
  const why = outcome.kind === 'denied' ? { clause: outcome.clause } : {};
  return { what: end, expected: text(expected), got: text(got), ...why };
}

/** An identification register may say anything that protected VMs are told: what was read, as far as it is allowed. */
export function withFeatures({ question, outcome, answer }: Expectation, got: Answer): Answer {
  const fields = features[question.args['instruction'] as Instruction];
  const value = got['value'];
  if (outcome.kind !== 'done' || fields === undefined || typeof value !== 'string') return answer;
  if (!/^0x[0-9a-f]{1,16}$/.test(value)) return answer;
  return { ...answer, value: `0x${nearestAllowed(fields, BigInt(value)).toString(16)}` };
}

/** The first field in which two answers differ. That a machine stops is compared, how it does so is not. */
export function compare(
  op: string,
  expected: Answer,
  got: Answer,
  clause: ClauseId | undefined,
): Difference | undefined {
  if ('panic' in expected && 'panic' in got) return undefined;
  const why = clause ? { clause } : {};
  const fields = new Set([...Object.keys(expected), ...Object.keys(got)]);
  for (const field of fields) {
    if (field === 'message' || expected[field] === anything) continue;
    // Only topping up is about the length of the host's list; beside other answers it is not recorded everywhere.
    if (field === 'memcache' && got[field] === undefined && op !== 'topup_memcache') continue;
    if (text(expected[field]) !== text(got[field])) {
      return { what: field, expected: text(expected[field]), got: text(got[field]), ...why };
    }
  }
  return undefined;
}
