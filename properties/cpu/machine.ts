/** What must hold on a machine of registers, exits and cached translations. */
import { law } from '../machine-law.ts';
import type { MachineLaw } from '../machine-law.ts';

export const cpuOnMachine = {
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
  entrySaved: law(
    'each',
    'CPU-ENTRY-SAVED',
    'a vCPU of a protected VM is entered with what it had when it last trapped, and with what the host was let answer',
    'a VM goes on with registers that are not its own',
  ),
  exitSaved: law(
    'each',
    'CPU-EXIT-SAVED',
    'when a vCPU of a protected VM has trapped, EL2 keeps what the guest had in its registers',
    'an exit loses registers of a VM',
  ),
  entryReset: law(
    'each',
    'CPU-ENTRY-RESET',
    'a vCPU that was switched on begins where its VM says, with the context id, and with nothing else in its registers',
    'a vCPU begins with registers that its VM did not choose',
  ),
  tlbRemoved: law(
    'always',
    'CPU-TLB-REMOVED',
    'between calls no CPU holds a translation that its table does not have',
    'a CPU goes on using a translation that is gone',
  ),
  tlbFlushed: law(
    'each',
    'CPU-TLB-FLUSHED',
    'when the host has had the TLBs of a VM flushed, no CPU holds a translation of it',
    'a VM goes on writing to what the host has protected',
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
  hostAtEl1: law('each', 'CPU-HOST-EL1', 'calls that set EL2 up are refused to the host', 'the host sets EL2 up anew'),
  hostConfined: law(
    'always',
    'CPU-HOST-EL1',
    'every CPU runs the host at EL1 with its stage 2 on, also one that was switched on or has slept',
    'the host runs with nothing between it and memory',
  ),
  stateSetUpstream: law(
    'permitted',
    'CPU-STATE-UPSTREAM',
    'without isolation of CPU state, the host sets what a protected VM has in its registers',
    'a VM goes on with what the host has set',
  ),
  stateUpstream: law(
    'permitted',
    'CPU-STATE-UPSTREAM',
    'without isolation of CPU state, an exit shows the host what a protected VM has in its registers',
    'an exit shows the secret of a VM',
  ),
} as const satisfies Record<string, MachineLaw>;
