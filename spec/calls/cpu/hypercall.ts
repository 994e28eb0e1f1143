import { callNumber, sveHint } from '../../parameters.ts';
import { hypercall, must } from '../../rule.ts';
import type { Rule } from '../../rule.ts';
import { both, choose, compare, compute, number, value } from '../../language/build.ts';
import type { Num } from '../../language/term.ts';

const namedOnly = { waiver: 'a call that is refused for its number is no call of this specification' };

// why: not the operator `without`; numbers of more than 32 bits would lose what is above.
const withoutHint = number(['id'], '{id} without its hint', (id) =>
  choose(both(compare(id, '≥', sveHint), compare(id, '<', 2 * sveHint)), compute(id, '-', sveHint), id),
);

/**
 * A hypercall by its number alone: `lowest` is the only one of the early calls that is still answered after the
 * hypervisor has finished its set-up, and `highest` is the last that exists. Those in `made` are made: whatever they
 * answer, nothing changes that a rule is about.
 */
export const hypercallByNumber = (lowest: number, highest: number, made: readonly number[] = [highest]): Rule =>
  numbered(lowest, highest, made, withoutHint('id'));

/** The same where the hint is taken for a part of the number. */
export const hypercallByWholeNumber = (lowest: number, highest: number, made: readonly number[]): Rule =>
  numbered(lowest, highest, made, value('id'));

const numbered = (lowest: number, highest: number, made: readonly number[], id: Num): Rule =>
  hypercall(
    'hypercall',
    { id: callNumber(lowest, highest, made) },
    {
      guards: [
        must('CALL-AFTER-SETUP', compare(id, '≥', lowest), 'NOT_SUPPORTED', namedOnly),
        must('CALL-NUMBER', compare(id, '≤', highest), 'NOT_SUPPORTED', namedOnly),
        must('CALL-FINALIZE-ONCE', compare(id, '≠', lowest), 'EPERM', namedOnly),
      ],
      effects: [],
    },
  );
