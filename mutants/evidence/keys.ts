/** Faults in what a key may be, and what it may be used for. */
import type { EvidenceFault } from './fault.ts';

export const keys: readonly EvidenceFault[] = [
  {
    id: 'private-key-taken',
    title: 'a key with its private half in it is taken',
    loses: 'a private key is published in a chain and believed',
    clauses: ['COSE-KEY-PUBLIC'],
    known: 'AOSP hwtrust, mended by 69011f2',
    story:
      'Test data carried private keys for years and nobody noticed. A device that does so publishes with each chain what it signs with.',
    unasked: ['COSE-KEY-PUBLIC'],
  },
  {
    id: 'point-not-on-its-curve',
    title: 'a key need not be a point of its curve',
    loses: 'a key that is no point of its curve is certified',
    clauses: ['COSE-KEY-POINT'],
    known: 'AOSP hwtrust, mended by 6579b19 and 6f75372',
    story:
      'A leaf key of the wrong length or off its curve is certified like any other. What is later encrypted to it, or agreed on with it, may be read by whoever chose it so.',
    unasked: ['COSE-KEY-POINT'],
  },
  {
    id: 'small-order-taken',
    title: 'a point of small order is taken for a key',
    loses: 'a key under which nobody needs a secret to sign is certified',
    clauses: ['COSE-KEY-ORDER'],
    known: 'the libraries of Android’s verifiers: RFC 8032 leaves it to the reader',
    story:
      'One point is its own multiple, and seven more come back to it after a few steps. For a key of that kind a signature can be written down without knowing anything; whoever is certified with it lets everybody speak for him.',
    unasked: ['COSE-KEY-ORDER'],
  },
  {
    id: 'key-for-signing-taken',
    title: 'what a key says it is for is not looked at',
    loses: 'a key that is not for verifying verifies',
    clauses: ['COSE-KEY-VERIFIES'],
    story: 'A key says that it is for something else than verifying, and signatures are verified with it all the same.',
    unasked: ['COSE-KEY-VERIFIES'],
  },
  {
    id: 'key-usage-unchecked',
    title: 'the usage of a certified key is not looked at',
    loses: 'a key that may not certify certifies the next stage',
    clauses: ['CHAIN-KEY-USAGE'],
    known: 'pvmfw and the verifier in the RKP VM do not look',
    story:
      'A stage had a key certified for its own signatures, not for certificates. Whoever gets at that key writes the next certificate with it, and with it the next stage.',
    unasked: ['CHAIN-KEY-USAGE'],
  },
];
