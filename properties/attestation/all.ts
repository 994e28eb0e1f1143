/** The properties of attestation, from a VM to the relying party. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { flowLaws } from './laws.ts';
import { flowWitnesses } from './witnesses.ts';
import type { Property } from '../property.ts';

export const flow = (system: TransitionSystem): readonly Property[] =>
  system.rules.has('rkp_vm_appraise') ? [...flowLaws, ...flowWitnesses] : [];
