/** Attestation of VMs as in Android 15: the RKP VM appraises, and a relying party knows its certificates by their root. */
import { breakIssuer, takeVm } from '../flow/attacker.ts';
import { rkpServerCertify, rkpVmAppraise, vmAsk } from '../flow/certify.ts';
import { relyingAccept, relyingChallenge, relyingProvision } from '../flow/rely.ts';
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
