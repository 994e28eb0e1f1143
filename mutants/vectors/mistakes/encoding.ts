/** Mistakes in how CBOR is read, and in which kind of evidence some bytes are. */
import type { Mistake } from '../planted.ts';
import { mistakesIn } from './in.ts';

// prettier-ignore
const inCbor = mistakesIn('cbor.ts', [
  ['depth-15', 'denies what nests 16 levels deep', 'const deepest = 16;', 'const deepest = 15;'],
  ['depth-17', 'takes what nests 17 levels deep', 'const deepest = 16;', 'const deepest = 17;'],
  ['depth-32', 'takes what nests up to 32 levels deep', 'const deepest = 16;', 'const deepest = 32;'],
  ['size-64-kib-excluded', 'denies an item of exactly 64 KiB', 'bytes.length <= largest', 'bytes.length < largest'],
  ['size-unlimited', 'takes items of any size', 'bytes.length <= largest', 'true'],
  ['bytes-after-the-end', 'ignores bytes after the end of an item', "need(end === bytes.length, 'bytes follow');", ''],
  ['long-numbers', 'takes numbers in more bytes than they need', 'count >= least', 'true'],
  ['long-numbers-beyond-a-byte', 'looks for the shortest form in one byte alone', 'low === 24 ? 24n : 1n << BigInt(4 * size)', 'low === 24 ? 24n : 0n'],
  ['least-number-off-by-one', 'denies the least number of each size', 'count >= least', 'count > least'],
  ['bad-utf-8', 'takes texts that are not UTF-8', 'fatal: true', 'fatal: false'],
  ['byte-order-mark', 'takes texts that begin with a byte order mark', "need(!text.startsWith('\\ufeff'), 'a byte order mark');", ''],
  ['byte-order-mark-anywhere', 'denies a byte order mark anywhere in a text', "!text.startsWith('\\ufeff')", "!text.includes('\\ufeff')"],
  ['keys-twice', 'takes maps that have a key twice', "need(!entries.some((one) => one.encodedKey.equals(encodedKey)), 'a key is there twice');", ''],
  ['keys-twice-in-a-row', 'finds a repeated key only beside the first', 'entries.some((one) => one.encodedKey.equals(encodedKey))', 'entries.at(-1)?.encodedKey.equals(encodedKey)'],
  ['tags-ignored', 'takes a tagged item for what is in it', "need(rules.anyKind === true, 'a tag');\n      return { value: other, end: itemAt(bytes, body, depth + 1, rules).end };", 'return itemAt(bytes, body, depth + 1, rules);'],
  ['floats', 'takes floats and undefined anywhere', "need(anyKind === true, 'a float or a simple value without a name');", ''],
  ['keys-of-any-kind', 'takes maps whose keys are arrays', "need(isInteger(key) || isText(key) || isBytes(key), 'a key is neither an integer nor a string');", ''],
  ['no-byte-string-keys', 'denies maps whose keys are byte strings', 'isInteger(key) || isText(key) || isBytes(key)', 'isInteger(key) || isText(key)'],
  ['simple-values-in-two-forms', 'takes simple values in a form that there is not', "need(low !== 24 || bytes.readUInt8(at + 1) >= 32, 'no such simple value');", ''],
  ['unsorted-root-key', 'takes a root key in a byte string in any order', "need(!rules.sorted || !before || before.compare(encodedKey) < 0, 'keys out of order');", ''],
  ['shorter-keys-first', 'has shorter keys of a root key before longer ones', 'before.compare(encodedKey) < 0', '(before.length - encodedKey.length || before.compare(encodedKey)) < 0', 'every label that a key may have takes one byte'],
  ['everything-sorted', 'demands an order of keys in every map', '!rules.sorted || !before', '!before'],
  ['open-head-reserved', 'takes reserved heads', "need(low <= 27, 'no such head');", "if (low > 27) return { value: other, end: at + 1 };"],
]);

// prettier-ignore
const inVerify = mistakesIn('verify.ts', [
  ['explicit-key-of-any-form', 'looks for no 1 before a root key in a byte string', 'first === 1n && isBytes(second)', 'isBytes(second)'],
  ['no-explicit-key', 'knows no root key in a byte string', 'first === 1n && isBytes(second)', 'false'],
]);

// prettier-ignore
const inHandover = mistakesIn('handover.ts', [
  ['handover-in-any-order', 'takes the parts of a handover in any order', 'labels.every((label, at) => label === BigInt(at + 1))', 'true'],
  ['attestation-secret-of-any-size', 'takes an attestation secret of any size', 'isBytes(attest) && attest.length === 32', 'isBytes(attest)'],
  ['sealing-secret-of-any-size', 'takes a sealing secret of any size', 'isBytes(seal) && seal.length === 32', 'isBytes(seal)'],
  ['sealing-secret-short-alone', 'takes a sealing secret that is too long', 'isBytes(seal) && seal.length === 32', 'isBytes(seal) && seal.length >= 32'],
  ['leaf-key-of-any-secret', 'does not compare the leaf key with the secret', "need(derivedPoint(leafKey.kind, attest).equals(leafKey.point), 'the leaf key of another secret');", ''],
  ['one-step-of-the-generator', 'takes the first step of the generator for a candidate', 'mac(key, mac(key, value))', 'mac(key, value)'],
  ['candidate-of-32-bytes', 'makes a private number of 32 bytes on every curve', "kind === 'P-256' ? 32 : 48", '32'],
  ['key-from-the-secret-itself', 'makes the key of the secret, and not of a seed', "Buffer.from(hkdfSync('sha512', secret, salt, 'Key Pair', 32))", 'secret'],
]);

export const encodingMistakes: readonly Mistake[] = [...inCbor, ...inVerify, ...inHandover];
