/** Where vCPUs are loaded. */
import { none } from '../../spec/config.ts';
import { both, cell, compare, equals, isBelow, quantity, value } from '../../spec/language/build.ts';
import { createdVcpus, isPresent, lifeOf, loadedOn, vmOf } from '../../spec/vocabulary/vms.ts';
import { implies, invariant } from './invariant.ts';
import type { Invariant } from './invariant.ts';

const [cpu, vcpu] = ['cpu', 'vcpu'] as const;
const loaded = cell('loaded', cpu);
const itsVm = vmOf(loaded.value);

export const vcpuInvariants: readonly Invariant[] = [
  invariant(
    'CPU-ONE-PLACE',
    'loaded',
    [cpu],
    'the vCPU that a CPU has loaded is loaded there',
    implies(loaded.isNot(none), loadedOn(loaded.value).is(value(cpu))),
  ),
  invariant(
    'CPU-ONE-PLACE',
    'loaded there',
    [vcpu],
    'a CPU on which a vCPU is loaded has it loaded',
    implies(
      both(compare(vcpu, '≥', 0), loadedOn(vcpu).isNot(none)),
      cell('loaded', loadedOn(vcpu).value).is(value(vcpu)),
    ),
  ),
  invariant(
    'CPU-NO-RUN-DYING',
    'loaded lives',
    [cpu],
    'a vCPU that is loaded is one of a live VM',
    implies(
      loaded.isNot(none),
      both(
        compare(cpu, '≥', 0),
        compare(loaded.value, '≥', 0),
        compare(itsVm, '≥', 0),
        isBelow(itsVm, quantity('slots')),
        lifeOf(itsVm).is('LIVE'),
      ),
    ),
  ),
  invariant(
    'LIFE-PHASES',
    'vCPUs exist',
    [vcpu],
    'what exists as a vCPU is one',
    implies(isPresent(vcpu).is(1), compare(vcpu, '≥', 0)),
  ),
  invariant(
    'LIFE-PHASES',
    'vCPUs planned',
    ['vm'],
    'a VM is planned for no more vCPUs than there can be',
    compare(createdVcpus('vm').value, '≤', quantity('vcpus')),
  ),
];

export const vcpuConsequences: readonly Invariant[] = [
  invariant(
    'CPU-ONE-PLACE',
    'one place',
    [cpu, 'other cpu'],
    'no vCPU is loaded on two CPUs',
    implies(both(loaded.isNot(none), loaded.is(cell('loaded', 'other cpu').value)), equals(cpu, 'other cpu')),
  ),
];
