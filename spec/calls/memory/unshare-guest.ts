import { count, gfn, vm } from '../../parameters.ts';
import { hypercall, implied, must, neverDecides, noSubject } from '../../rule.ts';
import { every, forEach, when } from '../../language/build.ts';
import { guestShares, hostState, isGuestShared } from '../../vocabulary/pages.ts';
import { unmap } from '../../vocabulary/page-tables.ts';
import {
  gfnAligned,
  isInRange,
  isMapped,
  isMappedAs,
  isOneMappingSize,
  mappedPage,
  mappingOf,
} from '../../vocabulary/stage2.ts';
import { isCreated, isUnprotected } from '../../vocabulary/vms.ts';

/** UNSHARE with a non-protected VM: its mapping goes, and with the last one the host owns the page alone again. */
export const unshareGuest = hypercall(
  'unshare_guest',
  { vm, gfn, nr: count },
  {
    guards: [
      must('UNSHARE-GUEST-VM', isCreated('vm'), 'EINVAL', noSubject),
      must(
        'UNSHARE-GUEST-UNPROTECTED',
        isUnprotected('vm'),
        'EINVAL',
        implied('UNSHARE-GUEST-BORROWED', 'a protected VM borrows nothing'),
      ),
      must('UNSHARE-GUEST-SIZE', isOneMappingSize('nr'), 'EINVAL'),
      must('UNSHARE-GUEST-ALIGNED', gfnAligned('gfn', 'nr'), 'EINVAL'),
      must('UNSHARE-GUEST-GFN', isInRange('gfn'), 'ERANGE', noSubject),
      must('UNSHARE-GUEST-MAPPED', isMapped('vm', 'gfn'), 'ENOENT', noSubject),
      must('UNSHARE-GUEST-WHOLE', isMappedAs('vm', 'gfn', 'nr'), 'E2BIG'),
      must(
        'UNSHARE-GUEST-BORROWED',
        mappingOf('vm', 'gfn').is('SHARED_BORROWED'),
        'EPERM',
        neverDecides('a non-protected VM only borrows'),
      ),
      must(
        'UNSHARE-GUEST-COUNTED',
        every(mappedPage('vm', 'gfn'), 'nr', 'each page', isGuestShared('each page')),
        'EPERM',
        neverDecides('MEM-CONSERVE-SHARES'),
      ),
    ],
    effects: [
      forEach(mappedPage('vm', 'gfn'), 'nr', 'each page', guestShares('each page').shrinks()),
      forEach(
        mappedPage('vm', 'gfn'),
        'nr',
        'each page',
        when(guestShares('each page').is(0), hostState('each page').becomes('OWNED')),
      ),
      unmap('vm', 'gfn'),
    ],
  },
);
