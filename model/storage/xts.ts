/** AES in XTS mode (IEEE 1619) on whole blocks: each block of 16 bytes by itself, with a tweak that tells its place. */
import { ecb } from '@noble/ciphers/aes.js';
import type { Bytes } from '../bytes.ts';

const blockSize = 16;

/** The tweaks of a sector's blocks: each is the one before it times x, in little-endian order. */
function tweaks(key: Bytes, sector: Bytes, length: number): Bytes {
  const all = new Uint8Array(length);
  let tweak: Bytes = ecb(key, { disablePadding: true }).encrypt(sector);
  for (let at = 0; at < length; at += blockSize) {
    all.set(tweak, at);
    const top = tweak[blockSize - 1]! >> 7;
    tweak = tweak.map((byte, i, bytes) => ((byte << 1) & 0xff) | (i === 0 ? 0 : bytes[i - 1]! >> 7));
    tweak[0] = tweak[0]! ^ (top * 0x87);
  }
  return all;
}

function crypt(key: Bytes, sector: Bytes, input: Bytes, how: 'encrypt' | 'decrypt'): Bytes {
  if (input.length % blockSize !== 0) throw new Error('unreachable: a part of a block');
  const half = key.length / 2;
  const mask = tweaks(key.subarray(half), sector, input.length);
  const whitened = input.map((byte, i) => byte ^ mask[i]!);
  return ecb(key.subarray(0, half), { disablePadding: true })
    [how](whitened)
    .map((byte, i) => byte ^ mask[i]!);
}

/** The key is two of AES, one behind the other; `sector` fills a block. */
export const xts = {
  encrypt: (key: Bytes, sector: Bytes, plain: Bytes): Bytes => crypt(key, sector, plain, 'encrypt'),
  decrypt: (key: Bytes, sector: Bytes, sealed: Bytes): Bytes => crypt(key, sector, sealed, 'decrypt'),
};
