/** The life of a VM where the host chooses its handle, gives up no memory for it, and loads no vCPU. */
import { flag, gfn, vm } from '../../parameters.ts';
import { hypercall, must, noSubject } from '../../rule.ts';
import { all, both, compare, configNumber, forEach, isBelow, labelled, not, value, when } from '../../term.ts';
import type { Condition, Effect } from '../../term.ts';
import { forgetVm } from '../../vocabulary/lifecycle.ts';
import { dropStage2, unmap } from '../../vocabulary/page-tables.ts';
import { giveToHost, guestShares, hostState, wipe } from '../../vocabulary/pages.ts';
import { isInRange, isMapped, mappedPage, mappingOf } from '../../vocabulary/stage2.ts';
import { createdVcpus, isDying, isLive, kvmOf, lifeOf, protection } from '../../vocabulary/vms.ts';

const mostVms = configNumber('the most VMs', (config) => config.slots);
const isNew: Condition<'vm'> = labelled(
  'vm names no VM yet',
  both(both(compare<'vm'>('vm', '>=', 0), isBelow<'vm'>('vm', mostVms)), lifeOf<'vm'>('vm').is('NONE')),
);

/** A VM comes into being under the handle that the host chose. */
export const initNamedVm = hypercall(
  'init_vm',
  { vm, protected: flag },
  {
    guards: [must('OWN-VM-FREE', isNew, 'EINVAL')],
    effects: [
      labelled(
        'vm is a live VM, protected as asked, that maps nothing',
        all(
          // The host keeps no structure of a VM: of no pages, any is the first.
          kvmOf<'vm' | 'protected'>('vm').becomes(0),
          createdVcpus<'vm' | 'protected'>('vm').becomes(1),
          protection<'vm' | 'protected'>('vm').becomes(value('protected')),
          lifeOf<'vm' | 'protected'>('vm').becomes('LIVE'),
        ),
      ),
    ],
  },
);

/** The VM will never run again; from here on the host may take its pages back one by one. */
export const startNamedTeardown = hypercall(
  'start_teardown_vm',
  { vm },
  {
    guards: [must('TEARDOWN-LIVE', isLive('vm'), 'EINVAL')],
    effects: [lifeOf('vm').becomes('DYING')],
  },
);

/** The host takes back one page of a dying VM: wiped, unless the VM had shared it. */
export const reclaimFromNamed = hypercall(
  'reclaim_dying_guest_page',
  { vm, gfn },
  {
    guards: [
      must('RECLAIM-DYING', isDying('vm'), 'EINVAL'),
      must('RECLAIM-DYING-GFN', isInRange('gfn'), 'ERANGE', noSubject),
      must('RECLAIM-DYING-MAPPED', isMapped('vm', 'gfn'), 'ENOENT', noSubject),
      must('RECLAIM-DYING-OWNED', not(mappingOf('vm', 'gfn').is('SHARED_BORROWED')), 'EPERM'),
    ],
    effects: [
      when(mappingOf('vm', 'gfn').is('OWNED'), wipe(mappedPage('vm', 'gfn'))),
      giveToHost(mappedPage('vm', 'gfn')),
      unmap('vm', 'gfn'),
    ],
  },
);

type Frame = 'vm' | 'each gfn';
const pageThere = mappedPage<Frame>('vm', 'each gfn');
const mappingThere = mappingOf<Frame>('vm', 'each gfn');

/** What the VM still has of a frame goes back: its own wiped, what it shared as it is, what it borrowed to its owner. */
const takeBack: Effect<Frame> = when(
  isMapped<Frame>('vm', 'each gfn'),
  all(
    when(mappingThere.is('OWNED'), wipe(pageThere)),
    when(mappingThere.isOneOf('OWNED', 'SHARED_OWNED'), giveToHost(pageThere)),
    when(
      mappingThere.is('SHARED_BORROWED'),
      all(guestShares(pageThere).shrinks(), when(guestShares(pageThere).is(0), hostState(pageThere).becomes('OWNED'))),
    ),
    unmap<Frame>('vm', 'each gfn'),
  ),
);
const frames = configNumber('the frames of a VM', (config) => config.gfns.length);
const returnsAll: Effect<'vm'> = labelled(
  "each page that vm owns alone is wiped and belongs to the host; each that it has shared belongs to the host, wiped or not; each that it borrows is the host's as before",
  forEach<'vm', 'each gfn'>(0, frames, 'each gfn', takeBack),
);

/** A dying VM is gone, and its handle is free for another. Whoever keeps its pages from the host is stricter. */
export const finalizeNamedVm = hypercall(
  'finalize_teardown_vm',
  { vm },
  {
    guards: [must('FINALIZE-DYING', isDying('vm'), 'EINVAL')],
    effects: [returnsAll, labelled('vm names no VM any more', all(dropStage2('vm'), forgetVm('vm')))],
  },
);
