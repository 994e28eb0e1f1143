import { none } from '../../config.ts';
import { all, equals, note, truth, when } from '../../language/build.ts';
import { vcpuIndex, vm } from '../../parameters.ts';
import { hypercall, must, onFailure } from '../../rule.ts';
import {
  askedBy,
  askedFor,
  faultOf,
  isAwaited,
  isLoadedHere,
  isSwitchedOn,
  powerOf,
  vcpu,
} from '../../vocabulary/vms.ts';

const running = vcpu('vm', 'vcpu');

/** CPU_ON is undone where the other vCPU has not run yet. */
const undo = all(
  note('undone', truth(isAwaited('vm', 'vcpu'))),
  when(isAwaited('vm', 'vcpu'), powerOf(askedBy('vm', 'vcpu')).becomes('OFF')),
  askedFor(running).becomes(none),
);

/**
 * The host enters a vCPU with a failure as its answer to the last call of that vCPU, and takes it back at once. The error
 * is what the VM is told of its CPU_ON, if that was the call.
 */
export const hostFailCpuOn = hypercall(
  'host_fail_cpu_on',
  { vm, vcpu: vcpuIndex },
  {
    guards: [
      must('RUN-LOADED', isLoadedHere(running), 'EINVAL'),
      onFailure('RUN-RECORD', faultOf(running).becomes(none)),
      must('RUN-POWERED', isSwitchedOn(running), 'EINVAL'),
      onFailure('RUN-RECORD', powerOf(running).becomes('ON')),
      onFailure('CPU-ON-FAILED', undo),
      must('CPU-ON-FAILED', equals('undone', 0), 'INTERNAL_FAILURE', {
        waiver: 'what the VM is told of it is not part of the state',
      }),
    ],
    effects: [],
  },
);
