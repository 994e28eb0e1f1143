/** Faults in who changes a stage 2, and whose. */
import { owner, state } from '../../model/descriptor.ts';
import { firstHandle } from '../../model/hypervisor/vm.ts';
import type { Fault } from './fault.ts';

export const whoseTables: readonly Fault[] = [
  {
    id: 'taken-before-asked',
    title: 'a donation that is refused has taken the page already',
    loses: 'a refused donation takes a page from the host',
    clauses: ['MEM-DENIED'],
    story:
      'The page is taken from the host first, and only then is it asked whether the frame of the VM is free. It is not, the call is refused, and nothing is undone: the host has lost a page to a VM that does not map it. No end of the VM brings it back, because the VM does not know of it.',
    alter: ({ hv }) => {
      const may = hv.guests.mayDonate.bind(hv.guests);
      hv.guests.mayDonate = (vcpu, frame, gfn) => {
        const bad = may(vcpu, frame, gfn);
        if (bad === 'EPERM' && hv.host.checkHost(frame, 1, state.OWNED) === undefined)
          hv.host.giveTo(frame, owner.GUEST, vcpu.vm.slot + firstHandle, gfn);
        return bad;
      };
    },
  },
  {
    id: 'tables-stay-in-reach',
    title: 'pages that the host gives for tables stay in its own stage 2',
    loses: 'a store of the host writes an entry of a page table',
    clauses: ['MEM-HYPERCALL-ONLY'],
    story:
      'The host gives the pages of which the tables of a VM are made. The hypervisor notes that they are its own from now on, and forgets to take them out of the host’s stage 2. The host waits until one of them is a table and stores an entry there with a plain store: the VM maps what the host likes, and no call was made that anybody could refuse.',
    alter: ({ hv: { host } }) => {
      const give = host.giveTo.bind(host);
      host.giveTo = (frame, who, handle, gfn) => {
        if (who === owner.HYP) host.setHost(frame, state.NOPAGE);
        else give(frame, who, handle, gfn);
      };
    },
  },
  {
    id: 'root-of-another',
    title: 'a new VM gets the root table of one that lives',
    loses: 'two VMs have one stage 2',
    clauses: ['MEM-OWN-TABLES'],
    story:
      'Which pages a VM has for its root table is looked up in the first VM of the list, and not in the one that is being made. Two VMs walk the same table: whatever is donated to the one is in reach of the other, whom nobody has given anything.',
    alter: ({ hv: { lifecycle, vms } }) => {
      const build = lifecycle.buildVm.bind(lifecycle);
      lifecycle.buildVm = (slot, args, frames) => {
        const first = vms.all().find((one) => typeof one === 'object');
        const pgd = typeof first === 'object' ? first.pgd : frames.pgd;
        return build(slot, args, { ...frames, pgd });
      };
    },
  },
];
