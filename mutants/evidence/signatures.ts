/** Faults in who has signed, and in what a signature covers. */
import { p256, p384 } from '@noble/curves/nist.js';
import type { Bytes } from '../../model/bytes.ts';
import { unsigned } from '../../model/bytes.ts';
import { decode } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import type { PublicKey } from '../../model/cose/key.ts';
import { kindNumbers } from '../../model/cose/key.ts';
import type { Sign1 } from '../../model/cose/sign1.ts';
import { headerLabels, signedBytes } from '../../model/cose/sign1.ts';
import { verifies } from '../../model/cose/signature.ts';
import type { EvidenceFault } from './fault.ts';
import { inChain, inEntries, inMessages, inRequest } from './sees.ts';

const noData = new Uint8Array();
const holds = (key: PublicKey, sign1: Sign1, payload: Bytes = sign1.payload): boolean =>
  verifies(key, signedBytes({ ...sign1, payload }, noData), sign1.signature);

/** The payload read leniently and written anew, as a library that only hands out values would have it. */
function rewritten(payload: Bytes): Bytes {
  try {
    return encode(decode(payload, { longNumbers: true }));
  } catch {
    // What cannot be read cannot be written either.
    return payload;
  }
}

const orderOf = (kind: 'P-256' | 'P-384'): bigint => (kind === 'P-256' ? p256 : p384).Point.Fn.ORDER;

/** Whether s is the smaller of the two that there are. */
const isLow = ({ keyKind }: PublicKey, { signature }: Sign1): boolean =>
  keyKind === 'Ed25519' || unsigned(signature.slice(signature.length / 2)) <= orderOf(keyKind) / 2n;

export const signatures: readonly EvidenceFault[] = [
  {
    id: 'request-not-verified',
    title: 'what the leaf key has signed is not verified',
    loses: 'keys are certified that the device never asked for',
    clauses: ['COSE-SIGNATURE'],
    known: 'AOSP hwtrust, mended by d226403',
    story:
      'A chain is public. Whoever has seen one puts it in front of a request of his own, for keys of his own, and gets them certified as that device’s. The signature of the leaf key over the request is all that stands against it, and for requests of version 3 nobody looked at it.',
    sees: inRequest((request) => ({ ...request, signed: { ...request.signed, verifies: true } })),
  },
  {
    id: 'leaf-not-verified',
    title: 'the last certificate is not verified',
    loses: 'anybody adds the last certificate of a chain',
    clauses: ['COSE-SIGNATURE'],
    known: 'project-oak/oak#5156',
    story:
      'Every link is checked but the last. Anyone takes the chain of a device up to its last stage and adds a certificate for a key of his own: for that, nobody’s signature is needed.',
    sees: inEntries((entry, at, { entries }) =>
      at === entries.length - 1 ? { ...entry, signed: { ...entry.signed, verifies: true } } : entry,
    ),
  },
  {
    id: 'own-key-verifies',
    title: 'a certificate is verified with the key that it certifies',
    loses: 'anybody’s certificate is believed on its own word',
    clauses: ['COSE-SIGNATURE', 'COSE-ALGORITHM'],
    story:
      'The key that is asked is the one inside the certificate, and not the one before it. Whoever makes a certificate signs it himself, and is believed.',
    sees: inMessages(({ sign1, subject }) =>
      subject === undefined
        ? {}
        : {
            verifies: holds(subject, sign1),
            namesAlgorithm: sign1.protectedHeader.get(headerLabels.alg) === kindNumbers[subject.keyKind].alg,
          },
    ),
  },
  {
    id: 'degenerate-for-proper',
    title: 'a self-signed certificate passes for a chain',
    loses: 'a device that measures nothing passes for a measured one',
    clauses: ['ATTEST-SELF-SIGNED'],
    known: 'the two forms of AOSP hwtrust',
    story:
      'A device without DICE sends one certificate that its key has signed for itself. It may claim any mode and any code, and it says nothing about what has booted. Taken for a chain, it makes every device a measured one.',
    sees: inChain((chain) =>
      chain.entries.length === 1 ? { ...chain, rootKey: { ...chain.rootKey, point: 'another' } } : chain,
    ),
  },
  {
    id: 'algorithm-from-the-header',
    title: 'the algorithm that the header names is not held against the key',
    loses: 'the sender chooses how its signature is checked',
    clauses: ['COSE-ALGORITHM'],
    known: 'web-auth/cose-lib#164, c2pa-rs#2612; the verifier in the RKP VM',
    story:
      'The sender writes into the header by which algorithm he wants to be checked. A library that has several for one kind of key lets him choose the weakest.',
    unasked: ['COSE-ALGORITHM'],
  },
  {
    id: 'algorithm-not-covered',
    title: 'the algorithm is also taken from the header that no signature covers',
    loses: 'whoever carries a message changes its algorithm',
    clauses: ['COSE-ALGORITHM'],
    known: 'pycose#140',
    story:
      'The unprotected header is anybody’s. Whoever carries the message moves the algorithm there, or writes another one, and the signature does not notice.',
    sees: inMessages(({ sign1, issuer }) => {
      const algorithm = [sign1.protectedHeader, sign1.unprotectedHeader].map((header) => header.get(headerLabels.alg));
      return { namesAlgorithm: algorithm.includes(kindNumbers[issuer.keyKind].alg) };
    }),
  },
  {
    id: 'one-way-in-unchecked',
    title: 'of two ways to verify, one does not look at the algorithm',
    loses: 'a request names an algorithm that its key does not have',
    clauses: ['COSE-ALGORITHM'],
    known: 'dotnet/runtime#130922',
    story:
      'Certificates go through one function and requests through another. Only the first compares the algorithm with the key, and an attacker uses the second.',
    sees: inRequest((request) => ({ ...request, signed: { ...request.signed, namesAlgorithm: true } })),
  },
  {
    id: 'label-in-both-headers',
    title: 'a label may be in both headers',
    loses: 'a message says of itself two different things',
    clauses: ['COSE-LABELS-ONCE'],
    known: 'AOSP hwtrust at da7738a; the libraries for COSE that merge both headers into one',
    story:
      'The protected header says by which algorithm it is signed, and the other header says something else. Readers that put the two together take one or the other; the sender knows which.',
    unasked: ['COSE-LABELS-ONCE'],
  },
  {
    id: 'critical-unprotected',
    title: 'a list of critical parameters outside the signature is passed over',
    loses: 'a restriction that whoever carries it has added or taken out is ignored',
    clauses: ['COSE-CRITICAL-PROTECTED'],
    known: 'RFC 9052, 3.1: the list is protected',
    story:
      'What is critical would have to be understood; a list that anybody may have written is neither kept to nor refused.',
    unasked: ['COSE-CRITICAL-PROTECTED'],
  },
  {
    id: 'critical-passed-over',
    title: 'parameters that the sender calls critical are passed over',
    loses: 'a restriction that the sender calls critical is ignored',
    clauses: ['COSE-NO-CRITICAL'],
    known: 'RFC 9052, 3.1',
    story:
      'A sender lists as critical what changes the meaning of his message: that it is valid for one purpose only, say. A reader that does not know the parameter and reads on takes the message for another one than was signed.',
    unasked: ['COSE-NO-CRITICAL'],
  },
  {
    id: 'signed-anew',
    title: 'the signature is tried on the payload as the library writes it',
    loses: 'bytes under a signature are changed and still believed',
    clauses: ['CBOR-SHORTEST', 'COSE-SIGNATURE'],
    story:
      'The payload is read into a value, and the value is written again to be verified. Many bytes give one value: whoever carries the chain changes them without a key, and two readers of the same signature see different claims. The mode under a longer label is found by one and missed by the other.',
    reading: { longNumbers: true },
    sees: inMessages(({ sign1, issuer }) => ({ verifies: holds(issuer, sign1, rewritten(sign1.payload)) })),
  },
  {
    id: 'low-s-demanded',
    denies: true,
    title: 'of the two ECDSA signatures only the one with the smaller s is taken',
    loses: 'half of all sound ECDSA signatures are refused',
    clauses: ['COSE-SIGNATURE'],
    known: 'the default of @noble/curves',
    story:
      'COSE does not demand the smaller s, and devices do not care: three of the four ECDSA signatures in the one published chain of a real device have the larger. Half of all good devices are turned away, each with even odds per signature.',
    sees: inMessages(({ sign1, issuer }) => ({ verifies: holds(issuer, sign1) && isLow(issuer, sign1) })),
  },
  {
    id: 'signature-in-der',
    denies: true,
    title: 'ECDSA signatures are expected in DER',
    loses: 'sound signatures in the form of COSE are refused',
    clauses: ['COSE-SIGNATURE'],
    known: 'AOSP Virtualization 0262decb9',
    story:
      'Signer and verifier of one system wrote r and s as X.509 does, and agreed with each other; COSE has them side by side. Every test passed until a chain came from elsewhere: only evidence that others made finds such a fault.',
    sees: inMessages(({ sign1, issuer }) => ({
      verifies: holds(issuer, sign1) && (issuer.keyKind === 'Ed25519' || sign1.signature[0] === 0x30),
    })),
  },
];
