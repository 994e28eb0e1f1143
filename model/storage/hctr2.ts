/** HCTR2 with AES (Crowley, Huckleberry and Biggers, 2021): one block of any length from 16 bytes on. */
import { ecb } from '@noble/ciphers/aes.js';
import { polyval } from '@noble/ciphers/_polyval.js';
import type { Bytes } from '../bytes.ts';
import { concat } from '../bytes.ts';

const blockSize = 16;
const aes = (key: Bytes): ReturnType<typeof ecb> => ecb(key, { disablePadding: true });
const xor = (a: Bytes, b: Bytes): Bytes => a.map((byte, i) => byte ^ (b[i] ?? 0));
const littleEndian = (value: number): Bytes => {
  const block = new Uint8Array(blockSize);
  new DataView(block.buffer).setUint32(0, value, true);
  return block;
};
const filled = (bytes: Bytes, fill: Bytes): Bytes =>
  concat(bytes, fill.subarray(0, (blockSize - (bytes.length % blockSize)) % blockSize));
const zeros = new Uint8Array(blockSize);
const one = littleEndian(1);

/** The hash of tweak and message: says how long the tweak is and whether the message ends in a part of a block. */
function hash(key: Bytes, tweak: Bytes, message: Bytes): Bytes {
  const isWhole = message.length % blockSize === 0;
  const head = littleEndian(16 * tweak.length + (isWhole ? 2 : 3));
  return polyval(concat(head, filled(tweak, zeros), filled(message, one)), key);
}

/** The stream that a start block gives: the counter is little-endian, begins at 1, and is added without carry. */
function stream(cipher: ReturnType<typeof aes>, start: Bytes, length: number): Bytes {
  const count = Math.ceil(length / blockSize);
  const blocks = Array.from({ length: count }, (_, i) => xor(start, littleEndian(i + 1)));
  return cipher.encrypt(concat(...blocks)).subarray(0, length);
}

function crypt(key: Bytes, tweak: Bytes, input: Bytes, inner: 'encrypt' | 'decrypt'): Bytes {
  if (input.length < blockSize) throw new Error('unreachable: less than a block');
  const hashKey = aes(key).encrypt(zeros);
  const mask = aes(key).encrypt(one);
  const [first, rest] = [input.subarray(0, blockSize), input.subarray(blockSize)];
  const before = xor(first, hash(hashKey, tweak, rest));
  const after = aes(key)[inner](before);
  const others = xor(rest, stream(aes(key), xor(xor(before, after), mask), rest.length));
  return concat(xor(after, hash(hashKey, tweak, others)), others);
}

export const hctr2 = {
  encrypt: (key: Bytes, tweak: Bytes, plain: Bytes): Bytes => crypt(key, tweak, plain, 'encrypt'),
  decrypt: (key: Bytes, tweak: Bytes, sealed: Bytes): Bytes => crypt(key, tweak, sealed, 'decrypt'),
};
