/** Instances: who gets which secret, over many boots, disks that the host exchanges, and versions that come and go. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
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
const checks = (system: TransitionSystem, clause: string): boolean =>
  system.rules.get('pvmfw_boot')?.guards.some((guard) => guard.clause === clause) === true;

/** The device can be booted in debug mode. */
const isUnlockable = ({ config }: TransitionSystem): boolean =>
  (config.boot?.handoffs ?? []).some(({ debug }) => debug);

export function instance(system: TransitionSystem): readonly Property[] {
  if (!system.rules.has('pvmfw_boot')) return [];
  const byId = checks(system, 'INSTANCE-ID');
  const byRecord = checks(system, 'RECORD-DISK');
  return [
    secretsAreOfTheirInputs,
    debugGuestsHaveOtherSecrets,
    secretsStayInTheirInstance,
    secretsAreNotDerived,
    payloadsHaveNoSecret,
    ...(isUnlockable(system) ? [debugSecretsAreDerived] : []),
    anInstanceComesBack,
    ...(byRecord ? ofRecords : [newBootsHaveNewSecrets]),
    ...(byId ? ofIds : [recordedCodeHasTheSecret]),
    ...(byId && byRecord ? [anOlderImageOpens] : []),
  ];
}
