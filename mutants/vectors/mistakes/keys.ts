/** Mistakes in what is asked of keys and of signatures. */
import type { Mistake } from '../planted.ts';
import { mistakesIn } from './in.ts';

const json = (key: string): string =>
  `JSON.stringify(${key}.parameters.entries.map((e) => [e.encodedKey.toString('hex'), Buffer.isBuffer(e.value) ? e.value.toString('hex') : String(e.value)]))`;

// prettier-ignore
const ofKeys = mistakesIn('cose.ts', [
  ['operations-demanded', 'denies keys that name no operations', '  if (isInteger(operations)) {', "  need(operations !== undefined, 'no operations');\n  if (isInteger(operations)) {"],
  ['operations-ignored', 'takes keys that are not for verifying', "need(operations.includes(2n), 'not for verifying');\n  }\n", '}\n'],
  ['verifying-alone', 'denies keys that are for more than verifying', 'operations.includes(2n)', 'operations.every((one) => one === 2n)'],
  ['first-operation', 'looks at the first operation of a key alone', 'operations.includes(2n)', 'operations[0] === 2n'],
  ['verify-in-words', 'takes the text "verify" for the operation', 'operations.includes(2n)', "(operations.includes(2n) || operations.includes('verify'))"],
  ['unknown-operations', 'takes operations that there are not', "need(operations.every(isOperation), 'an operation that there is not');", ''],
  ['no-operations-in-words', 'denies operations that are texts', 'isText(one) || (isInteger(one) && one >= 1n && one <= 10n)', 'isInteger(one) && one >= 1n && one <= 10n'],
  ['operations-up-to-9', 'denies the operation 10', 'one <= 10n', 'one < 10n'],
  ['operations-up-to-11', 'takes the operation 11', 'one <= 10n', 'one <= 11n'],
  ['operations-from-0', 'takes the operation 0', 'one >= 1n', 'one >= 0n'],
  ['integer-operations', 'takes an integer for the operations in every release', "need(integerKeyOperations, 'the operations are one integer');", ''],
  ['no-integer-operations', 'takes an integer for the operations in no release', "need(integerKeyOperations, 'the", "need(false, 'the"],
  ['any-integer-operation', 'takes any integer for the operations of Android 13', "need(operations === 2n, 'not for verifying');", ''],
  ['no-operation-at-all', 'takes an empty list of operations', 'value.length > 0 && value.every(isLabel) && new', 'value.every(isLabel) && new'],
  ['operations-twice', 'takes an operation that is there twice', ' && new Set(value).size === value.length', ''],
  ['private-halves', 'takes keys with any other parameter', "value.entries.every(({ key }) => known.includes(key))", 'true'],
  ['private-halves-alone', 'denies no other parameter than the private half', 'known.includes(key)', 'key !== -4n'],
  ['y-of-ed25519', 'takes a y beside a key of Ed25519', '!isOfOnePoint || label !== labels.y', 'true'],
  ['no-key-identifiers', 'denies keys that have an identifier', 'Object.values(labels).filter((label) =>', 'Object.values(labels).filter((label) => label !== labels.kid).filter((label) =>'],
  ['empty-key-identifier', 'does not look at the identifier of a key', '    filled(labels.kid) &&\n', ''],
  ['empty-base-iv', 'does not look at the base IV of a key', '    filled(labels.baseIv) &&\n', ''],
  ['empty-byte-strings', 'takes empty byte strings in a key', 'isBytes(held) && held.length > 0', 'isBytes(held)'],
  ['operations-of-keys-to-sign', 'takes a key to be certified for operations that there are not', 'isArray(operations) && operations.every(isOperation));', 'isArray(operations));'],
  ['integer-operation-of-keys-to-sign', 'takes an integer for the operations of a key to be certified', 'operations === undefined || (isArray(operations)', 'operations === undefined || isInteger(operations) || (isArray(operations)'],
  ['no-operations-of-keys-to-sign', 'demands operations of a key to be certified', 'operations === undefined || (isArray(operations)', 'operations !== undefined && (isArray(operations)'],
  ['labels-of-any-kind', 'takes any labels in a key that is to be certified', 'value.entries.every(({ key }) => isLabel(key)) &&\n', ''],
  ['key-algorithm', 'does not look at the algorithm of a key', 'map.get(labels.alg) === alg && ', ''],
  ['key-curve', 'does not look at the curve of a key', ' && map.get(labels.crv) === crv', ''],
  ['ed25519-no-point', 'takes any bytes for a key of Ed25519', "need(isOnCurve(kind, x), 'no point');", "need(x.length === 32, 'no point');"],
  ['ecdsa-no-point', 'takes any x and y for a point', "need(isOnCurve(kind, point), 'no point');", ''],
  ['coordinates-of-full-length', 'denies coordinates that lack a zero in front', 'digits.length <= 2 * size', 'bytes.length >= size && digits.length <= 2 * size'],
  ['coordinates-not-longer', 'denies coordinates with a zero too many in front', 'digits.length <= 2 * size', 'bytes.length <= size'],
  ['coordinates-cut', 'takes the last bytes of a coordinate that is too long', "need(digits.length <= 2 * size, 'a coordinate is too large');\n  return Buffer.from(digits.padStart(2 * size, '0'), 'hex');", "return Buffer.from(digits.padStart(2 * size, '0').slice(-2 * size), 'hex');"],
  ['small-order', 'takes points of small order', "need(!isOfSmallOrder(key), 'a point of small order');", ''],
  ['keys-to-sign-of-any-kind', 'lets keys of any kind be certified', "need(pointKeyOf(value).kind === 'P-256', 'a key to be certified is not on P-256');", 'pointKeyOf(value);'],
  ['keys-to-sign-by-the-form', 'looks at the form alone of a key to be certified', "need(pointKeyOf(value).kind === 'P-256', 'a key to be certified is not on P-256');", ''],
  ['keys-to-sign-like-keys-of-chains', 'asks of a key to be certified what it asks of a chain', 'pointKeyOf(value).kind', 'readKey(value, false).kind'],
]);

// prettier-ignore
const ofCurves = mistakesIn('curves.ts', [
  ['neutral-point-alone', 'finds no point of small order but the neutral one', 'const smallOrder = [1n, 0n, root8, p25519 - root8, p25519 - 1n];', 'const smallOrder = [1n];'],
  ['order-8-forgotten', 'finds no points of order 8', '0n, root8, p25519 - root8, ', '0n, '],
  ['order-2-forgotten', 'does not find the point of order 2', ', p25519 - 1n];', '];'],
  ['sign-of-small-order', 'finds points of small order with one sign alone', "const y = number(Buffer.from(point).reverse()) & (2n ** 255n - 1n);", 'const y = number(Buffer.from(point).reverse());'],
  ['y-beyond-p', 'takes y from p on', 'if (y >= p25519) return false;', ''],
  ['any-y', 'takes any y below p for a point', 'return power(square, (p25519 - 1n) / 2n, p25519) === 1n;', 'return true;'],
]);

// prettier-ignore
const ofSignatures = mistakesIn('cose.ts', [
  ['der-signatures', 'takes ECDSA signatures in DER as well', "need(signature.length === 2 * numbers[kind].size, 'a signature of another size');", "if (kind !== 'Ed25519' && signature.length !== 2 * numbers[kind].size) return verify(hashes[kind], message, { key, format: 'der', type: 'spki' }, signature);"],
  ['der-signatures-alone', 'takes ECDSA signatures in DER alone', "dsaEncoding: 'ieee-p1363'", "dsaEncoding: 'der'"],
  ['low-s', 'denies ECDSA signatures on P-256 with a high s', "need(signature.length === 2 * numbers[kind].size,", "need(kind !== 'P-256' || (signature[32] ?? 0) < 128, 'a high s');\n  need(signature.length === 2 * numbers[kind].size,"],
  ['sha-256-for-p-384', 'hashes with SHA-256 for P-384', "'P-384': 'sha384' }", "'P-384': 'sha256' }"],
  ['signatures-ignored', 'does not verify signatures', "need(isSignedBy(key, Buffer.concat(signed), signature), 'the signature does not hold');", ''],
  ['five-parts', 'takes a COSE_Sign1 with a part too many', 'isArray(value) && value.length === 4', 'isArray(value) && value.length >= 4'],
  ['unprotected-header-ignored', 'looks at the protected header alone', 'checkHeader(unprotectedHeader);', ''],
  ['protected-header-ignored', 'looks at the unprotected header alone', 'checkHeader(protectedHeader);', "need(isMap(protectedHeader), 'no header');"],
  ['labels-in-both-headers', 'takes a label in both headers', 'unprotectedHeader.entries.every((two) => one.key !== two.key)', 'true'],
  ['empty-unprotected-header', 'denies anything in the unprotected header', "need(!unprotectedHeader.has(headers.crit), 'crit", "need(unprotectedHeader.entries.length === 0, 'crit"],
  ['algorithm-alone', 'denies anything but the algorithm in the protected header', "need(!protectedHeader.has(headers.crit), 'crit", "need(protectedHeader.entries.length === 1, 'crit"],
  ['critical-unprotected', 'does not look for critical parameters in the unprotected header', "need(!unprotectedHeader.has(headers.crit), 'critical parameters in the unprotected header');", ''],
  ['critical', 'does not look for critical parameters in the protected header', "need(!protectedHeader.has(headers.crit), 'critical parameters');", ''],
  ['algorithm-unprotected', 'takes the algorithm from the unprotected header too', 'protectedHeader.get(headers.alg) ===', '(protectedHeader.get(headers.alg) ?? unprotectedHeader.get(headers.alg)) ==='],
  ['algorithm-ignored', 'does not look at the algorithm in headers', "need(protectedHeader.get(headers.alg) === numbers[key.kind].alg, 'the algorithm of another key');", ''],
]);

// prettier-ignore
const ofComparing = mistakesIn('chain.ts', [
  ['keys-once-by-encoding', 'compares keys as they are written', 'one.kind === other.kind && one.point.equals(other.point)', `${json('one')} === ${json('other')}`],
]);

export const keyMistakes: readonly Mistake[] = [...ofKeys, ...ofCurves, ...ofSignatures, ...ofComparing];
