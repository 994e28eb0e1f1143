/** COSE_Sign1: the received bytes of header and payload are what is signed, never an encoding made anew. */
import type { SignedFacts } from '../../spec/evidence/facts.ts';
import type { Bytes } from '../bytes.ts';
import type { Cbor, CborMap } from '../cbor/decode.ts';
import { decode, isArray, isBytes, isMap } from '../cbor/decode.ts';
import { encode } from '../cbor/encode.ts';
import { EncodingError } from '../cbor/faults.ts';
import type { Rules } from '../cbor/reader.ts';
import type { PublicKey } from './key.ts';
import { kindNumbers, noteOnCurve } from './key.ts';
import { isAlgorithm, isContentType, isCriticalList, isFilledBytes, isLabel } from './registry.ts';
import type { PrivateKey } from './signature.ts';
import { signWith, verifies, verifiesUnderAnyPoint } from './signature.ts';

export interface Sign1 {
  /** The protected header as the signature covers it, and what it holds. */
  readonly protectedBytes: Bytes;
  readonly protectedHeader: CborMap;
  readonly unprotectedHeader: CborMap;
  readonly payload: Bytes;
  readonly signature: Bytes;
}

export const headerLabels = {
  alg: 1,
  crit: 2,
  contentType: 3,
  kid: 4,
  iv: 5,
  partialIv: 6,
  counterSignature: 7,
} as const;
const noData = new Uint8Array();

/** Reads an untagged COSE_Sign1, or gives undefined if the bytes are another thing. Throws an EncodingError. */
export const readSign1 = (bytes: Bytes, rules: Rules = {}): Sign1 | undefined => sign1Of(decode(bytes, rules), rules);

function sign1Of(value: Cbor, rules: Rules): Sign1 | undefined {
  if (!isArray(value) || value.length !== 4) return undefined;
  const [protectedBytes, unprotectedHeader, payload, signature] = value;
  if (!isBytes(protectedBytes) || !isMap(unprotectedHeader) || !isBytes(payload) || !isBytes(signature))
    return undefined;
  const protectedHeader = readHeader(protectedBytes, rules);
  if (protectedHeader === undefined || !hasLabels(unprotectedHeader)) return undefined;
  return {
    protectedBytes: covered(protectedBytes, protectedHeader),
    protectedHeader,
    unprotectedHeader,
    payload,
    signature,
  };
}

/** The received bytes; but however an empty header is written, no bytes stand for it (RFC 9052, 4.4). */
export const covered = (bytes: Bytes, header: CborMap): Bytes => (header.size === 0 ? noData : bytes);

/** An empty protected header is written as no bytes at all, or as an empty map. */
export function readHeader(bytes: Bytes, rules: Rules = {}): CborMap | undefined {
  if (bytes.length === 0) return new Map();
  const value = decode(bytes, rules);
  return isMap(value) && hasLabels(value) ? value : undefined;
}

const hasLabels = (map: CborMap): boolean => [...map.keys()].every(isLabel);

/** What the common parameters are (RFC 9052, table 3); empty byte strings stand for none of them. */
const commonParameters: ReadonlyMap<Cbor, (value: Cbor) => boolean> = new Map<Cbor, (value: Cbor) => boolean>([
  [headerLabels.alg, isAlgorithm],
  [headerLabels.crit, isCriticalList],
  [headerLabels.contentType, isContentType],
  [headerLabels.kid, isFilledBytes],
  [headerLabels.iv, isFilledBytes],
  [headerLabels.partialIv, isFilledBytes],
]);

/** So many countersignatures may stand one within the other: each is bytes of its own, which no limit of CBOR counts. */
const deepest = 16;

/** Whether the labels are labels, and the common parameters what they should be; a countersignature has headers too. */
export function isSoundHeader(map: CborMap, rules: Rules, depth = 0): boolean {
  const counter = map.get(headerLabels.counterSignature);
  return (
    [...map].every(([label, value]) => isLabel(label) && (commonParameters.get(label)?.(value) ?? true)) &&
    !(map.has(headerLabels.iv) && map.has(headerLabels.partialIv)) &&
    (counter === undefined || (depth < deepest && areCounterSignatures(counter, rules, depth + 1)))
  );
}

/** One signature or several, each with headers of its own (RFC 8152, 4.5). */
function areCounterSignatures(value: Cbor, rules: Rules, depth: number): boolean {
  const [first] = isArray(value) ? value : [];
  if (!isArray(value) || first === undefined) return false;
  return (isArray(first) ? value : [value]).every((one) => isCounterSignature(one, rules, depth));
}

function isCounterSignature(value: Cbor, rules: Rules, depth: number): boolean {
  const [protectedBytes, unprotectedHeader, signature] = isArray(value) ? value : [];
  if (!isArray(value) || value.length !== 3 || !isBytes(protectedBytes) || !isBytes(signature)) return false;
  const header = readHeader(protectedBytes, rules);
  return (
    header !== undefined && [header, unprotectedHeader].every((one) => isMap(one) && isSoundHeader(one, rules, depth))
  );
}

/** What the signature covers. */
export const signedBytes = (
  { protectedBytes, payload }: Pick<Sign1, 'protectedBytes' | 'payload'>,
  aad: Bytes,
): Bytes => encode(['Signature1', protectedBytes, aad, payload]);

const unreadable: SignedFacts = {
  fault: undefined,
  isSign1: false,
  hasSoundHeaders: false,
  hasLabelsOnce: false,
  hasCritical: false,
  hasCriticalUnprotected: false,
  namesAlgorithm: false,
  verifies: false,
};

export interface ReadSigned {
  readonly facts: SignedFacts;
  /** Given even where the signature does not hold, so that a reader can be shown what was claimed. */
  readonly payload: Bytes;
}

/** Reads what should be a COSE_Sign1, and tries it with the key that should have signed it. Never throws. */
export function readSigned(
  value: Cbor,
  key: PublicKey | undefined,
  rules: Rules = {},
  aad: Bytes = noData,
): ReadSigned {
  try {
    if (rules.payloadsAlone) return readPayloadAlone(value);
    const message = sign1Of(value, rules);
    if (message === undefined) return { facts: unreadable, payload: noData };
    return { facts: factsOf(message, key, aad, rules), payload: message.payload };
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return { facts: { ...unreadable, fault: error.fault }, payload: noData };
  }
}

/** What readers see who look at no header and no signature. */
function readPayloadAlone(value: Cbor): ReadSigned {
  const payload = isArray(value) && value.length === 4 ? value[2] : undefined;
  const isSign1 = isBytes(payload);
  return { facts: { ...unreadable, isSign1 }, payload: isSign1 ? payload : noData };
}

function factsOf(message: Sign1, key: PublicKey | undefined, aad: Bytes, rules: Rules): SignedFacts {
  const { protectedHeader, unprotectedHeader, signature } = message;
  let holds: boolean | undefined;
  return {
    fault: undefined,
    isSign1: true,
    hasSoundHeaders: [protectedHeader, unprotectedHeader].every((header) => isSoundHeader(header, rules)),
    hasLabelsOnce: [...unprotectedHeader.keys()].every((label) => !protectedHeader.has(label)),
    hasCritical: protectedHeader.has(headerLabels.crit),
    hasCriticalUnprotected: unprotectedHeader.has(headerLabels.crit),
    namesAlgorithm: key !== undefined && protectedHeader.get(headerLabels.alg) === kindNumbers[key.keyKind].alg,
    // why: it is dear, and a verifier that has denied before has no need of it.
    get verifies() {
      holds ??= key !== undefined && isSignedBy(key, signedBytes(message, aad), signature, rules);
      return holds;
    },
  };
}

function isSignedBy(key: PublicKey, message: Bytes, signature: Bytes, { anyEd25519 }: Rules): boolean {
  const holds =
    anyEd25519 && key.keyKind === 'Ed25519'
      ? verifiesUnderAnyPoint(key.raw, message, signature)
      : verifies(key, message, signature);
  if (holds) noteOnCurve(key);
  return holds;
}

/** Signs a payload, with the algorithm in the protected header and nothing in the other. */
export function writeSign1(payload: Bytes, key: PrivateKey): readonly Cbor[] {
  const protectedBytes = encode(new Map([[headerLabels.alg, kindNumbers[key.keyKind].alg]]));
  const signature = signWith(key, signedBytes({ protectedBytes, payload }, noData));
  return [protectedBytes, new Map(), payload, signature];
}
