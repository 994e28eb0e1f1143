/**
 * Linux 7.4, as it was merged for the first candidate: the hypervisor has a heap, and keeps the power state and the
 * registers of protected VMs to itself.
 *
 * Not specified at this level: the heap's own calls (`__pkvm_hyp_topup`, `_reclaim` and `_reclaimable`); FF-A
 * notifications, which the hypervisor passes on with checks of their arguments, and reserved registers of FF-A calls
 * that have to be zero; what the host may share before the hypervisor is set up; registers, for which there is a page.
 */
import { guestCpuOff } from '../calls/android/guest-cpu-off.ts';
import { guestCpuOn } from '../calls/android/guest-cpu-on.ts';
import { hostFailCpuOn } from '../calls/android/host-fail-cpu-on.ts';
import { powered } from '../calls/android/powered.ts';
import { poweredGuestCall } from '../calls/cpu/guest-call.ts';
import { hypercallByNumber } from '../calls/cpu/hypercall.ts';
import { initVcpuInHeap } from '../calls/lifecycle/init-vcpu-in-heap.ts';
import { initVmInHeap } from '../calls/lifecycle/init-vm.ts';
import { has, insertsAfter, neverRun, profile, readIn } from '../profile.ts';
import { linux73 } from './linux-7.3.ts';

export const linux74 = neverRun(
  profile('linux-7.4', linux73, [
    ...readIn('pkvm.c', 'c8d7834c9c21', has(initVmInHeap, "init_vm has its structure in the hypervisor's heap")),
    ...readIn(
      'pkvm.c',
      'e188a901e4bc',
      has(initVcpuInHeap, "init_vcpu has its structure in the hypervisor's heap, and sets the power state"),
    ),
    ...readIn('pkvm.c', '9d4ec80be2eb', has(guestCpuOn), has(guestCpuOff)),
    ...readIn('pkvm.c', '9d4ec80be2eb', has(poweredGuestCall, 'the hypervisor answers calls that it does not know')),
    ...readIn('hyp-main.c', '9d4ec80be2eb', insertsAfter('RUN-LOADED', ...powered)),
    ...readIn('hyp-main.c', '10ff944bcc83', has(hostFailCpuOn)),
    ...readIn('hyp-main.c', '10ff944bcc83', has(hypercallByNumber(8, 57), 'has hypercalls from number 8 to number 57')),
  ]),
  'trees into which its changes had been merged, before its release',
);
