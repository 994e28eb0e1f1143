import { vm } from '../../parameters.ts';
import { hypercall } from '../../rule.ts';

/** Cached translations of a VM are dropped (CPU-TLB-FLUSHED). They are not part of the abstract state: nothing changes. */
export const tlbFlushVmid = hypercall('tlb_flush_vmid', { vm }, { guards: [], effects: [] });
