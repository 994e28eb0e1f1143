/** Faults in how pages are lent, given and taken back by the host. */
import { frameWrap } from '../../model/board.ts';
import { handleOf, owner, ownerOf, prots, state } from '../../model/descriptor.ts';
import { arg, done } from '../../model/hypervisor/call.ts';
import type { Fault } from './fault.ts';
import { nothing } from './alter.ts';

export const sharing: readonly Fault[] = [
  {
    id: 'memory-told-by-the-table',
    title: 'what is not mapped yet passes for memory',
    loses: 'a device that nobody has touched passes for memory',
    clauses: ['MEM-LEGAL'],
    known: 'CVE-2023-21264; Linux 09cce60bddd6',
    story:
      'The hypervisor asked its own table whether a page is memory. Pages are mapped when they are first used, so a device that nobody had touched had no entry, and no entry looked like memory. The host gives the registers of a device to a VM, or keeps them while the records say that it has not. It was in Android’s kernel and upstream until 2023.',
    alter: ({ hv: { host, board } }) => {
      host.isMemory = (frame) => board.isRam(frame) || (host.table.find(frame) && !host.table.isValid);
    },
  },
  {
    id: 'donation-of-a-device',
    title: 'a donation does not ask whether the page is memory',
    loses: 'the host gives a VM a device in the place of memory',
    clauses: ['MEM-LEGAL'],
    known: 'Android 55f8237583cf',
    story:
      'The donation looked at the state of the page alone, and device registers have the same state as free memory. The host donates the registers of a device, and a VM that trusts its memory reads and writes a device that the host drives. Android fixed it before its first release with protected VMs.',
    alter: ({ hv: { guests, host, pages, memcache } }) => {
      guests.mayDonate = (vcpu, frame, gfn) => {
        if (pages.host[frame] !== state.OWNED) return 'EPERM';
        return (
          host.checkUnreferenced(frame, 1, 'EINVAL') ?? guests.checkFree(vcpu.vm, gfn, 1) ?? memcache.hasEnough(vcpu)
        );
      };
    },
  },
  {
    id: 'unshare-looks-at-one-side',
    title: 'unsharing looks at the host’s side alone',
    loses: 'a VM still reaches a page that the host has taken back',
    clauses: ['MEM-HOST-PRIVATE'],
    known: 'Linux 985bb51f17ab, 5b426d0a481a',
    story:
      'SHARED_OWNED on the host’s side has three meanings, and only the borrower’s side tells them apart. The host shares a page with a VM and then takes it back as if it were shared with the hypervisor. The page is the host’s alone in the records, and the VM still reads and writes it.',
    alter: ({ hv: { sharing: room, host } }) => {
      room.mayUnshare = (frame) => host.checkHost(frame, 1, state.SHARED_OWNED);
    },
  },
  {
    id: 'range-overflows',
    title: 'the range check does not see numbers that wrap',
    loses: 'a page number that wraps reaches a page under another number',
    clauses: ['SHARE-GUEST-PFN'],
    known: 'CVE-2026-0028; Linux f71f7afd0a0c',
    story:
      'A page number is shifted left by twelve bits, and what leaves the word is lost. The host names page 0 with 2^52 added; the check compares the large number, the rest of the call uses the small one. Whatever the check protected can be named by another number.',
    alter: ({ hv: { host } }) => {
      host.isRangeValid = () => true;
    },
  },
  {
    id: 'pinned-page-unshared',
    title: 'a pinned page can be taken back',
    loses: 'the host takes back a page that the hypervisor still uses',
    clauses: ['UNSHARE-HYP-UNPINNED'],
    story:
      'The hypervisor pins pages of the host that it keeps pointers into. Without the check the host takes its structure back while a VM still depends on it, gives it away, and the hypervisor reads and writes a page of somebody else’s.',
    alter: ({ hv: { sharing: room, host } }) => {
      room.mayUnshare = (frame) =>
        host.checkHost(frame, 1, state.SHARED_OWNED) ?? host.checkHyp(frame, 1, state.SHARED_BORROWED);
    },
  },
  {
    id: 'wrong-error',
    title: 'a page of somebody else’s is refused with the wrong error',
    loses: 'the host is told the wrong reason for a refusal',
    clauses: ['SHARE-HYP-OWNED'],
    story:
      'The page is refused, and nothing is lost but the reason: the host is told that its argument is wrong where it lacks the right. A host that tells its caller to try another page goes on for ever.',
    alter: ({ hv: { sharing: room } }) => {
      const may = room.mayShare.bind(room);
      room.mayShare = (frame) => (may(frame) === 'EPERM' ? 'EINVAL' : may(frame));
    },
  },
  {
    id: 'share-forgets-its-borrower',
    title: 'a page that the hypervisor borrows can be given to a VM as well',
    loses: 'a page is lent to the hypervisor and to a VM at once',
    clauses: ['SHARE-GUEST-OWNED'],
    story:
      'A page that is shared may be shared with one more VM, which is counted. That the page was shared with the hypervisor and not with VMs is told by a count of zero, which nobody looks at here.',
    alter: ({ hv: { guests, pages, board } }) => {
      const may = guests.mayCountShare.bind(guests);
      guests.mayCountShare = (frame) =>
        pages.host[frame] === state.SHARED_OWNED && pages.shares[frame] !== board.config.maxShares
          ? undefined
          : may(frame);
    },
  },
  {
    id: 'share-count-overflows',
    title: 'a count of shares goes round to zero',
    loses: 'a page is shared more often than its count can tell',
    clauses: ['SHARE-GUEST-COUNT'],
    story:
      'A page can be shared with several VMs, and is the host’s again when the last share is gone. The count has a largest number, and nobody asks whether it is reached. The host shares the page once more: the count reads zero, as if no VM had the page, while every one of them still reads and writes it.',
    alter: ({ hv: { guests, pages, host, board } }) => {
      const may = guests.mayCountShare.bind(guests);
      guests.mayCountShare = (frame) => {
        const bad = may(frame);
        return bad === 'EBUSY' ? undefined : bad;
      };
      guests.countShare = (frame) => {
        host.setHost(frame, state.SHARED_OWNED);
        pages.shares[frame] = ((pages.shares[frame] ?? 0) + 1) % (board.config.maxShares + 1);
      };
    },
  },
  {
    id: 'unshare-leaves-the-mapping',
    title: 'unsharing with a VM leaves its mapping in place',
    loses: 'a VM keeps a mapping of an unshared page',
    clauses: ['MEM-HOST-PRIVATE'],
    story:
      'The books are right and the table is not: the count goes down, the page is the host’s alone again, and the VM goes on reading what the host puts there next.',
    alter: (machine) => {
      const { hv } = machine;
      machine.hv.guests.unshare = function* (cpu, args) {
        const vm = hv.guests.nonProtected(args);
        const gfn = hv.gfnOf(args) % frameWrap;
        const pages = arg(args, 'nr');
        if (vm === undefined || !hv.guests.isSize(gfn, pages)) return 'EINVAL';
        yield* hv.host.lock.take(cpu.number);
        const bad = hv.guests.mayUnshare(vm, gfn, pages);
        const frame = bad === undefined ? vm.table.frameFor(gfn) : 0;
        for (let i = 0; i < pages && bad === undefined; i++) hv.guests.uncountShare(frame + i);
        hv.host.lock.release();
        return bad ?? done;
      };
    },
  },
  {
    id: 'share-not-uncounted',
    title: 'unsharing forgets to count down',
    loses: 'the host never gets an unshared page back',
    clauses: ['MEM-CONSERVE-SHARES', 'MEM-LEGAL'],
    story:
      'The VM has lost the page, the count has not. The host is told for ever after that some VM still has its page, and never gets it back.',
    alter: ({ hv: { guests } }) => {
      guests.uncountShare = nothing;
    },
  },
  {
    id: 'out-of-tables-after-the-change',
    title: 'a missing table page is noticed when the host has lost its page already',
    loses: 'a donation without table pages stops the machine',
    clauses: ['DONATE-TABLES'],
    known: 'Linux cada2549ca4c, 8ed0fbe54046',
    story:
      'The host decides how many pages it offers for page tables. It offers none and donates a page to a frame that needs one: its own side is changed before the map runs out of memory, nothing can be undone, and EL2 stops the whole machine with every VM on it. Found by review in 2025.',
    alter: ({ hv: { memcache } }) => {
      memcache.hasEnough = () => undefined;
    },
  },
  {
    id: 'whole-block-shared',
    title: 'a share of one page shares its neighbours',
    loses: 'the host reaches the neighbours of a shared page',
    clauses: ['MEM-PRIVATE'],
    known: 'Android f33e07cbf025',
    story:
      'A VM asks for one page to be shared, and the hypervisor gives the host the whole block around it. The VM puts its secret into the page next to its buffer, and the host reads it there.',
    alter: ({ hv: { host, board } }) => {
      const lend = host.lend.bind(host);
      host.lend = (frame) => {
        host.table.find(frame);
        const { low } = host.table;
        const first = frame - (frame % board.block);
        lend(frame);
        for (let other = first; other < first + board.block; other++) {
          host.table.find(other);
          const isSame = !host.table.isValid && ownerOf(host.table.low) === owner.GUEST;
          if (other !== frame && isSame && handleOf(host.table.low) === handleOf(low)) lend(other);
        }
      };
    },
  },
  {
    id: 'share-not-recorded',
    title: 'a share by the guest changes the table and not the record',
    loses: 'the host reaches a page that the records say it has lost',
    clauses: ['MEM-LEGAL'],
    known: 'Android 1684eab95e68',
    story:
      'The host reaches the page by its table, and the record of the page says that it has lost it. Every later decision reads the record: the page can be reclaimed by force although its owner has shared it, or wiped under the feet of the host.',
    alter: ({ hv: { host } }) => {
      host.lend = (frame) => void host.table.map(frame, 0, frame, prots.all, 0);
    },
  },
];
