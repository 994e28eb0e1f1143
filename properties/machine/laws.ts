/** What the machine is held to, and how a violation is told. Refinement tells the clause by what differs. */
import type { ClauseId } from '../../spec/clauses.generated.ts';

export interface MachineLaw {
  /** `twoRun`: two machines that differ in a secret look the same; the others are judged on one machine. */
  readonly kind: 'always' | 'each' | 'twoRun' | 'refines' | 'permitted';
  readonly clause: ClauseId;
  /** The property in words, as a statement that is true. */
  readonly says: string;
  /** What is lost where it is not, in a few words. */
  readonly loss: string;
}

const law = (kind: MachineLaw['kind'], clause: ClauseId, says: string, loss: string): MachineLaw => ({
  kind,
  clause,
  says,
  loss,
});

export const laws = {
  confidential: law(
    'twoRun',
    'MEM-CONFIDENTIAL',
    'two machines that differ in what a VM keeps to itself answer all others alike',
    'others read the secret of a VM',
  ),
  statePrivate: law(
    'twoRun',
    'CPU-STATE-PRIVATE',
    'no call of the host puts a register of a protected VM where the host can read it',
    'the host reads registers of a VM',
  ),
  exposure: law(
    'twoRun',
    'CPU-EXPOSURE',
    'an exit of a protected VM leaves the same registers behind, whatever its secret is',
    'an exit shows what it must not',
  ),
  stateIntegrity: law(
    'each',
    'CPU-STATE-INTEGRITY',
    'the registers of a protected VM change by its own steps, or as the last exit lets the host answer',
    'the host sets registers of a VM',
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
  stateWiped: law(
    'twoRun',
    'LIFE-STATE-WIPE',
    'a page that served the hypervisor comes back the same, whatever a VM had in its registers',
    'a page comes back with registers of a VM',
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
  tlbRemoved: law(
    'always',
    'CPU-TLB-REMOVED',
    'between calls no CPU holds a translation that its table does not have',
    'a CPU goes on using a translation that is gone',
  ),
  tlbVmid: law(
    'always',
    'CPU-TLB-VMID',
    'no translation is cached under a VMID that nobody has',
    'a VMID comes back with translations of a dead VM',
  ),
  tlbSibling: law(
    'always',
    'CPU-TLB-SIBLING',
    'while a vCPU is loaded its CPU holds no translation of a sibling',
    'a vCPU uses the translations of its sibling',
  ),
  onePlace: law('always', 'CPU-ONE-PLACE', 'no vCPU is loaded on two CPUs of the machine', 'two CPUs run one vCPU'),
  noRunDying: law(
    'each',
    'CPU-NO-RUN-DYING',
    'no vCPU of a dying VM gets anything done',
    'a vCPU runs while its VM is taken apart',
  ),
  power: law(
    'each',
    'CPU-POWER',
    'no vCPU that its protected VM has switched off gets anything done',
    'a vCPU runs that is switched off',
  ),
  devicePrivate: law(
    'always',
    'DMA-PRIVATE',
    'no table of the IOMMU gives a device a page of the hypervisor or an unshared page of a protected VM',
    'a device reaches a page that it must not',
  ),
  deviceFollows: law(
    'always',
    'DMA-FOLLOWS-OWNER',
    'between calls no device holds a translation that its table does not have',
    'a device goes on reaching a page that it has lost',
  ),
  secure: law(
    'always',
    'FFA-PROXIED',
    'the secure world holds no page of the hypervisor and no unshared page of a protected VM',
    'the secure world reaches a page that it must not',
  ),
  lent: law(
    'always',
    'FFA-LENT',
    'the host does not reach what the secure world was lent and has not given back, by table or by TLB',
    'the host reaches a page that it has lent',
  ),
  hostAtEl1: law('each', 'CPU-HOST-EL1', 'calls that set EL2 up are refused to the host', 'the host sets EL2 up anew'),
  deadlock: law(
    'always',
    'AVAIL-RECLAIM',
    'some CPU can always go on, whatever the schedule',
    'the CPUs wait for each other for ever',
  ),
  givenBack: law(
    'always',
    'AVAIL-RECLAIM',
    'at the end the host has calls of its own that give it back every page, but those that are stranded',
    'the host loses a page for good',
  ),
  deviceReads: law(
    'permitted',
    'DMA-UPSTREAM',
    'where no IOMMU is in its way, a device reads what a protected VM wrote',
    'a device reads the secret of a VM',
  ),
  deviceWrites: law(
    'permitted',
    'DMA-UPSTREAM',
    'where no IOMMU is in its way, a device changes what a protected VM has to itself',
    'a device changes bytes of a VM',
  ),
  unprotected: law(
    'permitted',
    'MEM-NONPROTECTED',
    'the host reads what a non-protected VM wrote',
    'the host reads what a VM wrote',
  ),
  stateUpstream: law(
    'permitted',
    'CPU-STATE-UPSTREAM',
    'without isolation of CPU state, an exit shows the host what a protected VM has in its registers',
    'an exit shows the secret of a VM',
  ),
} as const satisfies Record<string, MachineLaw>;

/** What does not hold: the law, or the clause that the specification names for what differs. */
export interface Breach {
  readonly clause: string;
  readonly says: string;
  readonly loss: string;
}
