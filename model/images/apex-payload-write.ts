/** Images as APEXes have them: content with a hash tree, a signed description of it, and the footer that finds that. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../bytes.ts';
import { ascii, bigEndian, concat } from '../bytes.ts';
import { treeOf } from '../storage/merkle.ts';
import { signRsa, signedHashes } from '../rsa.ts';
import type { RsaPrivateKey } from '../rsa.ts';

const blockSize = 4096;
const [footerSize, headerSize, authenticationSize] = [64, 256, 320];
const [vbmetaOffset, hashOffset] = [20, 32];

const longBytes = (value: number): Bytes => bigEndian(BigInt(value), 8);
const wordBytes = (value: number): Bytes => bigEndian(BigInt(value), 4);
const filled = (bytes: Bytes, size: number): Bytes => {
  const whole = new Uint8Array(Math.ceil(bytes.length / size) * size);
  whole.set(bytes);
  return whole;
};

/** The public key as these descriptions have it: with what makes its arithmetic quick. */
export function avbKeyOf({ p, q }: RsaPrivateKey): Bytes {
  const modulus = p * q;
  const [low, r] = [1n << 32n, 1n << 2048n];
  let inverse = 1n;
  for (let step = 0; step < 5; step++) inverse = (inverse * (2n - modulus * inverse)) & (low - 1n);
  const negative = (low - (((inverse % low) + low) % low)) % low;
  return concat(wordBytes(2048), bigEndian(negative, 4), bigEndian(modulus, 256), bigEndian((r * r) % modulus, 256));
}

export interface PayloadParts {
  readonly content: Bytes;
  readonly key: RsaPrivateKey;
  readonly salt?: Bytes;
  /** Who signs, instead of whose key is there. */
  readonly by?: RsaPrivateKey;
}

/** An image with its tree, its description and its footer. */
export function writePayload({ content, key, salt = ascii('salt'), by = key }: PayloadParts): Bytes {
  const data = filled(content, blockSize);
  const made = treeOf(data, { dataBlock: blockSize, hashBlock: blockSize, salt });
  const tree = concat(...made.levels.toReversed());
  const name = new Uint8Array(32);
  name.set(ascii('sha256'));
  const fields = concat(
    wordBytes(1),
    ...[data.length, data.length, tree.length].map(longBytes),
    ...[blockSize, blockSize, 0].map(wordBytes),
    new Uint8Array(16),
    name,
    ...[0, salt.length, made.root.length, 0].map(wordBytes),
    new Uint8Array(60),
    salt,
    made.root,
  );
  const descriptor = concat(longBytes(1), longBytes(Math.ceil(fields.length / 8) * 8), filled(fields, 8));
  const vbmeta = writeVbmeta(avbKeyOf(key), descriptor, by);
  const footer = new Uint8Array(footerSize);
  footer.set(concat(ascii('AVBf'), wordBytes(1), wordBytes(0), longBytes(data.length)));
  footer.set(concat(longBytes(data.length + tree.length), longBytes(vbmeta.length)), vbmetaOffset);
  return concat(data, tree, vbmeta, footer);
}

function writeVbmeta(key: Bytes, descriptors: Bytes, by: RsaPrivateKey): Bytes {
  const auxiliary = filled(concat(descriptors, key), 64);
  const header = new Uint8Array(headerSize);
  header.set(
    concat(
      ascii('AVB0'),
      wordBytes(1),
      wordBytes(0),
      longBytes(authenticationSize),
      longBytes(auxiliary.length),
      wordBytes(1),
    ),
  );
  const spans = [0, 32, 32, 256, descriptors.length, key.length, 0, 0, 0, descriptors.length];
  header.set(concat(...spans.map(longBytes)), hashOffset);
  const digest = sha256(concat(header, auxiliary));
  const signature = signRsa(by, signedHashes.sha256, digest);
  return concat(header, filled(concat(digest, signature), 64), auxiliary);
}
