import { hypercall, must, noSubject } from '../../rule.ts';
import { somethingLoaded, unload } from '../../vocabulary/vms.ts';

/** The loaded vCPU leaves this CPU. */
export const vcpuPut = hypercall(
  'vcpu_put',
  {},
  {
    guards: [must('PUT-LOADED', somethingLoaded, 'IGNORED', noSubject)],
    effects: [unload],
  },
);
