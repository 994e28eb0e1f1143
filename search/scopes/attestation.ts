/** The scope in which VMs are attested: one device with VMs of several kinds, and all that an attacker may bring. */
import type { AttestedVm, ForgedChain, Issuer } from '../../spec/attestation/config.ts';
import { noMemory } from './boot.ts';
import type { Scope } from './linux.ts';

const expected: AttestedVm = { name: 'the VM', normal: true, payload: 'EXPECTED', open: false };
const vms: readonly AttestedVm[] = [
  expected,
  { ...expected, name: 'its twin' },
  { ...expected, name: 'a debug VM', normal: false, open: true },
  { ...expected, name: 'an older VM', payload: 'OLDER', open: true },
  { ...expected, name: "a stranger's VM", payload: 'OF_OTHERS', open: true },
  { ...expected, name: 'a VM with more in it', payload: 'MORE', open: true },
];

const forged: readonly ForgedChain[] = [
  { name: 'of another device', flaw: 'device' },
  { name: 'with a stage more', flaw: 'stages' },
  { name: 'with a stage of its own making', flaw: 'signature' },
  { name: 'with a last stage that is no payload', flaw: 'names' },
  { name: 'with another vendor partition', flaw: 'vendor' },
  { name: 'of a kernel of another signer', flaw: 'kernel key' },
  { name: 'of an old kernel', flaw: 'kernel' },
  { name: 'of a debug kernel in normal mode', flaw: 'debug kernel' },
];

const issuers: readonly Issuer[] = [
  { name: 'the RKP VM', hands: 'own' },
  { name: 'an app of the host', flaw: 'root', hands: 'attacker' },
  { name: 'an unlocked device', flaw: 'mode', hands: 'attacker' },
  { name: 'another VM', flaw: 'markers', hands: 'attacker' },
  { name: 'a leaky device', hands: 'breakable' },
];

export const attestation: Scope = {
  name: 'attestation',
  config: { ...noMemory, flow: { vms, forged, issuers, sessions: 2 } },
  prelude: [],
  // What the attacker has taken stays taken, and sessions are few: both are rare, so that much happens in between.
  weights: { take_vm: 0.1, break_issuer: 0.05, relying_challenge: 0.3 },
};
