/** Android: the power of vCPUs, and frames that a VM guards for devices. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { none } from '../../spec/config.ts';
import type { FieldName } from '../../spec/fields.ts';
import { before, both, callIs, callIsDone, cell, implies } from '../../spec/language/build.ts';
import { isProtected, isSwitchedOn, powerOf, vcpu } from '../../spec/vocabulary/vms.ts';
import type { Always, Each, Property, Sometimes } from '../property.ts';
import { MAPPING } from '../view.ts';
import type { View } from '../view.ts';

const field = (view: View, name: FieldName, index = 0): number => view.at(view.layout.base[name] + index);

const switchedOffDoNotRun: Each = {
  kind: 'each',
  clause: 'CPU-POWER',
  statement: 'only vCPUs that their protected VM has on take a step',
  loss: 'a vCPU runs that is switched off',
  over: 'call',
  by: 'guest',
  when: before(isProtected('vm')),
  holds: implies(both(callIsDone, before(isProtected('vm'))), before(isSwitchedOn(vcpu('vm', 'vcpu')))),
};

const whatHasRunStaysOn: Each = {
  kind: 'each',
  clause: 'CPU-ON-FAILED',
  statement: 'the answer of the host to CPU_ON leaves every vCPU on that has run',
  loss: 'the host stops a vCPU that runs, and the next CPU_ON chooses where it begins',
  over: 'vcpu',
  by: 'host',
  when: before(powerOf('vcpu').is('ON')),
  holds: implies(both(callIs('host_fail_cpu_on'), before(powerOf('vcpu').is('ON'))), powerOf('vcpu').is('ON')),
};

const guardedFramesAreEmpty: Always = {
  kind: 'always',
  clause: 'GUARD-MAP-FREE',
  statement: 'a guarded frame maps no page',
  loss: 'a guarded frame maps a page',
  over: 'mapping',
  holds: implies(cell('mapping', 'vm', 'gfn').is('MMIO_GUARD'), cell('mapped', 'vm', 'gfn').is(none)),
};

const aFrameIsGuarded: Sometimes = {
  kind: 'sometimes',
  clause: 'GUARD-MAP-FREE',
  statement: 'some frame is guarded',
  on: ['guest_mmio_guard_map'],
  seen: (step) =>
    step.isDone &&
    field(step.now, 'mapping', step.arg('vm') * step.now.frames + step.arg('gfn')) === MAPPING.MMIO_GUARD,
};

/** What a VM has from Android's hypervisor, for profiles that have it. */
export function android({ rules }: TransitionSystem): readonly Property[] {
  if (!rules.has('guest_cpu_on')) return [];
  return [switchedOffDoNotRun, whatHasRunStaysOn, guardedFramesAreEmpty, aFrameIsGuarded];
}
