/** How the host gives pages to a VM that it names, and lends them. */
import { gfn, hostValue, page, vm, word } from '../../parameters.ts';
import { call, hypercall, implied, must, neverDecides, noSubject } from '../../rule.ts';
import { value, when } from '../../language/build.ts';
import {
  canCountOneMore,
  contentOf,
  countOneMore,
  giveToVm,
  guestShares,
  hostReaches,
  hostState,
  isGuestShareable,
  isGuestShared,
  isMemory,
} from '../../vocabulary/pages.ts';
import { map, unmap } from '../../vocabulary/page-tables.ts';
import { isInRange, isMapped, isUnmapped, mappedPage, mappingOf } from '../../vocabulary/stage2.ts';
import { isCreated, isProtected, isUnprotected } from '../../vocabulary/vms.ts';
import { protAll } from '../../config.ts';

/** No vCPU's cache is asked for page tables: they are the hypervisor's own. */
const mapped = { vcpu: 0, vm: 'vm', gfn: 'gfn', page: 'page', prot: protAll } as const;

/** The host stores to a page, on which nothing hangs. */
export const hostWritesPage = call(
  'host',
  'host_write',
  { page, word, value: hostValue },
  {
    guards: [must('HOST-WRITE-REACHES', hostReaches('page'), 'EFAULT')],
    effects: [contentOf('page', 'word').becomes(value('value'))],
  },
);

/** DONATE to a protected VM: the page becomes its own, and the host loses it. */
export const donateToNamed = hypercall(
  'donate_guest',
  { vm, page, gfn },
  {
    guards: [
      must('OWN-VM-EXISTS', isCreated('vm'), 'EINVAL', implied('DONATE-PROTECTED', 'what is no VM is not protected')),
      must('DONATE-PROTECTED', isProtected('vm'), 'EINVAL'),
      must('DONATE-MEMORY', isMemory('page'), 'EPERM'),
      must('DONATE-OWNED', hostState('page').is('OWNED'), 'EPERM'),
      must('DONATE-GFN', isInRange('gfn'), 'ERANGE'),
      must('DONATE-FREE', isUnmapped('vm', 'gfn'), 'EPERM'),
    ],
    effects: [giveToVm('page', 'vm', 'gfn'), map({ ...mapped, state: 'OWNED' })],
  },
);

/** SHARE with a non-protected VM: it may use the page that the host keeps owning. */
export const shareWithNamed = hypercall(
  'share_guest',
  { vm, page, gfn },
  {
    guards: [
      must('OWN-VM-EXISTS', isCreated('vm'), 'EINVAL'),
      must('SHARE-GUEST-UNPROTECTED', isUnprotected('vm'), 'EINVAL'),
      must('SHARE-GUEST-MEMORY', isMemory('page'), 'EPERM'),
      must('SHARE-GUEST-GFN', isInRange('gfn'), 'ERANGE'),
      must('SHARE-GUEST-FREE', isUnmapped('vm', 'gfn'), 'EPERM'),
      must('SHARE-GUEST-OWNED', isGuestShareable('page'), 'EPERM'),
      must('SHARE-GUEST-COUNT', canCountOneMore('page'), 'EBUSY'),
    ],
    effects: [
      hostState('page').becomes('SHARED_OWNED'),
      countOneMore('page'),
      map({ ...mapped, state: 'SHARED_BORROWED' }),
    ],
  },
);

/** UNSHARE with a non-protected VM: with the last mapping the host owns the page alone again. */
export const unshareWithNamed = hypercall(
  'unshare_guest',
  { vm, gfn },
  {
    guards: [
      must('UNSHARE-GUEST-VM', isCreated('vm'), 'EINVAL', noSubject),
      must(
        'UNSHARE-GUEST-UNPROTECTED',
        isUnprotected('vm'),
        'EINVAL',
        implied('UNSHARE-GUEST-BORROWED', 'a protected VM borrows nothing'),
      ),
      must('UNSHARE-GUEST-GFN', isInRange('gfn'), 'ERANGE', noSubject),
      must('UNSHARE-GUEST-MAPPED', isMapped('vm', 'gfn'), 'ENOENT', noSubject),
      must(
        'UNSHARE-GUEST-BORROWED',
        mappingOf('vm', 'gfn').is('SHARED_BORROWED'),
        'EPERM',
        neverDecides('a non-protected VM only borrows'),
      ),
      must(
        'UNSHARE-GUEST-COUNTED',
        isGuestShared(mappedPage('vm', 'gfn')),
        'EPERM',
        neverDecides('MEM-CONSERVE-SHARES'),
      ),
    ],
    effects: [
      guestShares(mappedPage('vm', 'gfn')).shrinks(),
      when(guestShares(mappedPage('vm', 'gfn')).is(0), hostState(mappedPage('vm', 'gfn')).becomes('OWNED')),
      unmap('vm', 'gfn'),
    ],
  },
);
