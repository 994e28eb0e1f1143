/**
 * Linux 6.1: only sharing between host and hypervisor. Whether a page is memory is looked up in the host's own table
 * entry, so that an address that the host has never used passes for memory: CVE-2023-21264. What the host says to the
 * secure world passes through the hypervisor unseen.
 */
import { isRelayedOrHinted, startsKnownCpuOrHinted } from '../calls/cpu/host-smc.ts';
import { hypercallByWholeNumber } from '../calls/cpu/hypercall.ts';
import { checksInstead, has, lacks, profile } from '../profile.ts';
import { passesForMemory } from '../vocabulary/pages.ts';
import { linux612 } from './linux-6.12.ts';

const ofSecureWorld = [
  ...['ffa_share', 'ffa_lend', 'ffa_reclaim', 'ffa_rxtx_map', 'ffa_rxtx_unmap'],
  ...['secure_read', 'secure_write', 'secure_return'],
];

export const linux61 = profile('linux-6.1', linux612, [
  lacks('init_vm', 'init_vcpu', 'teardown_vm'),
  {
    ...lacks(...ofSecureWorld),
    description: `has no ${ofSecureWorld.join(', ')}: what the host passes to the secure world is not looked at (FFA-PROXIED), and no rule says what becomes of it`,
  },
  has(hypercallByWholeNumber(8, 22, [18]), 'has hypercalls from number 8 to number 22, and none with a hint'),
  checksInstead('SMC-RELAYED', isRelayedOrHinted, 'NOT_SUPPORTED'),
  checksInstead('SMC-CPU-KNOWN', startsKnownCpuOrHinted, 'INVALID_PARAMETERS'),
  checksInstead('SHARE-HYP-MEMORY', passesForMemory('page'), 'EINVAL'),
  checksInstead('UNSHARE-HYP-MEMORY', passesForMemory('page'), 'EINVAL'),
]);
