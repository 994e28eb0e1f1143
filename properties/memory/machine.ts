/** What must hold on a machine of pages and their bytes. */
import { law } from '../machine-law.ts';
import type { MachineLaw } from '../machine-law.ts';

export const memoryOnMachine = {
  confidential: law(
    'twoRun',
    'MEM-CONFIDENTIAL',
    'two machines that differ in what a VM keeps to itself answer all others alike',
    'others read the secret of a VM',
  ),
  integrity: law(
    'each',
    'MEM-INTEGRITY',
    'the bytes of an unshared page of a protected VM change by its own steps alone, at every frame',
    'others change bytes of a VM',
  ),
  poison: law(
    'each',
    'MEM-POISON',
    'where a page was taken by force nothing is mapped again',
    'a VM goes on with another page in the place of its own',
  ),
  wipe: law(
    'always',
    'MEM-WIPE',
    'a page that a protected VM had to itself is zero, in caches and in memory, when the host or its device first reaches it',
    'a page comes back with what the VM left',
  ),
  wipeUnmapped: law(
    'always',
    'MEM-WIPE-UNMAPPED',
    'nothing that a vCPU writes while its page goes back is left in it',
    'a page comes back with what a vCPU wrote after the wipe',
  ),
  unmapFirst: law(
    'always',
    'MEM-UNMAP-FIRST',
    'while a page is being donated the host and the VM never reach it at the same moment',
    'host and VM reach a page at once',
  ),
  private: law(
    'always',
    'MEM-PRIVATE',
    'what a protected VM maps and has not shared is reached by no host and no other VM, by table or by TLB',
    'others reach a page of a VM',
  ),
  hypPrivate: law(
    'always',
    'MEM-HYP-PRIVATE',
    'a page that serves the hypervisor is reached by no host, VM or device',
    'others reach a page of the hypervisor',
  ),
  hostPrivate: law(
    'always',
    'MEM-HOST-PRIVATE',
    'no VM maps, or still has in a TLB, a page that the host has for itself',
    'a VM reaches a page of the host',
  ),
  onlyMemory: law(
    'always',
    'MEM-LEGAL',
    'tables of VMs and of devices map memory and nothing else, and records agree with the tables',
    'records and tables contradict each other',
  ),
  deniedLeavesTables: law(
    'each',
    'MEM-DENIED',
    'a refused call leaves every stage 2 as it was, but for pages of the host that became spare tables',
    'a refused call changes a stage 2',
  ),
  accessLeavesTables: law(
    'each',
    'MEM-HYPERCALL-ONLY',
    'neither an access, nor an instruction that traps, nor a call by its number changes an entry of a stage 2',
    'a store changes a stage 2',
  ),
  ownTables: law(
    'always',
    'MEM-OWN-TABLES',
    'no page is a table of two stage 2s, and no call changes those of two VMs',
    'what changes one stage 2 changes another',
  ),
  unprotected: law(
    'permitted',
    'MEM-NONPROTECTED',
    'the host reads what a non-protected VM wrote',
    'the host reads what a VM wrote',
  ),
} as const satisfies Record<string, MachineLaw>;
