import { count, gfn, page, prot } from '../../parameters.ts';
import { hypercall, must, noSubject, onFailure } from '../../rule.ts';
import { every, forEach } from '../../language/build.ts';
import { cacheSuffices, refill, refilled } from '../../vocabulary/memcache.ts';
import {
  canCountOneMore,
  countOneMore,
  hostState,
  isGuestShareable,
  isPhysical,
  isRam,
} from '../../vocabulary/pages.ts';
import { map } from '../../vocabulary/page-tables.ts';
import { gfnAligned, isInRange, isOneMappingSize, isProt, isUnmapped, pageAligned } from '../../vocabulary/stage2.ts';
import { loadedVcpu, loadedVm, somethingLoaded, unprotectedLoaded } from '../../vocabulary/vms.ts';

/** SHARE with a non-protected VM: it may use pages that the host keeps owning. */
export const shareGuest = hypercall(
  'share_guest',
  { page, gfn, nr: count, prot },
  {
    guards: [
      must('SHARE-GUEST-LOADED', somethingLoaded, 'EINVAL', noSubject),
      must('SHARE-GUEST-UNPROTECTED', unprotectedLoaded, 'EINVAL'),
      onFailure('LIFE-CACHE-KEPT', refill(loadedVcpu)),
      must('SHARE-GUEST-REFILLED', refilled(loadedVcpu), 'ENOMEM', {
        waiver: 'without the pages wanted the call would refuse later, or need none of them',
      }),
      must('SHARE-GUEST-PROT', isProt('prot'), 'EINVAL'),
      must('SHARE-GUEST-PFN', isPhysical('page'), 'EINVAL', {
        waiver: 'a number that wraps reaches the page that it wraps to, and is judged as that page',
      }),
      must('SHARE-GUEST-SIZE', isOneMappingSize('nr'), 'EINVAL'),
      must('SHARE-GUEST-GFN-ALIGNED', gfnAligned('gfn', 'nr'), 'EINVAL'),
      must('SHARE-GUEST-PAGE-ALIGNED', pageAligned('page', 'nr'), 'EINVAL'),
      must('SHARE-GUEST-MEMORY', every('page', 'nr', 'each page', isRam('each page')), 'EPERM'),
      must('SHARE-GUEST-GFN', isInRange('gfn'), 'ERANGE'),
      must('SHARE-GUEST-FREE', isUnmapped(loadedVm, 'gfn', 'nr'), 'EPERM'),
      must('SHARE-GUEST-OWNED', every('page', 'nr', 'each page', isGuestShareable('each page')), 'EPERM'),
      must('SHARE-GUEST-COUNT', every('page', 'nr', 'each page', canCountOneMore('each page')), 'EBUSY'),
      must('SHARE-GUEST-TABLES', cacheSuffices(loadedVcpu), 'ENOMEM'),
    ],
    effects: [
      forEach('page', 'nr', 'each page', hostState('each page').becomes('SHARED_OWNED')),
      forEach('page', 'nr', 'each page', countOneMore('each page')),
      map({
        vcpu: loadedVcpu,
        vm: loadedVm,
        gfn: 'gfn',
        page: 'page',
        count: 'nr',
        state: 'SHARED_BORROWED',
        prot: 'prot',
      }),
    ],
  },
);
