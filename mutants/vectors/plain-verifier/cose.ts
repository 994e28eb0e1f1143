/** COSE_Key and COSE_Sign1 (RFC 9052, RFC 9053). */
import { verify } from 'node:crypto';
import type { Cbor, CborMap } from './cbor.ts';
import { isArray, isBytes, isInteger, isMap, isText, need } from './cbor.ts';
import { isOnCurve, isOfSmallOrder } from './curves.ts';
import type { Kind } from './curves.ts';
import { checkHeader, headerIn, headers, isLabel } from './headers.ts';

export interface Key {
  readonly kind: Kind;
  /** The point: 32 bytes for Ed25519, x and y at full length for the others. */
  readonly point: Buffer;
  /** All that the COSE_Key says. */
  readonly parameters: CborMap;
}

const labels = { kty: 1n, kid: 2n, alg: 3n, keyOps: 4n, baseIv: 5n, crv: -1n, x: -2n, y: -3n };
const numbers = {
  Ed25519: { kty: 1n, alg: -8n, crv: 6n, size: 32 },
  'P-256': { kty: 2n, alg: -7n, crv: 1n, size: 32 },
  'P-384': { kty: 2n, alg: -35n, crv: 2n, size: 48 },
};
const kinds = ['Ed25519', 'P-256', 'P-384'] as const;

/** Whether the value is a COSE_Key, whatever its kind. */
function isKey(value: Cbor | undefined): value is CborMap {
  if (!isMap(value)) return false;
  const filled = (label: bigint): boolean => {
    const held = value.get(label);
    return held === undefined || (isBytes(held) && held.length > 0);
  };
  const operations = value.get(labels.keyOps);
  return (
    value.entries.every(({ key }) => isLabel(key)) &&
    filled(labels.kid) &&
    filled(labels.baseIv) &&
    (operations === undefined || isInteger(operations) || isOperations(operations))
  );
}

const isOperations = (value: Cbor): boolean =>
  isArray(value) && value.length > 0 && value.every(isLabel) && new Set(value).size === value.length;

/** The kind that type, algorithm and curve stand for, and the point, which has to be on the curve. */
function pointKeyOf(map: CborMap): Key {
  const kind = kinds.find((one) => {
    const { kty, alg, crv } = numbers[one];
    return map.get(labels.kty) === kty && map.get(labels.alg) === alg && map.get(labels.crv) === crv;
  });
  need(kind !== undefined, 'type, algorithm and curve are none that go together');
  const [x, y] = [map.get(labels.x), map.get(labels.y)];
  need(isBytes(x), 'no x');
  if (kind === 'Ed25519') {
    need(isOnCurve(kind, x), 'no point');
    return { kind, point: x, parameters: map };
  }
  need(isBytes(y), 'no y');
  const point = Buffer.concat([coordinate(x, numbers[kind].size), coordinate(y, numbers[kind].size)]);
  need(isOnCurve(kind, point), 'no point');
  return { kind, point, parameters: map };
}

/** Coordinates are numbers: zeros in front may be missing, or be too many. */
function coordinate(bytes: Buffer, size: number): Buffer {
  const digits = bytes.toString('hex').replace(/^(?:00)+/, '');
  need(digits.length <= 2 * size, 'a coordinate is too large');
  return Buffer.from(digits.padStart(2 * size, '0'), 'hex');
}

/** A key of a chain. */
export function readKey(value: Cbor | undefined, integerKeyOperations: boolean): Key {
  need(isKey(value), 'no COSE_Key');
  const operations = value.get(labels.keyOps);
  if (isInteger(operations)) {
    need(integerKeyOperations, 'the operations are one integer');
    need(operations === 2n, 'not for verifying');
  } else if (isArray(operations)) {
    need(operations.every(isOperation), 'an operation that there is not');
    need(operations.includes(2n), 'not for verifying');
  }
  const isOfOnePoint = value.get(labels.kty) === 1n;
  const known: readonly Cbor[] = Object.values(labels).filter((label) => !isOfOnePoint || label !== labels.y);
  need(
    value.entries.every(({ key }) => known.includes(key)),
    'a parameter that no public key has',
  );
  const key = pointKeyOf(value);
  need(!isOfSmallOrder(key), 'a point of small order');
  return key;
}

const isOperation = (one: Cbor): boolean => isText(one) || (isInteger(one) && one >= 1n && one <= 10n);

/** Of a key that is to be certified less is asked. */
export function checkKeyToSign(value: Cbor): void {
  need(isKey(value), 'a key to be certified is no COSE_Key');
  const operations = value.get(labels.keyOps);
  const areOperations = operations === undefined || (isArray(operations) && operations.every(isOperation));
  need(areOperations, 'a key to be certified is for what there is not');
  need(pointKeyOf(value).kind === 'P-256', 'a key to be certified is not on P-256');
}

/** The payload of a COSE_Sign1 that the key has signed. */
export function verifySign1(value: Cbor | undefined, key: Key): Buffer {
  need(isArray(value) && value.length === 4, 'no COSE_Sign1');
  const [protectedBytes, unprotectedHeader, payload, signature] = value;
  need(isBytes(protectedBytes) && isMap(unprotectedHeader), 'no COSE_Sign1');
  need(isBytes(payload) && isBytes(signature), 'no COSE_Sign1');
  const protectedHeader = headerIn(protectedBytes);
  checkHeader(protectedHeader);
  checkHeader(unprotectedHeader);
  need(
    protectedHeader.entries.every((one) => unprotectedHeader.entries.every((two) => one.key !== two.key)),
    'a label in both headers',
  );
  need(!unprotectedHeader.has(headers.crit), 'critical parameters in the unprotected header');
  need(!protectedHeader.has(headers.crit), 'critical parameters');
  need(protectedHeader.get(headers.alg) === numbers[key.kind].alg, 'the algorithm of another key');
  const signed = [
    head(4, 4),
    head(3, 10),
    Buffer.from('Signature1'),
    ...[protectedBytes, Buffer.of(), payload].flatMap(bytesOf),
  ];
  need(isSignedBy(key, Buffer.concat(signed), signature), 'the signature does not hold');
  return payload;
}

const bytesOf = (bytes: Buffer): Buffer[] => [head(2, bytes.length), bytes];

function head(kind: number, count: number): Buffer {
  if (count < 24) return Buffer.of((kind << 5) | count);
  if (count < 256) return Buffer.of((kind << 5) | 24, count);
  return Buffer.of((kind << 5) | 25, count >> 8, count & 255);
}

/** The same keys as X.509 has them, up to the point. */
const prefixes = {
  Ed25519: '302a300506032b6570032100',
  'P-256': '3059301306072a8648ce3d020106082a8648ce3d03010703420004',
  'P-384': '3076301006072a8648ce3d020106052b8104002203620004',
};
const hashes = { Ed25519: null, 'P-256': 'sha256', 'P-384': 'sha384' };

function isSignedBy({ kind, point }: Key, message: Buffer, signature: Buffer): boolean {
  const key = Buffer.concat([Buffer.from(prefixes[kind], 'hex'), point]);
  need(signature.length === 2 * numbers[kind].size, 'a signature of another size');
  const form = { format: 'der', type: 'spki', dsaEncoding: 'ieee-p1363' } as const;
  return verify(hashes[kind], message, { key, ...form }, signature);
}
