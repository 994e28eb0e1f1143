import { gfn, vm } from '../../parameters.ts';
import { hypercall, implied, must, noSubject } from '../../rule.ts';
import { all, either, not, when } from '../../language/build.ts';
import { isPoisoned } from '../../vocabulary/guests.ts';
import { giveToHost, wipe } from '../../vocabulary/pages.ts';
import { unmap } from '../../vocabulary/page-tables.ts';
import { isInRange, isMapped, isMappedAs, mappedPage, mappingOf } from '../../vocabulary/stage2.ts';
import { isDying } from '../../vocabulary/vms.ts';

/** The host takes back, wiped, one page of a VM that is being torn down. */
export const reclaimDyingGuestPage = hypercall(
  'reclaim_dying_guest_page',
  { vm, gfn },
  {
    guards: [
      must('RECLAIM-DYING', isDying('vm'), 'EINVAL'),
      must('RECLAIM-DYING-GFN', isInRange('gfn'), 'ERANGE', noSubject),
      must('RECLAIM-DYING-MAPPED', either(isMapped('vm', 'gfn'), isPoisoned('vm', 'gfn')), 'ENOENT', noSubject),
      must(
        'RECLAIM-DYING-WHOLE',
        isMappedAs('vm', 'gfn', 1),
        'E2BIG',
        implied('RECLAIM-DYING-OWNED', 'only VMs that are not protected have blocks'),
      ),
      must('RECLAIM-DYING-OWNED', not(mappingOf('vm', 'gfn').is('SHARED_BORROWED')), 'EPERM'),
    ],
    // MEM-WIPE-SHARED: what the guest had shared is returned as it is.
    effects: [
      when(mappingOf('vm', 'gfn').is('OWNED'), wipe(mappedPage('vm', 'gfn'))),
      when(isMapped('vm', 'gfn'), all(giveToHost(mappedPage('vm', 'gfn')), unmap('vm', 'gfn'))),
    ],
  },
);
