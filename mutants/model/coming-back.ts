/** Faults in how pages come back from VMs. */
import { frameWrap } from '../../model/board.ts';
import { annotation, annotationOf, gfnOf, handleOf, state, stateOf } from '../../model/descriptor.ts';
import { done } from '../../model/hypervisor/call.ts';
import { firstHandle } from '../../model/hypervisor/vm.ts';
import type { Machine } from '../../model/machine.ts';
import type { Fault } from './fault.ts';
import { nothing } from './alter.ts';

export const comingBack: readonly Fault[] = [
  {
    id: 'dying-page-not-wiped',
    title: 'pages of a dying VM come back as they are',
    loses: 'the host reads what a dying VM left in its pages',
    clauses: ['MEM-WIPE'],
    story:
      'The host ends the VM and collects its pages one by one. Nobody has wiped them: everything that the VM knew is in them.',
    alter: ({ hv: { reclaim } }) => {
      reclaim.wipeDying = nothing;
    },
  },
  {
    id: 'forced-page-not-wiped',
    title: 'a page taken by force comes back as it is',
    loses: 'the host reads a page that it took by force',
    clauses: ['MEM-CONFIDENTIAL'],
    story:
      'The host takes a page from a VM that still runs. The VM is stopped by poison at its next access, and meanwhile the host reads what the page held.',
    alter: ({ hv }) => {
      const take = hv.reclaim.takeByForce.bind(hv.reclaim);
      hv.reclaim.takeByForce = function* (vm, gfn, frame) {
        const wipe = hv.upkeep.wipe.bind(hv.upkeep);
        hv.upkeep.wipe = nothing;
        const outcome = yield* take(vm, gfn, frame);
        hv.upkeep.wipe = wipe;
        return outcome;
      };
    },
  },
  {
    id: 'wipe-stays-in-the-cache',
    title: 'the zeros of a wipe stay in the cache',
    loses: 'the host reads around the cache what was wiped',
    clauses: ['MEM-CONFIDENTIAL'],
    known: 'Linux, comment at hyp_poison_page',
    story:
      'On machines with forced write-back the hypervisor may leave out cleaning the cache for its own pages, but not here: the host may read memory without looking into caches, and finds there what the VM had written before the wipe. Linux says so in a comment beside the one clean that must not be left out.',
    alter: ({ hv: { upkeep } }) => {
      upkeep.clean = nothing;
    },
  },
  {
    id: 'flush-too-short',
    title: 'only the beginning of a wiped page is cleaned',
    loses: 'the host reads the end of a wiped page',
    clauses: ['MEM-WIPE'],
    known: 'Android 624994dfdb39',
    story:
      'The length of a clean was counted in the wrong unit, and most of it never happened. The first bytes of a page that comes back are zero in memory; what follows is still the VM’s, for whoever reads around the cache.',
    alter: ({ cache, hv: { upkeep } }) => {
      upkeep.clean = (frame) => {
        const rest = cache.save().flatMap(([at, bytes]) => {
          if (at === frame) bytes.fill(0, 0, 2);
          return bytes.some((half) => half !== 0) ? [[at, bytes] as const] : [];
        });
        cache.load(rest);
      };
    },
  },
  {
    id: 'no-poison',
    title: 'a page taken by force leaves no poison behind',
    loses: 'the host puts another page in the place of one that it took',
    clauses: ['MEM-POISON'],
    story:
      'The host takes a page away and puts another one, with bytes of its choice, at the same frame. The VM goes on with these as if they were its own.',
    alter: withoutPoison,
  },
  {
    id: 'owner-not-asked',
    title: 'a reclaim by force does not ask whose page it is',
    loses: 'a reclaim of a page of the hypervisor stops the machine',
    clauses: ['RECLAIM-GUEST'],
    story:
      'The annotation in the host’s table says who has a page. The part that says “a VM” is not read, and the handle beside it, which is zero for a page of the hypervisor, is taken for the first VM. That VM has another page at the frame that is read there. The hypervisor takes this for a mistake of its own and stops the machine: the host ends every VM with one call.',
    alter: ({ hv: { reclaim, vms, host } }) => {
      const find = reclaim.ownerOfFrame.bind(reclaim);
      reclaim.ownerOfFrame = (frame) => {
        const found = find(frame);
        if (found !== 'EPERM') return found;
        const { low, high } = host.table;
        const vm = vms.find(Math.max(0, handleOf(low) - firstHandle));
        return vm === undefined ? 'EAGAIN' : { vm, gfn: gfnOf(low, high) };
      };
    },
  },
  {
    id: 'living-vm-reclaimed',
    title: 'pages are collected from a VM that is not dying',
    loses: 'the host takes a page from a VM that is not dying',
    clauses: ['RECLAIM-DYING'],
    story:
      'Collecting pages is meant for VMs that no longer run. Without the check the host empties a VM that runs: it gets the page wiped, but no poison stays behind, and it can put another page there.',
    alter: ({ hv: { reclaim, vms } }) => {
      reclaim.dying = (slot) => vms.find(slot);
    },
  },
  {
    id: 'shared-page-stays',
    title: 'a page that a VM had shared cannot be collected when it dies',
    loses: 'the host never gets back what a dead VM had shared',
    clauses: ['AVAIL-RECLAIM'],
    story:
      'VMs share pages with the host in order to talk to it. When such a VM dies, collecting its pages refuses those that it does not have to itself. The host ends the VM all the same, and the page belongs for ever to a VM that is no more. A guest that shares as much as it can costs the host all that memory.',
    alter: ({ hv }) => {
      const { reclaim, guests } = hv;
      const collect = reclaim.reclaimFrom.bind(reclaim);
      reclaim.reclaimFrom = function* (vm, args) {
        const frame = guests.pageOf(vm, hv.gfnOf(args) % frameWrap);
        if (typeof frame === 'number' && stateOf(vm.table.high) !== state.OWNED) return 'EPERM';
        return yield* collect(vm, args);
      };
    },
  },
  {
    id: 'relinquished-note-stays',
    title: 'a page that the guest guards as a device is given up like memory',
    loses: 'a frame that is guarded as a device loses its guard',
    clauses: ['RELINQUISH-OWNED', 'MEM-LEGAL', 'MEM-HYPERCALL-ONLY'],
    known: 'Android bef12fbf273e, 525cfccadb92',
    story:
      'Giving up a page was written with memory in mind. A frame that holds only an annotation, because the guest has declared a device there, is given up as well: the annotation is gone, and the next access of the guest is no device access any more.',
    alter: ({ hv }) => {
      const relinquish = hv.guestCalls.memRelinquish.bind(hv.guestCalls);
      hv.guestCalls.memRelinquish = function* (cpu, vcpu, gfn) {
        const { table } = vcpu.vm;
        if (table.find(gfn) && annotationOf(table.low, table.high) === annotation.guarded) table.remove(gfn);
        return yield* relinquish(cpu, vcpu, gfn);
      };
    },
  },
];

function withoutPoison({ hv }: Machine): void {
  hv.reclaim.takeByForce = function* (vm, gfn, frame) {
    const found = hv.guests.pageOf(vm, gfn);
    if (typeof found === 'string') return found;
    if (stateOf(vm.table.high) !== state.OWNED) return 'EPERM';
    vm.table.remove(gfn);
    yield { at: 'guest lost the page' };
    hv.upkeep.wipe(frame);
    yield { at: 'page wiped' };
    hv.host.takeBack(frame);
    return done;
  };
}
