import { callNumber } from '../../parameters.ts';
import { hypercall, must } from '../../rule.ts';
import type { Rule } from '../../rule.ts';
import { compare } from '../../language/build.ts';

const namedOnly = { waiver: 'a call that is refused for its number is no call of this specification' };

/**
 * A hypercall by its number alone: `lowest` is the only one of the early calls that is still answered after the
 * hypervisor has finished its set-up, and `highest` is the last that exists. Those in `made` are made: whatever they
 * answer, nothing changes that a rule is about.
 */
export const hypercallByNumber = (lowest: number, highest: number, made: readonly number[] = [highest]): Rule =>
  hypercall(
    'hypercall',
    { id: callNumber(lowest, highest, made) },
    {
      guards: [
        must('CALL-AFTER-SETUP', compare('id', '≥', lowest), 'NOT_SUPPORTED', namedOnly),
        must('CALL-NUMBER', compare('id', '≤', highest), 'NOT_SUPPORTED', namedOnly),
        must('CALL-FINALIZE-ONCE', compare('id', '≠', lowest), 'EPERM', namedOnly),
      ],
      effects: [],
    },
  );
