/** What is decided on evidence, and by which question: checks in order, each of one part of it. */
import type { ClauseId } from '../clauses.generated.ts';
import { firstBroken, isAsked } from './check.ts';
import type { Check, Unasked } from './check.ts';

export type Verdict =
  | { readonly kind: 'proper' }
  | { readonly kind: 'degenerate' }
  | { readonly kind: 'denied'; readonly entry: number | undefined; readonly clause: ClauseId; readonly reason: string };

type Reason = Pick<Check<never, never>, 'clause' | 'reason'>;

export const denied = ({ clause, reason }: Reason, entry?: number): Extract<Verdict, { kind: 'denied' }> => ({
  kind: 'denied',
  entry,
  clause,
  reason,
});

/** Checks, and the part of the evidence that they are asked of. */
export interface Question {
  /** In words, such as "the form of the chain". */
  readonly part: string;
  /** The number of the certificate in its chain, if it is about one. */
  readonly entry: number | undefined;
  readonly checks: readonly Reason[];
  /** The first check that does not hold, one of `checks`. */
  readonly broken: (unasked?: Unasked) => Reason | undefined;
}

export const ask = <F, C>(
  part: string,
  checks: readonly Check<F, C>[],
  facts: F,
  context: C,
  entry?: number,
): Question => ({ part, entry, checks, broken: (unasked) => firstBroken(checks, facts, context, unasked) });

/** All that is asked of a piece of evidence, in order, and what it is if every check holds. */
export interface Inquiry {
  readonly questions: readonly Question[];
  readonly sound: 'proper' | 'degenerate';
}

/** The first check that does not hold decides. */
export function decide({ questions, sound }: Inquiry, unasked?: Unasked): Verdict {
  for (const { broken, entry } of questions) {
    const check = broken(unasked);
    if (check) return denied(check, entry);
  }
  return { kind: sound };
}

export interface Answer extends Reason {
  readonly verdict: 'held' | 'refused' | 'not asked' | 'left out';
}

/** Each check of each question: whether it held, refused, came after the refusal, or is never asked. */
export function answersOf(questions: readonly Question[], unasked?: Unasked): readonly (readonly Answer[])[] {
  let isOver = false;
  return questions.map(({ checks, broken }) => {
    const refusal = isOver ? undefined : broken(unasked);
    return checks.map((check): Answer => {
      const { clause, reason } = check;
      if (!isAsked(check, unasked)) return { clause, reason, verdict: 'left out' };
      if (isOver) return { clause, reason, verdict: 'not asked' };
      isOver = check === refusal;
      return { clause, reason, verdict: isOver ? 'refused' : 'held' };
    });
  });
}
