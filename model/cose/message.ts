/** COSE messages beyond what certificates need: several signatures, more curves, and headers that others write. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { ed448 } from '@noble/curves/ed448.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../bytes.ts';
import type { Cbor, CborMap } from '../cbor/decode.ts';
import { decode, isArray, isBytes, isMap } from '../cbor/decode.ts';
import { encode } from '../cbor/encode.ts';
import { tagOf } from '../cbor/parts.ts';
import { covered, headerLabels, readHeader, readSign1, signedBytes } from './sign1.ts';

export type Curve = 'Ed25519' | 'Ed448' | 'P-256' | 'P-384' | 'P-521';

/** A point as its curve writes it: x and y side by side, or the encoding of EdDSA. */
export interface CurveKey {
  readonly curve: Curve;
  readonly raw: Bytes;
}

/** One signature, with all that it covers. */
export interface Signature {
  readonly protectedHeader: CborMap;
  readonly unprotectedHeader: CborMap;
  readonly signature: Bytes;
  /** What is signed, given the data that both sides know. */
  covers(aad: Bytes): Bytes;
}

export interface Message {
  readonly payload: Bytes;
  readonly signatures: readonly Signature[];
}

const tags = { sign1: 18, sign: 98 } as const;

/** Reads COSE_Sign1 or COSE_Sign, tagged or, with `untagged` telling which, not. Throws an EncodingError. */
export function readMessage(bytes: Bytes, untagged: 'sign1' | 'sign'): Message | undefined {
  const { tag, body } = tagOf(bytes);
  if (tag === undefined) return untagged === 'sign1' ? readOne(bytes) : readMany(bytes);
  if (tag === tags.sign1) return readOne(body);
  return tag === tags.sign ? readMany(body) : undefined;
}

function readOne(bytes: Bytes): Message | undefined {
  const message = readSign1(bytes);
  return (
    message && { payload: message.payload, signatures: [{ ...message, covers: (aad) => signedBytes(message, aad) }] }
  );
}

function readMany(bytes: Bytes): Message | undefined {
  const value = decode(bytes);
  if (!isArray(value) || value.length !== 4) return undefined;
  const [bodyProtected, unprotectedHeader, payload, signers] = value;
  if (!isBytes(bodyProtected) || !isMap(unprotectedHeader) || !isBytes(payload) || !isArray(signers)) return undefined;
  const bodyHeader = readHeader(bodyProtected);
  if (bodyHeader === undefined) return undefined;
  const body = covered(bodyProtected, bodyHeader);
  const signatures = signers.map((signer) => readSigner(signer, body, payload));
  const read = signatures.filter((one) => one !== undefined);
  return read.length === signers.length && read.length > 0 ? { payload, signatures: read } : undefined;
}

function readSigner(signer: Cbor, bodyProtected: Bytes, payload: Bytes): Signature | undefined {
  if (!isArray(signer) || signer.length !== 3) return undefined;
  const [protectedBytes, unprotectedHeader, signature] = signer;
  if (!isBytes(protectedBytes) || !isMap(unprotectedHeader) || !isBytes(signature)) return undefined;
  const protectedHeader = readHeader(protectedBytes);
  if (protectedHeader === undefined) return undefined;
  const own = covered(protectedBytes, protectedHeader);
  const covers = (aad: Bytes): Bytes => encode(['Signature', bodyProtected, own, aad, payload]);
  return { protectedHeader, unprotectedHeader, signature, covers };
}

const hashes: ReadonlyMap<Cbor, (bytes: Bytes) => Bytes> = new Map<Cbor, (bytes: Bytes) => Bytes>([
  [-7, sha256],
  [-35, sha384],
  [-36, sha512],
]);
const edDsa = -8;
const curves = { 'P-256': p256, 'P-384': p384, 'P-521': p521 } as const;

/**
 * Whether the signature is one of the key. Never throws. COSE lets the algorithm stand in either header; a verifier
 * that takes it from the unprotected one lets the sender change it, so certificates are not read by this function.
 */
export function holds(signature: Signature, { curve, raw }: CurveKey, aad: Bytes = new Uint8Array()): boolean {
  const { protectedHeader, unprotectedHeader } = signature;
  if (protectedHeader.has(headerLabels.crit)) return false;
  const algorithm = protectedHeader.get(headerLabels.alg) ?? unprotectedHeader.get(headerLabels.alg);
  const message = signature.covers(aad);
  try {
    if (curve === 'Ed25519' || curve === 'Ed448') {
      const scheme = curve === 'Ed25519' ? ed25519 : ed448;
      return algorithm === edDsa && scheme.verify(signature.signature, message, raw, { zip215: false });
    }
    const hash = algorithm === undefined ? undefined : hashes.get(algorithm);
    const options = { prehash: false, lowS: false, format: 'compact' } as const;
    const point = Uint8Array.of(0x04, ...raw);
    return hash !== undefined && curves[curve].verify(signature.signature, hash(message), point, options);
  } catch {
    // The library throws where a signature or a point is malformed.
    return false;
  }
}
