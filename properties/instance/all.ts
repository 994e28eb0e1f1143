/** Instances: who gets which secret, over many boots, disks that the host exchanges, and versions that come and go. */
import type { Machine } from '../../spec/machine.ts';
import type { Property } from '../property.ts';
import {
  anInstanceComesBack,
  debugGuestsHaveOtherSecrets,
  newBootsHaveNewSecrets,
  recordedCodeHasTheSecret,
  secretsAreOfTheirInputs,
} from './secrets.ts';
import {
  debugSecretsAreDerived,
  payloadsHaveNoSecret,
  secretsAreNotDerived,
  secretsStayInTheirInstance,
} from './knowledge.ts';
import { anOlderImageOpens, ofIds } from './ids.ts';
import { ofRecords } from './records.ts';

/** What a profile has, by the checks of its pvmfw. */
const checks = (machine: Machine, clause: string): boolean =>
  machine.rules.get('pvmfw_boot')?.guards.some((guard) => guard.clause === clause) === true;

/** The device can be booted in debug mode. */
const isUnlockable = ({ world }: Machine): boolean => (world.boot?.handoffs ?? []).some(({ debug }) => debug);

export function instance(machine: Machine): readonly Property[] {
  if (!machine.rules.has('pvmfw_boot')) return [];
  const byId = checks(machine, 'INSTANCE-ID');
  const byRecord = checks(machine, 'RECORD-DISK');
  return [
    secretsAreOfTheirInputs,
    debugGuestsHaveOtherSecrets,
    secretsStayInTheirInstance,
    secretsAreNotDerived,
    payloadsHaveNoSecret,
    ...(isUnlockable(machine) ? [debugSecretsAreDerived] : []),
    anInstanceComesBack,
    ...(byRecord ? ofRecords : [newBootsHaveNewSecrets]),
    ...(byId ? ofIds : [recordedCodeHasTheSecret]),
    ...(byId && byRecord ? [anOlderImageOpens] : []),
  ];
}
