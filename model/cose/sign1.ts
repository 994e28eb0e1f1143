/** COSE_Sign1: the received bytes of header and payload are what is signed, never an encoding made anew. */
import type { SignedFacts } from '../../spec/evidence/facts.ts';
import type { Bytes } from '../bytes.ts';
import type { Cbor, CborMap } from '../cbor/decode.ts';
import { decode, isArray, isBytes, isInteger, isMap } from '../cbor/decode.ts';
import { encode } from '../cbor/encode.ts';
import { EncodingError } from '../cbor/faults.ts';
import type { Rules } from '../cbor/scan.ts';
import type { PublicKey } from './key.ts';
import { kindNumbers, noteOnCurve } from './key.ts';
import type { PrivateKey } from './signature.ts';
import { signWith, verifies } from './signature.ts';

export interface Sign1 {
  /** The protected header as the signature covers it, and what it holds. */
  readonly protectedBytes: Bytes;
  readonly protectedHeader: CborMap;
  readonly unprotectedHeader: CborMap;
  readonly payload: Bytes;
  readonly signature: Bytes;
}

export const headerLabels = { alg: 1, crit: 2 } as const;
const noData = new Uint8Array();

/** Reads an untagged COSE_Sign1, or gives undefined if the bytes are another thing. Throws an EncodingError. */
export function readSign1(bytes: Bytes, rules: Rules = {}): Sign1 | undefined {
  const value = decode(bytes, rules);
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

const hasLabels = (map: CborMap): boolean =>
  [...map.keys()].every((label) => isInteger(label) || typeof label === 'string');

/** What the signature covers. */
export const signedBytes = (
  { protectedBytes, payload }: Pick<Sign1, 'protectedBytes' | 'payload'>,
  aad: Bytes,
): Bytes => encode(['Signature1', protectedBytes, aad, payload]);

const unreadable: SignedFacts = {
  fault: undefined,
  isSign1: false,
  hasCritical: false,
  namesAlgorithm: false,
  verifies: false,
};

export interface ReadSigned {
  readonly facts: SignedFacts;
  /** Given even where the signature does not hold, so that a reader can be shown what was claimed. */
  readonly payload: Bytes;
}

/** Reads a COSE_Sign1 and tries it with the key that should have signed it. Never throws. */
export function readSigned(
  bytes: Bytes,
  key: PublicKey | undefined,
  rules: Rules = {},
  aad: Bytes = noData,
): ReadSigned {
  try {
    const message = readSign1(bytes, rules);
    if (message === undefined) return { facts: unreadable, payload: noData };
    return { facts: factsOf(message, key, aad), payload: message.payload };
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return { facts: { ...unreadable, fault: error.fault }, payload: noData };
  }
}

function factsOf(message: Sign1, key: PublicKey | undefined, aad: Bytes): SignedFacts {
  const { protectedHeader, signature } = message;
  return {
    fault: undefined,
    isSign1: true,
    hasCritical: protectedHeader.has(headerLabels.crit),
    namesAlgorithm: key !== undefined && protectedHeader.get(headerLabels.alg) === kindNumbers[key.keyKind].alg,
    verifies: key !== undefined && isSignedBy(key, signedBytes(message, aad), signature),
  };
}

function isSignedBy(key: PublicKey, message: Bytes, signature: Bytes): boolean {
  const holds = verifies(key, message, signature);
  if (holds) noteOnCurve(key);
  return holds;
}

/** Signs a payload, with the algorithm in the protected header and nothing in the other. */
export function writeSign1(payload: Bytes, key: PrivateKey): readonly Cbor[] {
  const protectedBytes = encode(new Map([[headerLabels.alg, kindNumbers[key.keyKind].alg]]));
  const signature = signWith(key, signedBytes({ protectedBytes, payload }, noData));
  return [protectedBytes, new Map(), payload, signature];
}
