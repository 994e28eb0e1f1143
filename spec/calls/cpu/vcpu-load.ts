import { vcpuIndex, vm } from '../../parameters.ts';
import { hypercall, must, noSubject } from '../../rule.ts';
import { none } from '../../config.ts';
import { isLive, isPlanned, isPresent, load, loadedOn, nothingLoaded, vcpu } from '../../vocabulary/vms.ts';

/** A vCPU is loaded on this CPU; nothing tells the host whether it was. */
export const vcpuLoad = hypercall(
  'vcpu_load',
  { vm, index: vcpuIndex },
  {
    guards: [
      must('LOAD-CPU-FREE', nothingLoaded, 'IGNORED'),
      must('LOAD-LIVE', isLive('vm'), 'IGNORED'),
      must('LOAD-INDEX', isPlanned('vm', 'index'), 'IGNORED', noSubject),
      must('LOAD-PRESENT', isPresent(vcpu('vm', 'index')).is(1), 'IGNORED'),
      must('LOAD-ELSEWHERE', loadedOn(vcpu('vm', 'index')).is(none), 'IGNORED'),
    ],
    effects: [load(vcpu('vm', 'index'))],
  },
);
