/** VMs and vCPUs as far as numbers go: which exist, where they are, and what they have of memory. */
import { none } from '../../spec/config.ts';
import { both, cell, compare, either, implies, quantity } from '../../spec/language/build.ts';
import {
  createdVcpus,
  hostVcpuOf,
  isCreated,
  isPresent,
  kvmOf,
  loadedOn,
  metadataPages,
  protection,
  stage2Pages,
  lifeOf,
} from '../../spec/vocabulary/vms.ts';
import type { Always } from '../property.ts';
import { isBetween, supporting } from './invariant.ts';

const loaded = cell('loaded', 'cpu');

export const vmInvariants: readonly Always[] = [
  supporting(
    'LIFE-PHASES',
    'vm',
    'a VM is protected or not, is in some phase, and has no more vCPUs planned than there can be',
    'a VM is planned that cannot be',
    both(
      isBetween(protection('vm').value, 0, 1),
      isBetween(lifeOf('vm').value, 0, 3),
      compare(createdVcpus('vm').value, '≤', quantity('vcpus')),
    ),
  ),
  supporting(
    'LIFE-PUBLISH-LAST',
    'vm',
    'the structure of a VM that exists lies somewhere',
    'a VM exists whose structure lies nowhere',
    implies(isCreated('vm'), compare(kvmOf('vm').value, '≥', 0)),
  ),
  supporting(
    'MEM-CONSERVE-DONATED',
    'vm',
    'what does not exist as a VM has no memory',
    'memory serves a VM that does not exist',
    either(isCreated('vm'), both(metadataPages('vm').is(0), stage2Pages('vm').is(0))),
  ),
];

export const vcpuInvariants: readonly Always[] = [
  supporting(
    'CPU-ONE-PLACE',
    'cpu',
    'what is loaded on a CPU is a vCPU',
    'a CPU has loaded what is no vCPU',
    either(loaded.is(none), both(compare('cpu', '≥', 0), compare(loaded.value, '≥', 0))),
  ),
  supporting(
    'LIFE-PUBLISH-LAST',
    'vcpu',
    'what exists as a vCPU, or is loaded, is one, and its structure lies somewhere',
    'a vCPU exists whose structure lies nowhere',
    both(
      either(compare('vcpu', '≥', 0), both(isPresent('vcpu').is(0), loadedOn('vcpu').is(none))),
      implies(isPresent('vcpu').is(1), compare(hostVcpuOf('vcpu').value, '≥', 0)),
    ),
  ),
];
