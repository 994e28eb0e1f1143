import { count, flag, gfn, vm } from '../../parameters.ts';
import { hypercall, must, noSubject } from '../../rule.ts';
import { answers, equals, when } from '../../language/build.ts';
import { anyYoung, forEachMapped, gfnAligned, isInRange, isOneMappingSize, youth } from '../../vocabulary/stage2.ts';
import { isCreated, isUnprotected } from '../../vocabulary/vms.ts';

/** Was the page used since it was last made old? The answer is 1 or 0; the host may make it old again. */
export const testClearYoung = hypercall(
  'test_clear_young',
  { vm, gfn, nr: count, mkold: flag },
  {
    guards: [
      must('YOUNG-VM', isCreated('vm'), 'EINVAL', noSubject),
      must('YOUNG-UNPROTECTED', isUnprotected('vm'), 'EINVAL'),
      must('YOUNG-SIZE', isOneMappingSize('nr'), 'EINVAL', {
        waiver: 'what the call does to a range it may do page by page',
      }),
      must('YOUNG-ALIGNED', gfnAligned('gfn', 'nr'), 'EINVAL', {
        waiver: 'what the call does to a range it may do page by page',
      }),
      // Known crash: the real hypervisor stops the machine here.
      must('YOUNG-GFN', isInRange('gfn'), 'PANIC', noSubject),
    ],
    effects: [
      answers(anyYoung('vm', 'gfn', 'nr')),
      forEachMapped('vm', 'gfn', 'nr', when(equals('mkold', 1), youth('vm', 'each gfn').becomes(0))),
    ],
    answer: 'number',
  },
);
