import { hypercall, must, noSubject } from '../../rule.ts';
import { somethingLoaded } from '../../vocabulary/vms.ts';

/** The host asks for the loaded vCPU's state, of which a protected VM shows only what its last exit revealed. */
export const vcpuSyncState = hypercall(
  'vcpu_sync_state',
  {},
  {
    guards: [must('SYNC-LOADED', somethingLoaded, 'IGNORED', noSubject)],
    effects: [],
  },
);
