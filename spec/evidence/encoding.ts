/** How evidence must be encoded, and what a public key must be. */
import type { Check } from './check.ts';
import { must } from './check.ts';
import type { EncodingFault, KeyFacts, SignedFacts } from './facts.ts';

interface Encoded {
  readonly fault: EncodingFault | undefined;
}

const isNot =
  (...faults: readonly EncodingFault[]) =>
  ({ fault }: Encoded): boolean =>
    fault === undefined || !faults.includes(fault);

/** The first rule that the bytes break is the fault, so that at most one of these refuses. */
export const encodingChecks: readonly Check<Encoded, unknown>[] = [
  must(
    'CBOR-BOUNDED',
    'it is larger or more deeply nested than any verifier needs to read',
    isNot('too large', 'too deep'),
  ),
  must('CBOR-WELL-FORMED', 'it is cut off or not CBOR', isNot('truncated', 'malformed')),
  must('CBOR-SHORTEST', 'a number or a length takes more bytes than it needs', isNot('longer than needed')),
  must('CBOR-DEFINITE', 'a length is left open', isNot('indefinite length')),
  must('CBOR-WHOLE', 'bytes follow after its end', isNot('trailing bytes')),
  must('CBOR-TEXT', 'a text is not plain UTF-8', isNot('bad text')),
  must('CBOR-KEYS-ONCE', 'a map has a key twice', isNot('repeated key')),
  must('CBOR-SORTED', 'the keys of a map are not in order', isNot('unsorted keys')),
  must('CBOR-PLAIN', 'it holds a tag, a float or another kind that has no place here', isNot('unexpected kind')),
];

export interface KeyRules {
  readonly integerKeyOperations: boolean;
}

export const keyChecks: readonly Check<KeyFacts, KeyRules>[] = [
  ...encodingChecks,
  must('COSE-KEY-MAP', 'the key is not a COSE_Key', (key) => key.isKey),
  must(
    'COSE-KEY-OPERATIONS',
    'the operations of the key are no array of those that there are',
    ({ operations }, rules) => operations !== 'unknown' && (operations !== 'one integer' || rules.integerKeyOperations),
  ),
  must('COSE-KEY-VERIFIES', 'the key is not for verifying', (key) => key.operations === 'absent' || key.verifies),
  must(
    'COSE-KEY-KIND',
    'type, algorithm and curve of the key are not those of Ed25519, P-256 or P-384',
    (key) => key.keyKind !== undefined,
  ),
  must(
    'COSE-KEY-PUBLIC',
    'the key has a parameter that no public key of its kind has',
    (key) => key.otherLabels.length === 0,
  ),
  must('COSE-KEY-POINT', 'the key is no point of its curve', (key) => key.onCurve),
  must('COSE-KEY-ORDER', 'the key is a point of small order', (key) => !key.isOfSmallOrder),
];

/** Who has signed, before anything that was signed is believed. */
export const signedChecks: readonly Check<SignedFacts, unknown>[] = [
  ...encodingChecks,
  must('COSE-SIGN1-FORM', 'it is not an untagged COSE_Sign1', (signed) => signed.isSign1),
  must(
    'COSE-HEADER-FORM',
    'a header has a parameter of the wrong type, or two that exclude each other',
    (signed) => signed.hasSoundHeaders,
  ),
  must('COSE-LABELS-ONCE', 'a label stands in both headers', (signed) => signed.hasLabelsOnce),
  must(
    'COSE-CRITICAL-PROTECTED',
    'the unprotected header lists critical parameters',
    (signed) => !signed.hasCriticalUnprotected,
  ),
  must('COSE-NO-CRITICAL', 'the protected header lists critical parameters', (signed) => !signed.hasCritical),
  must(
    'COSE-ALGORITHM',
    'the protected header does not name the algorithm of the key that signs',
    (signed) => signed.namesAlgorithm,
  ),
  must('COSE-SIGNATURE', 'the signature does not hold', (signed) => signed.verifies),
];
