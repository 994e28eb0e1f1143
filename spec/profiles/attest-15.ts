/** Attestation of VMs as in Android 15: the RKP VM appraises, and a relying party knows its certificates by their root. */
import { breakIssuer, takeVm } from '../attestation/attacker.ts';
import { rkpServerCertify, rkpVmAppraise, vmAsk } from '../attestation/certify.ts';
import { relyingAccept, relyingChallenge, relyingProvision } from '../attestation/rely.ts';
import { baseProfile } from '../profile.ts';

export const attest15 = baseProfile('attest-15', [
  relyingChallenge,
  vmAsk,
  rkpServerCertify,
  rkpVmAppraise,
  relyingAccept,
  relyingProvision,
  takeVm,
  breakIssuer,
]);
