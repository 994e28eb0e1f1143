/** The twin of a system, where it has one. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { attestationTwin } from './attestation.ts';
import { bootTwin } from './boot.ts';
import { cidTwin } from './cids.ts';
import { interruptTwin } from './interrupts.ts';
import { ownershipTwin } from './ownership.ts';
import type { Twin } from './twin.ts';

export const twinOf = (system: TransitionSystem): Twin | undefined =>
  bootTwin(system) ?? cidTwin(system) ?? attestationTwin(system) ?? ownershipTwin(system) ?? interruptTwin(system);
