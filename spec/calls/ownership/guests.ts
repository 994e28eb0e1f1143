/** What a guest does to its frames where no vCPU is loaded first and code is not followed. */
import { gfn, guestValue, vm, word } from '../../parameters.ts';
import { call, must, noSubject } from '../../rule.ts';
import type { Step } from '../../rule.ts';
import { answers } from '../../language/build.ts';
import { publish, store } from '../../vocabulary/guests.ts';
import { contentOf, giveToVm, hostState } from '../../vocabulary/pages.ts';
import { isMapped, mappedPage, mappingOf } from '../../vocabulary/stage2.ts';
import { isLive, isProtected } from '../../vocabulary/vms.ts';

const runs: Step = must('OWN-VM-RUNS', isLive('vm'), 'EINVAL', {
  waiver: 'the pages of a VM that is torn down are wiped or unmapped one by one, whether it runs or not',
});
const reaches: Step = must('GUEST-MAPPED', isMapped('vm', 'gfn'), 'data_abort:translation', noSubject);

export const readsByName = call(
  'guest',
  'guest_read',
  { vm, gfn, word },
  {
    guards: [runs, reaches],
    effects: [answers(contentOf(mappedPage('vm', 'gfn'), 'word').value)],
    answer: 'value',
  },
);

export const writesByName = call(
  'guest',
  'guest_write',
  { vm, gfn, word, value: guestValue },
  {
    guards: [runs, reaches],
    effects: [store('vm', 'gfn', mappedPage('vm', 'gfn'), 'word', 'value')],
  },
);

/** A protected VM lets the host use one of its pages; to share it once more changes nothing. */
export const sharesByName = call(
  'guest',
  'guest_mem_share',
  { vm, gfn },
  {
    guards: [
      runs,
      must('MEM-SHARE-PROTECTED', isProtected('vm'), 'hvc'),
      must('MEM-SHARE-MAPPED', isMapped('vm', 'gfn'), 'data_abort:translation', noSubject),
    ],
    effects: [
      hostState(mappedPage('vm', 'gfn')).becomes('SHARED_BORROWED'),
      mappingOf('vm', 'gfn').becomes('SHARED_OWNED'),
      publish('vm', mappedPage('vm', 'gfn')),
    ],
  },
);

/** A protected VM takes back what it let the host use; to take back what it has alone changes nothing. */
export const unsharesByName = call(
  'guest',
  'guest_mem_unshare',
  { vm, gfn },
  {
    guards: [
      runs,
      must('MEM-UNSHARE-PROTECTED', isProtected('vm'), 'hvc'),
      must('MEM-UNSHARE-MAPPED', isMapped('vm', 'gfn'), 'INVALID_PARAMETER', noSubject),
    ],
    effects: [giveToVm(mappedPage('vm', 'gfn'), 'vm', 'gfn'), mappingOf('vm', 'gfn').becomes('OWNED')],
  },
);
