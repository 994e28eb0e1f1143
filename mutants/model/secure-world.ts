/** Faults in what goes to the secure world, and in what comes back. */
import { prots, state } from '../../model/descriptor.ts';
import { holds } from '../../model/secure-world.ts';
import type { Fault } from './fault.ts';

export const secureWorld: readonly Fault[] = [
  {
    id: 'reclaim-names-any-page',
    title: 'a reclaim from the secure world does not ask whether the page went there',
    loses: 'the secure world returns a page of a VM to the host',
    clauses: ['MEM-WIPE', 'MEM-PRIVATE'],
    known: 'Android 16 as shipped; Android 5d386cb61551 is of its kind',
    story:
      'The host asks for a page that it has lent. Which page that is, the secure world says, and the hypervisor looks only whether the host has lost it. A page of a VM is one that the host has lost as well: with a secure world that answers wrongly, the host gets it, with all that the VM wrote.',
    alter: ({ hv: { ffa, pages } }) => {
      const may = ffa.mayReclaim.bind(ffa);
      ffa.mayReclaim = (frame) => (pages.host[frame] === state.NOPAGE ? undefined : may(frame));
    },
  },
  {
    id: 'shares-what-it-has-lent',
    title: 'what goes to the secure world is not asked whether the hypervisor has it too',
    loses: 'the secure world gets a page of the hypervisor',
    clauses: ['FFA-PROXIED'],
    story:
      'The host may share memory with the secure world, and the hypervisor looks first whether the memory is the host’s to share. It looks for a region of memory, and not at its own record of each page. The host names a page in which the hypervisor keeps its own: a service of the secure world writes there for the host.',
    alter: ({ hv: { ffa, host } }) => {
      ffa.mayPass = (frame) => host.isAllowed(frame, 1);
    },
  },
  {
    id: 'lent-page-stays-mapped',
    title: 'a page that is lent to the secure world stays in the host’s table',
    loses: 'the host reaches a page that it has lent to the secure world',
    clauses: ['FFA-LENT'],
    story:
      'The host lends a page, and the records say that it has lost it. Its table does not: the host goes on reading and writing what the secure world takes for its own.',
    alter: ({ hv: { host, secureWorld: secure } }) => {
      const lend = secure.receive.bind(secure);
      secure.receive = (frame, hold) => {
        if (hold === holds.LENT) host.table.map(frame, 0, frame, prots.all, 0);
        lend(frame, hold);
      };
    },
  },
  {
    id: 'middle-of-a-page-passed',
    title: 'an address in the middle of a page is passed on',
    loses: 'the secure world is given part of the next page',
    clauses: ['FFA-SHARE-ALIGNED', 'FFA-LEND-ALIGNED'],
    known: 'Android 6a7a181f6921',
    story:
      'The size of what the host shares is a whole page, and that was all that was checked. The address is not the start of a page: what is recorded is the page in which it begins, what the secure world is given reaches into the next one.',
    alter: ({ hv: { ffa } }) => {
      const share = ffa.share.bind(ffa);
      const lend = ffa.lend.bind(ffa);
      ffa.share = (cpu, args) => share(cpu, { ...args, addrFault: 0 });
      ffa.lend = (cpu, args) => lend(cpu, { ...args, addrFault: 0 });
    },
  },
  {
    id: 'mailbox-not-pinned',
    title: 'the pages of the mailbox are not pinned',
    loses: 'the hypervisor uses a mailbox that the host has taken back',
    clauses: ['FFA-MAILBOX', 'MEM-CONSERVE-PINS'],
    story:
      'The host names the pages in which it leaves messages and finds answers, and the hypervisor has them shared with itself. It does not pin them. The host takes one back, as any page that it shares, and gives it to a VM: there the hypervisor reads the next message, or writes the next answer.',
    alter: ({ hv: { ffa } }) => {
      ffa.pin = function* () {
        return true;
      };
      ffa.unpin = function* () {};
    },
  },
  {
    id: 'failed-map-leaves-tx-shared',
    title: 'a mailbox that is not made leaves its first page shared',
    loses: 'a call that is refused shares a page of the host',
    clauses: ['MEM-DENIED'],
    story:
      'The first page of the mailbox is shared with the hypervisor before the second is looked at. Where the second is not the host’s alone, there is no mailbox, and the first stays shared.',
    alter: ({ hv: { ffa } }) => {
      ffa.takeBack = function* () {};
    },
  },
];
