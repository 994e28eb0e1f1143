import { hypercall, must, noSubject } from '../../rule.ts';
import { answers, truth } from '../../language/build.ts';
import { hasFault, isPoisoned } from '../../vocabulary/guests.ts';
import { isInRange, hasLastTable } from '../../vocabulary/stage2.ts';
import { faultOf, loadedVcpu, loadedVm, somethingLoaded } from '../../vocabulary/vms.ts';

/** Did the loaded vCPU stop on a page that the host took by force? The frame is the hypervisor's own record. */
export const vcpuInPoisonFault = hypercall(
  'vcpu_in_poison_fault',
  {},
  {
    guards: [
      must('POISON-FAULT-LOADED', somethingLoaded, 'EINVAL', noSubject),
      must('POISON-FAULT-FAULT', hasFault(loadedVcpu), 'EINVAL', noSubject),
      must('POISON-FAULT-GFN', isInRange(faultOf(loadedVcpu).value), 'ERANGE', noSubject),
      must('POISON-FAULT-LEVEL', hasLastTable(loadedVm, faultOf(loadedVcpu).value), 'EINVAL', {
        waiver: 'where there is no table there is no poisoned frame: the answer would be no',
      }),
    ],
    effects: [answers(truth(isPoisoned(loadedVm, faultOf(loadedVcpu).value)))],
    answer: 'number',
  },
);
