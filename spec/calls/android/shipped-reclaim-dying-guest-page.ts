import { count, gfn, page, vm } from '../../parameters.ts';
import { hypercall, must, neverDecides, noSubject } from '../../rule.ts';
import { both, cell, either, equals, every, forEach, not, truth, when } from '../../language/build.ts';
import type { pageStates } from '../../fields.ts';
import type { Bool } from '../../language/term.ts';
import { hostRegains, hostState, wipe } from '../../vocabulary/pages.ts';
import { unmap } from '../../vocabulary/page-tables.ts';
import {
  entryOf,
  hasLastTable,
  isInRange,
  isMapped,
  isMappedAs,
  isOneMappingSize,
  mappingOf,
} from '../../vocabulary/stage2.ts';
import { isDying } from '../../vocabulary/vms.ts';

/** Where a block may begin an entry, that one maps a single page shows that there is a table of single pages. */
const isOnePage = both(hasLastTable('vm', 'gfn'), isMappedAs('vm', 'gfn', 1));
const reclaimed = cell('mapped', 'vm', entryOf('vm', 'gfn'));

type PageState = (typeof pageStates)[number];

/** Pages that the VM has in one state are in another one for the host. */
const areSeenAs = (byVm: PageState, byHost: PageState): Bool =>
  either(not(mappingOf('vm', 'gfn').is(byVm)), every('page', 'nr', 'each page', hostState('each page').is(byHost)));

/** Android's as shipped: the host also says how large the entry is, and takes back what a dying VM borrows. */
export const shippedReclaimDyingGuestPage = hypercall(
  'reclaim_dying_guest_page',
  { vm, page, gfn, nr: count },
  {
    guards: [
      must('RECLAIM-DYING', isDying('vm'), 'EINVAL'),
      must('RECLAIM-DYING-ORDER', isOneMappingSize('nr'), 'EINVAL', {
        waiver: 'RECLAIM-DYING-WHOLE refuses a size that no entry has',
      }),
      // Known crash: the real hypervisor stops the machine here.
      must('RECLAIM-DYING-GFN', isInRange('gfn'), 'PANIC', noSubject),
      must('RECLAIM-DYING-WHOLE', equals(truth(equals('nr', 1)), truth(isOnePage)), 'E2BIG'),
      must('RECLAIM-DYING-MAPPED', isMapped('vm', 'gfn'), 'ENOENT', noSubject),
      must('RECLAIM-DYING-PAGE', equals('page', reclaimed.value), 'EINVAL', {
        waiver: 'the frame alone decides what is reclaimed; the page only guards the host against its own mistake',
      }),
      must(
        'RECLAIM-DYING-AGREED',
        both(areSeenAs('OWNED', 'NOPAGE'), areSeenAs('SHARED_BORROWED', 'SHARED_OWNED')),
        'PANIC',
        noSubject,
      ),
      must(
        'RECLAIM-DYING-BORROWED',
        areSeenAs('SHARED_OWNED', 'SHARED_BORROWED'),
        'EBUSY',
        neverDecides('MEM-LEGAL: what a VM shares it shares with the host'),
      ),
    ],
    effects: [
      when(mappingOf('vm', 'gfn').is('OWNED'), forEach('page', 'nr', 'each page', wipe('each page'))),
      forEach('page', 'nr', 'each page', hostRegains('each page')),
      unmap('vm', 'gfn'),
    ],
  },
);
