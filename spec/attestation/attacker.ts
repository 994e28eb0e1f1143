/** How the attacker comes by keys; all else that it does is to bring something, or something else, to somebody. */
import { call } from '../rule.ts';
import { brokenIssuer, takenVm } from '../vocabulary/attestation.ts';
import { breakable, openVm } from './parameters.ts';

/** The attacker gets a VM into its hands, with its keys: it can be debugged, has a hole, or was the attacker's. */
export const takeVm = call('host', 'take_vm', { vm: openVm }, { guards: [], effects: [takenVm('vm').becomes(1)] });

/** A device gives its secrets away, and that becomes known. */
export const breakIssuer = call(
  'host',
  'break_issuer',
  { issuer: breakable },
  { guards: [], effects: [brokenIssuer('issuer').becomes(1)] },
);
