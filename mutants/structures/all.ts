/** Hypervisors that believe one field more of the host's structures than they take: differences from `linux-7.3`. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { equals, forEach, quantity, when } from '../../spec/language/build.ts';
import type { Effect } from '../../spec/language/term.ts';
import { does } from '../../spec/profile.ts';
import type { Difference } from '../../spec/profile.ts';
import { createdVcpus, kvmOf, lifeOf, protection } from '../../spec/vocabulary/vms.ts';

export interface Belief {
  readonly id: string;
  /** The mistake. */
  readonly title: string;
  readonly clause: ClauseId;
  readonly difference: Difference;
}

const vm = 'each VM';
const slots = quantity('slots');

/** A store to the first page of the structure of a VM has an effect on that VM. */
const believes = (effect: Effect): Difference =>
  does(['host_write'], forEach(0, slots, vm, when(equals(kvmOf(vm).value, 'page'), effect)));

export const beliefs: readonly Belief[] = [
  {
    id: 'protection-is-read-again',
    title: "whether a VM is protected is read from the host's structure whenever it is asked",
    clause: 'HOST-MEMORY-TAKEN',
    difference: believes(protection(vm).becomes(0)),
  },
  {
    id: 'vcpu-count-is-read-again',
    title: "how many vCPUs a VM may have is read from the host's structure whenever it is asked",
    clause: 'HOST-MEMORY-TAKEN',
    difference: believes(createdVcpus(vm).becomes(0)),
  },
  {
    id: 'phase-is-read-again',
    title: "whether a VM is dying is read from the host's structure whenever it is asked",
    clause: 'HOST-MEMORY-TAKEN',
    difference: believes(lifeOf(vm).becomes('DYING')),
  },
];
