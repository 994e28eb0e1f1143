/** Faults that verifiers have had, or could have, in one place: each leaves out what one clause demands. */
import type { ClauseId } from '../../spec/clauses.generated.ts';

export interface VerifierFault {
  readonly name: string;
  readonly without: ClauseId;
  readonly story: string;
}

export const verifierFaults: readonly VerifierFault[] = [
  {
    name: 'last-link-unchecked',
    without: 'COSE-SIGNATURE',
    story: 'The signature over the request was not checked in requests of version 3 for some time.',
  },
  {
    name: 'algorithm-from-the-header',
    without: 'COSE-ALGORITHM',
    story:
      'Libraries took the algorithm from a header, or from the one that no signature covers, and not from the key.',
  },
  {
    name: 'critical-parameters-ignored',
    without: 'COSE-NO-CRITICAL',
    story: 'A parameter that the sender calls critical is passed over by a reader that does not know it.',
  },
  {
    name: 'private-key-taken-for-public',
    without: 'COSE-KEY-PUBLIC',
    story: 'Keys with their private half in them were taken, and test data had them for years.',
  },
  {
    name: 'debug-stage-taken',
    without: 'CHAIN-MODE-NORMAL',
    story: 'Modes were parsed and not judged until 2024; a check of the leaf alone, or of debug mode alone, is as bad.',
  },
  {
    name: 'no-mode-is-a-good-mode',
    without: 'CHAIN-MODE-GIVEN',
    story: 'A reader that looks for debug mode finds none where there is no mode at all.',
  },
  {
    name: 'issuer-unlinked',
    without: 'CHAIN-LINKED',
    story: 'The verifier in the RKP VM does not compare issuers with subjects.',
  },
  {
    name: 'subject-repeated',
    without: 'CHAIN-SUBJECTS-ONCE',
    story: 'Two stages under one name cannot be told apart by whoever looks a stage up by name.',
  },
  {
    name: 'key-repeated',
    without: 'CHAIN-KEYS-ONCE',
    story: 'A later stage certifies the root key again, and so may write what earlier stages said.',
  },
  {
    name: 'configuration-hash-unchecked',
    without: 'CHAIN-CONFIG-HASH',
    story: 'Before Android 16 the descriptor that is shown need not be the one that went into the secrets.',
  },
  {
    name: 'key-usage-unchecked',
    without: 'CHAIN-KEY-USAGE',
    story: 'A key that was certified for something else signs certificates.',
  },
  {
    name: 'unknown-claims-passed-over',
    without: 'CHAIN-CLAIMS-KNOWN',
    story: 'pvmfw passes over claims that it does not know, so that two verifiers may believe different things.',
  },
  {
    name: 'unknown-profile-is-the-newest',
    without: 'CHAIN-PROFILE-RANGE',
    story: 'A chain chooses the rules by which it is judged.',
  },
  {
    name: 'one-marker-is-enough',
    without: 'CHAIN-MARKERS-ENOUGH',
    story: 'A payload that sets the marker in its own stage passes for the RKP VM.',
  },
  {
    name: 'markers-counted-anywhere',
    without: 'CHAIN-MARKERS-TO-LEAF',
    story: 'Markers were counted, and not followed to the last certificate.',
  },
  {
    name: 'rkp-vm-taken-for-another',
    without: 'CHAIN-MARKERS-RESERVED',
    story: 'The chain of the RKP VM is used where another component asks.',
  },
  {
    name: 'path-checked-in-pairs',
    without: 'UDS-PATH-EXACT',
    story: 'Each certificate was checked against its neighbour, so that a root that is listed twice passed.',
  },
  {
    name: 'root-not-checked-by-itself',
    without: 'UDS-SIGNATURES',
    story: "The root's own signature went unchecked until 2024.",
  },
  {
    name: 'any-certificate-may-issue',
    without: 'UDS-ISSUERS',
    story: 'The holder of a leaf certificate extends the path by one of his own.',
  },
  {
    name: 'path-for-another-key',
    without: 'UDS-ROOT-KEY',
    story: 'A good path is sent along with the chain of another device.',
  },
  {
    name: 'expired-path',
    without: 'UDS-VALID',
    story: 'A relying party that has a clock does not use it.',
  },
  {
    name: 'long-challenge',
    without: 'CSR-CHALLENGE',
    story: 'A challenge of any length or type is compared by its beginning, or not at all.',
  },
  {
    name: 'certificate-type-unchecked',
    without: 'CSR-TYPE',
    story: 'A component asks for the kind of certificate that only the RKP VM may have.',
  },
  {
    name: 'handover-of-another-boot',
    without: 'HANDOVER-LEAF-KEY',
    story: 'A loader passes on the secrets of one boot with the chain of another.',
  },
];
