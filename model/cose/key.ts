/** Public keys: COSE_Key maps in and out, and the points they stand for. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384 } from '@noble/curves/nist.js';
import type { KeyFacts, KeyKind } from '../../spec/evidence/facts.ts';
import type { Bytes } from '../bytes.ts';
import { bigEndian, concat, hex, unsigned } from '../bytes.ts';
import type { Cbor, CborMap } from '../cbor/decode.ts';
import { decode, isArray, isBytes, isInteger, isMap } from '../cbor/decode.ts';
import { EncodingError } from '../cbor/faults.ts';
import type { Rules } from '../cbor/reader.ts';
import { isAlgorithm, isFilledBytes, isKeyType, isLabel } from './registry.ts';

/** A point in the form in which certificates are made of it: 32 bytes for Ed25519, x and y for the others. */
export interface PublicKey {
  readonly keyKind: KeyKind;
  readonly raw: Bytes;
}

export const coseLabels = { kty: 1, kid: 2, alg: 3, keyOps: 4, baseIv: 5, crv: -1, x: -2, y: -3 } as const;
const verifyOperation = 2;
/** What a key may be for, from signing to verifying a MAC (RFC 9052, table 5). */
const lastOperation = 10;
const OKP = 1;
const EC2 = 2;

interface KindNumbers {
  readonly kty: number;
  readonly alg: number;
  readonly crv: number;
  /** The bytes of one coordinate. */
  readonly size: number;
}

/** The numbers by which COSE names each kind. */
export const kindNumbers: Readonly<Record<KeyKind, KindNumbers>> = {
  Ed25519: { kty: OKP, alg: -8, crv: 6, size: 32 },
  'P-256': { kty: EC2, alg: -7, crv: 1, size: 32 },
  'P-384': { kty: EC2, alg: -35, crv: 2, size: 48 },
};

export interface ReadKey {
  readonly facts: KeyFacts;
  /** Given if the facts speak of coordinates; whether they are on the curve, the facts say. */
  readonly key: PublicKey | undefined;
}

const nothing: KeyFacts = {
  fault: undefined,
  isKey: false,
  operations: 'absent',
  verifies: false,
  keyKind: undefined,
  otherLabels: [],
  onCurve: false,
  isOfSmallOrder: false,
  point: '',
};

export const noKey: ReadKey = { facts: nothing, key: undefined };

/** Reads a COSE_Key, sorted where the rules say so. Never throws: what is wrong with it is among the facts. */
export function readKey(bytes: Bytes, rules: Rules = {}): ReadKey {
  try {
    return readKeyMap(decode(bytes, rules), rules);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return { facts: { ...nothing, fault: error.fault }, key: undefined };
  }
}

/** The same of a value that was decoded already. */
export function readKeyMap(value: Cbor, { agreementKeys, anyEd25519 }: Rules = {}): ReadKey {
  if (!isMap(value) || !hasCommonTypes(value)) return noKey;
  const keyKind = kindOf(value, agreementKeys ?? false);
  const isAnyPoint = (anyEd25519 ?? false) && keyKind === 'Ed25519';
  const raw = keyKind === undefined ? undefined : coordinatesOf(value, keyKind);
  const key = keyKind === undefined || raw === undefined ? undefined : { keyKind, raw };
  const { operations, verifies } = operationsOf(value);
  const facts: KeyFacts = {
    fault: undefined,
    isKey: true,
    operations,
    verifies,
    keyKind,
    otherLabels: otherLabels(value),
    // why: it is as dear as a tenth of a signature, and a key under which a signature holds need not be asked.
    get onCurve() {
      return key !== undefined && (isAnyPoint ? key.raw.length === kindNumbers.Ed25519.size : isOnCurve(key));
    },
    isOfSmallOrder: key !== undefined && isOfSmallOrder(key),
    get point() {
      return this.onCurve && key ? `${key.keyKind} ${hex(key.raw)}` : '';
    },
  };
  return { facts, key };
}

/** The encodings of the eight points of Ed25519 whose order divides 8. */
const smallOrder: ReadonlySet<string> = new Set([
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
]);

/** Curves of prime order have no such point. */
const isOfSmallOrder = ({ keyKind, raw }: PublicKey): boolean => keyKind === 'Ed25519' && smallOrder.has(hex(raw));

function hasCommonTypes(map: CborMap): boolean {
  const filled = (value: Cbor | undefined): boolean => value === undefined || isFilledBytes(value);
  const operations = map.get(coseLabels.keyOps);
  return (
    [...map.keys()].every(isLabel) &&
    isKeyType(map.get(coseLabels.kty)) &&
    (!map.has(coseLabels.alg) || isAlgorithm(map.get(coseLabels.alg))) &&
    filled(map.get(coseLabels.kid)) &&
    filled(map.get(coseLabels.baseIv)) &&
    (operations === undefined || isInteger(operations) || isOperations(operations))
  );
}

const isOperations = (value: Cbor): boolean =>
  isArray(value) && value.length > 0 && value.every(isLabel) && new Set(value).size === value.length;

const isOperation = (value: Cbor): boolean =>
  typeof value === 'string' || (isInteger(value) && value >= 1 && value <= lastOperation);

function operationsOf(map: CborMap): Pick<KeyFacts, 'operations' | 'verifies'> {
  const operations = map.get(coseLabels.keyOps);
  if (operations === undefined) return { operations: 'absent', verifies: false };
  if (isArray(operations)) {
    return {
      operations: operations.every(isOperation) ? 'array' : 'unknown',
      verifies: operations.includes(verifyOperation),
    };
  }
  return { operations: 'one integer', verifies: operations === verifyOperation };
}

const kinds = Object.entries(kindNumbers) as readonly [KeyKind, KindNumbers][];

/** ECDH-ES with HKDF-256, which some readers take for the algorithm of a key that signs. */
const agreement = -25;
const agreeing: readonly KeyKind[] = ['Ed25519', 'P-256'];

function kindOf(map: CborMap, takesAgreement: boolean): KeyKind | undefined {
  const algorithm = map.get(coseLabels.alg);
  return kinds.find(([kind, { kty, alg, crv }]) => {
    const isIts = algorithm === alg || (takesAgreement && algorithm === agreement && agreeing.includes(kind));
    return isIts && map.get(coseLabels.kty) === kty && map.get(coseLabels.crv) === crv;
  })?.[0];
}

/** Labels beyond the common ones and the coordinates; -4, the private part, is the one that matters most. */
function otherLabels(map: CborMap): readonly string[] {
  const { kty, kid, alg, keyOps, baseIv, crv, x, y } = coseLabels;
  const known: readonly Cbor[] = [kty, kid, alg, keyOps, baseIv, crv, x, ...(map.get(kty) === EC2 ? [y] : [])];
  return [...map.keys()].filter((label) => !known.includes(label)).map((label) => String(label as string | number));
}

function coordinatesOf(map: CborMap, keyKind: KeyKind): Bytes | undefined {
  const x = map.get(coseLabels.x);
  if (!isBytes(x)) return undefined;
  if (keyKind === 'Ed25519') return x;
  const y = map.get(coseLabels.y);
  if (!isBytes(y)) return undefined;
  return joinCoordinates(keyKind, x, y);
}

/** Coordinates are numbers: zeros in front may be missing, or be too many. */
function joinCoordinates(keyKind: KeyKind, x: Bytes, y: Bytes): Bytes | undefined {
  const { size } = kindNumbers[keyKind];
  if (x.length === size && y.length === size) return concat(x, y);
  const [left, right] = [unsigned(x), unsigned(y)];
  const limit = 1n << BigInt(8 * size);
  if (left >= limit || right >= limit) return undefined;
  return concat(bigEndian(left, size), bigEndian(right, size));
}

const x25519 = { kty: OKP, alg: agreement, crv: 4, size: 32 } as const;

/** The point of a key with which one agrees on another, and whose algorithm may be left out; undefined if it is none. */
export function agreementPoint(value: Cbor | undefined, curve: 'X25519' | 'P-256'): Bytes | undefined {
  if (!isMap(value) || !hasCommonTypes(value) || value.has(coseLabels.keyOps) || otherLabels(value).length > 0) {
    return undefined;
  }
  const { kty, alg, crv } = curve === 'X25519' ? x25519 : kindNumbers['P-256'];
  const isIts = value.get(coseLabels.kty) === kty && value.get(coseLabels.crv) === crv;
  if (!isIts || (value.get(coseLabels.alg) ?? alg) !== alg) return undefined;
  const point = coordinatesOf(value, curve === 'X25519' ? 'Ed25519' : curve);
  return curve === 'X25519' && point?.length !== x25519.size ? undefined : point;
}

const points = new WeakMap<PublicKey, boolean>();

/** A signature holds under the key, so that it is a point. */
export const noteOnCurve = (key: PublicKey): unknown => points.set(key, true);

function isOnCurve(key: PublicKey): boolean {
  const known = points.get(key) ?? isPoint(key.keyKind, key.raw);
  points.set(key, known);
  return known;
}

/** Whether the bytes are a point of the curve, in the one encoding that is allowed for it. */
export function isPoint(keyKind: KeyKind, raw: Bytes): boolean {
  try {
    if (keyKind === 'Ed25519') ed25519.Point.fromBytes(raw, false);
    else (keyKind === 'P-256' ? p256 : p384).Point.fromBytes(Uint8Array.of(0x04, ...raw)).assertValidity();
    return true;
  } catch {
    // The library throws for whatever is not a point.
    return false;
  }
}

/** The map that certificates carry, in the order in which Open DICE writes it. */
export function coseKeyOf({ keyKind, raw }: PublicKey, operations: 'with operations' | 'bare'): CborMap {
  const { kty, alg, crv, size } = kindNumbers[keyKind];
  const { x, y } = coseLabels;
  return new Map<Cbor, Cbor>([
    [coseLabels.kty, kty],
    [coseLabels.alg, alg],
    ...(operations === 'bare' ? [] : [[coseLabels.keyOps, [verifyOperation]] as const]),
    [coseLabels.crv, crv],
    [x, raw.slice(0, size)],
    ...(keyKind === 'Ed25519' ? [] : [[y, raw.slice(size)] as const]),
  ]);
}
