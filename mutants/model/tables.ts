/** Faults in page tables, in the memory that they are made of, and in what TLBs are told. */
import type { TranslationTable } from '../../model/table.ts';
import { hostVmid } from '../../model/tlb.ts';
import type { Machine } from '../../model/machine.ts';
import type { Fault } from './fault.ts';
import { nothing } from './alter.ts';

/** What a table keeps to itself, for those who break it. */
interface Insides {
  fillSplit(table: number, place: number, frame: number, height: number): void;
}
const insidesOf = (table: TranslationTable): Insides => table as unknown as Insides;

export const tables: readonly Fault[] = [
  {
    id: 'block-over-notes',
    title: 'a block is mapped over the annotations of other owners',
    loses: 'the host reads registers of a VM beside a page of its own',
    clauses: ['MEM-CONFIDENTIAL'],
    known: 'Android 206a76207ba8, 65b42a937365',
    story:
      'The host’s own memory is mapped a block at a time when it is first touched. In the table below that block stand annotations of who has the single pages. Mapped over, they are gone: the host touches a neighbour, and reaches every page of the block that it had given away. Here it touches P8, and P11 beside it is where the hypervisor keeps the registers of a vCPU: the host reads what the VM was about to write.',
    alter: ({ hv: { host } }) => {
      host.canMapBlock = () => true;
    },
  },
  {
    id: 'split-maps-the-first-page',
    title: 'a split block maps its first page everywhere',
    loses: 'pages of a split block lead to the wrong place',
    clauses: ['MEM-LEGAL'],
    known: 'Android d857bf0617c6',
    story:
      'When one page of a block is given away, the block becomes a table of single pages. Filled in with the wrong address, the other pages of the block lead to a page that the host may have lost. Here P0 is taken for a VM that cannot be made and comes back, and its neighbours are not where they were.',
    alter: ({ hv: { host } }) => {
      const insides = insidesOf(host.table);
      const fill = insides.fillSplit.bind(insides);
      insides.fillSplit = (table, place, frame, height) =>
        fill(table, place, frame - place * (host.table.spans[height] ?? 1), height);
    },
  },
  {
    id: 'host-tlb-not-told',
    title: 'the host’s TLBs are not told that a page is gone',
    loses: 'the host reads through its TLB what a VM writes',
    clauses: ['MEM-CONFIDENTIAL'],
    story:
      'Every table says that the host has lost the page. The TLB of its CPU does not, and the host reads through it what the VM writes.',
    alter: ({ hv: { upkeep } }) => {
      const invalidate = upkeep.invalidate.bind(upkeep);
      upkeep.invalidate = (vmid, ipa, pages) => {
        if (vmid !== hostVmid) invalidate(vmid, ipa, pages);
      };
    },
  },
  {
    id: 'tlb-told-on-one-cpu',
    title: 'an invalidation reaches one CPU only',
    loses: 'another CPU of the host uses a page after it was lost',
    clauses: ['CPU-TLB-REMOVED'],
    story:
      'The invalidation is not broadcast. On the CPU that made the call all is well; the host keeps a thread running on the other one. Here CPU 1 has used P0 before CPU 0 gives it up and gets it back: CPU 1 goes on with a translation that no table has had a say in since.',
    alter: ({ tlb, hv: { upkeep } }) => {
      upkeep.invalidate = (vmid, ipa, pages) => tlb.invalidateOn(0, vmid, ipa, pages);
    },
  },
  {
    id: 'guest-tlb-not-told',
    title: 'a VM’s TLB is not told that a page is gone',
    loses: 'a VM uses a page after it went back to the host',
    clauses: ['CPU-TLB-REMOVED'],
    story:
      'The page has gone back to the host, and the VM still reads and writes it through its TLB: the host’s next secret, or that of the VM that gets the page next.',
    alter: ({ hv: { upkeep } }) => {
      const invalidate = upkeep.invalidate.bind(upkeep);
      upkeep.invalidate = (vmid, ipa, pages) => {
        if (vmid === hostVmid) invalidate(vmid, ipa, pages);
      };
    },
  },
  {
    id: 'vmid-not-flushed',
    title: 'a VMID comes back with what the TLBs knew under it',
    loses: 'a new VM uses the translations of a dead one',
    clauses: ['CPU-TLB-VMID'],
    story:
      'The VMID follows from the place in the VM table. The next VM in that place runs with the translations of the dead one, and reads pages that are somebody else’s by now.',
    alter: ({ hv: { upkeep } }) => {
      upkeep.flush = nothing;
    },
  },
  {
    id: 'siblings-share-a-tlb',
    title: 'a vCPU runs with what its sibling left in the TLB',
    loses: 'a vCPU uses the translations of its sibling',
    clauses: ['CPU-TLB-SIBLING'],
    known: 'Android ef99fa6bb85f',
    story:
      'Two vCPUs of one VM have one VMID and two address spaces. Run one after the other on the same CPU, the second finds the translations of the first. A guest that relies on tables for each CPU is led to the wrong data.',
    alter: ({ hv: { upkeep } }) => {
      upkeep.flushForSibling = nothing;
    },
  },
  {
    id: 'unaligned-memcache',
    title: 'a list that begins in the middle of a page is wiped into the next one',
    loses: 'a wipe reaches into the next page',
    clauses: ['MEM-INTEGRITY'],
    known: 'Linux, fix for 60dfe093ec13',
    story:
      'The host offers pages for page tables on a list in its own memory, and sets its head to eight bytes past the start of a page. The hypervisor checks the page and wipes 4096 bytes from the address: the first bytes of the next page, which may be a VM’s, are gone.',
    alter: spill,
  },
  {
    id: 'table-memory-not-wiped',
    title: 'pages for tables are used as the host filled them',
    loses: 'the host writes the first entries of a page table',
    clauses: ['MEM-LEGAL', 'MEM-PRIVATE', 'MEM-HYP-PRIVATE', 'DONATE-FREE', 'MEM-CONSERVE-DONATED'],
    story:
      'A page that the host has written becomes a page table of a VM. Its entries are the host’s to choose: what stands in it maps pages that nobody has given. The first that shows of it are entries that are there and were never counted.',
    alter: ({ hv: { memcache, lists } }) => {
      memcache.take = (pool, feeder) => pool.pop() ?? (feeder === undefined ? -1 : lists.pop(feeder));
    },
  },
  {
    id: 'flush-forgotten',
    title: 'the host’s flush of a VM’s translations does nothing',
    loses: 'a VM goes on writing to what the host has protected',
    clauses: ['CPU-TLB-FLUSHED'],
    story:
      'The host protects pages of a VM against writes, to copy them in peace, and has the TLBs flushed once for all of them. The flush is answered and does nothing: the VM goes on writing through what its TLB has kept, and the copy is not what it ends up with.',
    alter: ({ hv: { guests } }) => {
      const flush = guests.tlbFlush.bind(guests);
      guests.tlbFlush = (cpu, args) => flush(cpu, { ...args, vm: -1 });
    },
  },
];

function spill({ hv, board, memory }: Machine): void {
  const admit = hv.memcache.admit.bind(hv.memcache);
  hv.memcache.admit = (list) => {
    const words = (list.top % board.pageBytes) / 8;
    const frame = admit(list);
    for (let word = 0; frame >= 0 && word < words && board.isRam(frame + 1); word++) memory.write(frame + 1, word, 0);
    return frame;
  };
}
