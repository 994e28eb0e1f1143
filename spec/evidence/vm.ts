/** When the RKP VM certifies the key of a VM: what it knows of a request, and what it asks of it. */
import { denied } from './verdict.ts';
import type { Verdict } from './verdict.ts';
import type { Check, Unasked } from './check.ts';
import { firstBroken, must } from './check.ts';
import type { EncodingFault } from './facts.ts';

/** A request of a VM, looked at by an RKP VM with a chain of its own. */
export interface VmRequestFacts {
  readonly fault: EncodingFault | undefined;
  /** A chain, and a COSE_Sign over a key and a challenge. */
  readonly isRequest: boolean;
  /** All but the last of the RKP VM's own chain, byte for byte. */
  readonly beginsAsOwn: boolean;
  /** The names of the stages after those. */
  readonly names: readonly (string | undefined)[];
  /** Each certificate is signed with the key before it. */
  readonly isSigned: boolean;
  /** There is no vendor partition, or it is the one that the bootloader has fixed. */
  readonly vendorIsFixed: boolean;
  readonly kernelIsOfOwnKey: boolean;
  readonly kernel: 'known' | 'for debugging' | 'unknown';
  readonly allNormal: boolean;
  readonly signedByLeaf: boolean;
  readonly signedByKey: boolean;
}

const stageNames = [
  ['vm_entry', 'Microdroid payload'],
  ['vm_entry', 'Microdroid vendor', 'Microdroid payload'],
] as const;

export const vmChecks: readonly Check<VmRequestFacts, undefined>[] = [
  must('RKP-REQUEST-FORM', 'it is no chain with two signatures over a key and a challenge', (one) => one.isRequest),
  must('RKP-SAME-DEVICE', 'the chain does not begin as that of the RKP VM, up to pvmfw', (one) => one.beginsAsOwn),
  must(
    'RKP-STAGES',
    'there are fewer than two or more than three stages after pvmfw',
    ({ names }) => names.length === 2 || names.length === 3,
  ),
  must('RKP-CHAIN-SIGNED', 'a certificate is not signed with the key before it', (one) => one.isSigned),
  must('RKP-STAGE-NAMES', 'the stages are not kernel, perhaps vendor partition, and payload', ({ names }) =>
    stageNames.some((known) => known.length === names.length && known.every((name, at) => names[at] === name)),
  ),
  must('RKP-VENDOR', 'the vendor partition is not that of the device', (one) => one.vendorIsFixed),
  must('RKP-KERNEL-KEY', 'the kernel is of another signer than the RKP VM', (one) => one.kernelIsOfOwnKey),
  must('RKP-KERNEL', 'the kernel is unknown', ({ kernel }) => kernel !== 'unknown'),
  must(
    'RKP-DEBUG-KERNEL',
    'the kernel is one for debugging, and all modes are normal',
    ({ kernel, allNormal }) => kernel !== 'for debugging' || !allNormal,
  ),
  must('RKP-LEAF-SIGNED', 'the last key of the chain has not signed key and challenge', (one) => one.signedByLeaf),
  must('RKP-KEY-SIGNED', 'the key has not signed itself and the challenge', (one) => one.signedByKey),
];

export function appraiseVm(facts: VmRequestFacts, unasked?: Unasked): Verdict {
  const broken = firstBroken(vmChecks, facts, undefined, unasked);
  return broken ? denied(broken) : { kind: 'proper' };
}
