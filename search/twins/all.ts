/** The twin of a system, where it has one. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { androidHostTwin } from './android-host.ts';
import { attestationTwin } from './attestation.ts';
import { bootTwin } from './boot.ts';
import { cidStepTwin } from './cid-steps.ts';
import { cidTwin } from './cids.ts';
import { insideTwin } from './inside.ts';
import { interruptTwin } from './interrupts.ts';
import { ownershipTwin } from './ownership.ts';
import { phoneTwin } from './phone.ts';
import { systemTwin } from './system.ts';
import { storageTwin } from './storage.ts';
import type { Twin } from './twin.ts';

export const twinOf = (system: TransitionSystem): Twin | undefined =>
  bootTwin(system) ??
  cidTwin(system) ??
  attestationTwin(system) ??
  storageTwin(system) ??
  insideTwin(system) ??
  systemTwin(system) ??
  phoneTwin(system) ??
  cidStepTwin(system) ??
  androidHostTwin(system) ??
  interruptTwin(system) ??
  ownershipTwin(system);
