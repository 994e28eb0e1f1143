/** The life of a VM where the host chooses its handle, gives up no memory for it, and loads no vCPU. */
import { flag, vm } from '../../parameters.ts';
import { hypercall, must } from '../../rule.ts';
import { both, compare, configNumber, isBelow, labelled, value } from '../../term.ts';
import type { Condition } from '../../term.ts';
import { forgetVm } from '../../vocabulary/lifecycle.ts';
import { dropStage2 } from '../../vocabulary/page-tables.ts';
import { createdVcpus, isDying, isLive, kvmOf, lifeOf, protection } from '../../vocabulary/vms.ts';

const mostVms = configNumber('the most VMs', (config) => config.slots);
const isNew: Condition<'vm'> = labelled(
  'vm names no VM yet',
  both(both(compare<'vm'>('vm', '>=', 0), isBelow<'vm'>('vm', mostVms)), lifeOf<'vm'>('vm').is('NONE')),
);

/** A VM comes into being under the handle that the host chose. */
export const initNamedVm = hypercall(
  'init_vm',
  { vm, protected: flag },
  {
    guards: [must('OWN-VM-FREE', isNew, 'EINVAL')],
    effects: [
      // The host keeps no structure of a VM: of no pages, any is the first.
      kvmOf('vm').becomes(0),
      protection('vm').becomes(value('protected')),
      createdVcpus('vm').becomes(1),
      lifeOf('vm').becomes('LIVE'),
    ],
  },
);

/** The VM will never run again; from here on the host may take its pages back one by one. */
export const startNamedTeardown = hypercall(
  'start_teardown_vm',
  { vm },
  {
    guards: [must('TEARDOWN-LIVE', isLive('vm'), 'EINVAL')],
    effects: [lifeOf('vm').becomes('DYING')],
  },
);

/** A dying VM is gone, and its handle is free for another. */
export const finalizeNamedVm = hypercall(
  'finalize_teardown_vm',
  { vm },
  {
    guards: [must('FINALIZE-DYING', isDying('vm'), 'EINVAL')],
    effects: [dropStage2('vm'), forgetVm('vm')],
  },
);
