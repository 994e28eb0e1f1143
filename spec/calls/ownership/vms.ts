/** The life of a VM where the host chooses its handle, gives up no memory for it, and loads no vCPU. */
import { flag, gfn, vm } from '../../parameters.ts';
import { hypercall, must, noSubject } from '../../rule.ts';
import { all, both, compare, condition, effect, forEach, isBelow, not, quantity, when } from '../../language/build.ts';
import { forgetVm } from '../../vocabulary/lifecycle.ts';
import { dropStage2, unmap } from '../../vocabulary/page-tables.ts';
import { giveToHost, guestShares, hostState, wipe } from '../../vocabulary/pages.ts';
import { isInRange, isMapped, mappedPage, mappingOf } from '../../vocabulary/stage2.ts';
import { createdVcpus, isDying, isLive, kvmOf, lifeOf, protection } from '../../vocabulary/vms.ts';

const isNew = condition(['vm'], '{vm} [names] no VM yet', (vm) =>
  both(compare(vm, '≥', 0), isBelow(vm, quantity('slots')), lifeOf(vm).is('NONE')),
);
const beginVm = effect(
  ['vm', 'protected'],
  '{vm} is a live VM that maps nothing (protected: {protected})',
  (vm, flag) =>
    all(
      // The host keeps no structure of a VM: of no pages, any is the first.
      kvmOf(vm).becomes(0),
      createdVcpus(vm).becomes(1),
      protection(vm).becomes(flag),
      lifeOf(vm).becomes('LIVE'),
    ),
);

/** A VM comes into being under the handle that the host chose. */
export const initNamedVm = hypercall(
  'init_vm',
  { vm, protected: flag },
  { guards: [must('OWN-VM-FREE', isNew('vm'), 'EINVAL')], effects: [beginVm('vm', 'protected')] },
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

/** What the VM still has of a frame goes back: its own wiped, what it shared as it is, what it borrowed to its owner. */
const takeBack = effect(['vm', 'gfn'], 'what {vm} has at {gfn} is taken back', (vm, gfn) => {
  const [there, mapping] = [mappedPage(vm, gfn), mappingOf(vm, gfn)];
  const unshare = all(guestShares(there).shrinks(), when(guestShares(there).is(0), hostState(there).becomes('OWNED')));
  return all(
    when(mapping.is('OWNED'), wipe(there)),
    when(mapping.is('SHARED_BORROWED'), unshare, giveToHost(there)),
    unmap(vm, gfn),
  );
});
const returnsAll = effect(
  ['vm'],
  "each page that {vm} owns alone is wiped and belongs to the host; each that it has shared belongs to the host, wiped or not; each that it borrows is the host's as before",
  (vm) => forEach(0, quantity('gfns'), 'each gfn', when(isMapped(vm, 'each gfn'), takeBack(vm, 'each gfn'))),
);
const endVm = effect(['vm'], '{vm} names no VM any more', (vm) => all(dropStage2(vm), forgetVm(vm)));

/** A dying VM is gone, and its handle is free for another. Whoever keeps its pages from the host is stricter. */
export const finalizeNamedVm = hypercall(
  'finalize_teardown_vm',
  { vm },
  { guards: [must('FINALIZE-DYING', isDying('vm'), 'EINVAL')], effects: [returnsAll('vm'), endVm('vm')] },
);
