import { page } from '../../parameters.ts';
import { hypercall, implied, must, neverDecides, noSubject } from '../../rule.ts';
import { not, value } from '../../language/build.ts';
import { giveToHost, hostState, isHypCode, isRam, ownerGfn, ownerOf, ownerVm, wipe } from '../../vocabulary/pages.ts';
import { poison } from '../../vocabulary/page-tables.ts';
import { isMappedAs, mappingAtOwner, pageAtOwner } from '../../vocabulary/stage2.ts';
import { isCreated } from '../../vocabulary/vms.ts';

/** The host takes a page from a VM that lives: it is wiped, and the VM's frame is poisoned for good. */
export const forceReclaimGuestPage = hypercall(
  'force_reclaim_guest_page',
  { page },
  {
    guards: [
      must('RECLAIM-RAM', isRam('page'), 'EFAULT', noSubject),
      must(
        'RECLAIM-TAKEN',
        hostState('page').is('NOPAGE'),
        'EAGAIN',
        implied(['RECLAIM-SAME-PAGE', 'RECLAIM-OWNED'], 'what the host has not lost no VM owns alone'),
      ),
      // Known crash: the host's entry for such a page is valid, and the real hypervisor expects an annotation.
      must(
        'RECLAIM-CODE',
        not(isHypCode('page')),
        'PANIC',
        implied('RECLAIM-GUEST', 'no VM owns code of the hypervisor'),
      ),
      must(
        'RECLAIM-GUEST',
        ownerOf('page').is('VM'),
        'EPERM',
        implied('RECLAIM-VM', 'what no VM owns has no VM that lives'),
      ),
      must('RECLAIM-VM', isCreated(ownerVm('page').value), 'EAGAIN', noSubject),
      must(
        'RECLAIM-NOT-POISONED',
        mappingAtOwner('page').isNot('POISON'),
        'EHWPOISON',
        implied('RECLAIM-SAME-PAGE', 'the machine stops there'),
      ),
      must(
        'RECLAIM-MAPPED',
        mappingAtOwner('page').isNot('NOPAGE'),
        'ENOENT',
        implied('RECLAIM-SAME-PAGE', 'the machine stops there'),
      ),
      must(
        'RECLAIM-WHOLE',
        isMappedAs(ownerVm('page').value, ownerGfn('page').value, 1),
        'E2BIG',
        implied('RECLAIM-SAME-PAGE', 'the machine stops there'),
      ),
      // Hazard: the annotation of a dead VM's ownership meets a page of the VM that has its handle now.
      must('RECLAIM-SAME-PAGE', pageAtOwner('page').is(value('page')), 'PANIC'),
      must(
        'RECLAIM-OWNED',
        mappingAtOwner('page').is('OWNED'),
        'EPERM',
        neverDecides('MEM-LEGAL: a page that the guest shared is not taken from the host'),
      ),
    ],
    effects: [poison(ownerVm('page').value, ownerGfn('page').value), wipe('page'), giveToHost('page')],
  },
);
