/** The properties of attestation, from a VM to the relying party. */
import type { Machine } from '../../spec/machine.ts';
import { flowLaws } from './laws.ts';
import { flowWitnesses } from './witnesses.ts';
import type { Property } from '../property.ts';

export const flow = (machine: Machine): readonly Property[] =>
  machine.rules.has('rkp_vm_appraise') ? [...flowLaws, ...flowWitnesses] : [];
