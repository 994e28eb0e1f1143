/** The decisions about evidence, each with its checks in order: to be listed, counted, and left out one by one. */
import type { ClauseId } from '../clauses.generated.ts';
import { encodingChecks, keyChecks as coseKeyChecks, signedChecks } from './encoding.ts';
import { linkChecks, markerChecks, rootChecks, selfSignedChecks } from './chain.ts';
import { entryChecks } from './entry.ts';
import { keyChecks } from './key.ts';
import { relyingChecks } from './relying.ts';
import { handoverChecks, requestChecks } from './request.ts';
import { constrainedChecks } from './constraints.ts';
import { policyChecks } from './sealing.ts';
import { vmChecks } from './vm.ts';

export interface Verifier {
  readonly name: string;
  readonly description: string;
  readonly checks: Checks;
  /** What the groups that several verifiers have are asked of, in the order in which they are among the checks. */
  readonly asked?: readonly string[];
}

type Checks = readonly { readonly clause: ClauseId; readonly reason: string }[];

/** Checks that are asked of several parts of evidence; a later group may hold an earlier one. */
export const checkGroups: readonly Verifier[] = [
  { name: 'encoding', description: 'The bytes of an item, before anything is made of them.', checks: encodingChecks },
  { name: 'COSE_Key', description: 'A key of a chain.', checks: coseKeyChecks, asked: ['the key'] },
  {
    name: 'COSE_Sign1',
    description: 'A signed item, with the key that has to have signed it.',
    checks: signedChecks,
    asked: ['the item'],
  },
];

export const verifiers: readonly Verifier[] = [
  {
    name: 'chain',
    description: 'A DICE chain: its form and its root key, then each certificate, then how they fit together.',
    checks: [...rootChecks, ...entryChecks, ...selfSignedChecks, ...linkChecks, ...markerChecks],
    asked: [
      'the chain',
      'the root key',
      'each certificate, with the key before it',
      'its payload',
      'its descriptor',
      'its subject key',
    ],
  },
  {
    name: 'request',
    description:
      'An authenticated request of version 3: its form, then its whole chain as above, then what vouches for the root key, and then what the leaf key has signed.',
    checks: requestChecks,
    asked: ['the request', 'the signed data, with the leaf key', 'the pair that is signed', 'the payload'],
  },
  {
    name: 'handover',
    description:
      'What one stage of boot hands to the next: its form, then its whole chain as above, and then that they belong together.',
    checks: handoverChecks,
    asked: ['the handover'],
  },
];

/** Those who decide on the way from a VM to a secret. */
export const flowVerifiers: readonly Verifier[] = [
  {
    name: 'VM',
    description: 'The request of a VM, as the RKP VM of its device looks at it.',
    checks: vmChecks,
  },
  {
    name: 'certificate',
    description: 'The certificate of a VM with its path, as a relying party looks at it in a session.',
    checks: relyingChecks,
  },
  {
    name: 'key',
    description: "The certificate of a key of Android's Keystore with its path, as a relying party looks at it.",
    checks: keyChecks,
  },
  {
    name: 'policy',
    description:
      'The chain of a VM that asks Secretkeeper for a secret, against the chain that the secret was stored with.',
    checks: policyChecks,
  },
  {
    name: 'constraints',
    description: 'The same chain against a policy as bytes, which may be any: its form, then each constraint in order.',
    checks: constrainedChecks,
    asked: ['the policy'],
  },
];
