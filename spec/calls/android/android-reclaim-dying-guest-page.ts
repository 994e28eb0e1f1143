import { gfn, page, vm } from '../../parameters.ts';
import { hypercall, must, neverDecides, noSubject } from '../../rule.ts';
import { either, equals, not, when } from '../../language/build.ts';
import { giveToHost, hostState, wipe } from '../../vocabulary/pages.ts';
import { unmap } from '../../vocabulary/page-tables.ts';
import { hasLastTable, isInRange, isMapped, mappedPage, mappingOf } from '../../vocabulary/stage2.ts';
import { isDying } from '../../vocabulary/vms.ts';

/** Android's: the host also says which page it expects to find at the frame. */
export const androidReclaimDyingGuestPage = hypercall(
  'reclaim_dying_guest_page',
  { vm, page, gfn },
  {
    guards: [
      must('RECLAIM-DYING', isDying('vm'), 'EINVAL'),
      // Known crash: the real hypervisor stops the machine here.
      must('RECLAIM-DYING-GFN', isInRange('gfn'), 'PANIC', noSubject),
      must('RECLAIM-DYING-WHOLE', hasLastTable('vm', 'gfn'), 'E2BIG', {
        waiver: 'where a table is missing nothing is mapped, and a block is refused by RECLAIM-DYING-OWNED',
      }),
      must('RECLAIM-DYING-MAPPED', isMapped('vm', 'gfn'), 'ENOENT', noSubject),
      must('RECLAIM-DYING-PAGE', equals('page', mappedPage('vm', 'gfn')), 'EINVAL', {
        waiver: 'the frame alone decides what is reclaimed; the page only guards the host against its own mistake',
      }),
      must('RECLAIM-DYING-OWNED', not(mappingOf('vm', 'gfn').is('SHARED_BORROWED')), 'EPERM'),
      must(
        'RECLAIM-DYING-BORROWED',
        either(not(mappingOf('vm', 'gfn').is('SHARED_OWNED')), hostState('page').is('SHARED_BORROWED')),
        'EBUSY',
        neverDecides('MEM-LEGAL: what a VM shares it shares with the host'),
      ),
    ],
    // MEM-WIPE-SHARED: what the guest had shared is returned as it is.
    effects: [when(mappingOf('vm', 'gfn').is('OWNED'), wipe('page')), giveToHost('page'), unmap('vm', 'gfn')],
  },
);
