/** Descriptions of images, written and signed with the keys of tests, and partitions that end with one. */
import type { Bytes } from '../bytes.ts';
import { ascii, bigEndian, concat, hex } from '../bytes.ts';
import type { RsaPrivateKey } from '../rsa.ts';
import { publicKeyOf, signRsa } from '../rsa.ts';
import { encodeAvbKey } from './avb-key.ts';
import { footerBytes, footerMagic } from './footer.ts';
import { testKeys } from './test-keys.ts';
import { vbmetaHeader, vbmetaMagic, vbmetaSignatures } from './vbmeta.ts';

export interface Description {
  readonly key?: RsaPrivateKey;
  /** By its number. */
  readonly algorithm?: number;
  readonly descriptors?: readonly Bytes[];
  readonly rollbackIndex?: number;
  readonly rollbackLocation?: number;
  readonly flags?: number;
}

/** What is signed. */
export interface Unsigned {
  readonly header: Bytes;
  readonly auxiliary: Bytes;
}

const blockUnit = 64;
const filled = (bytes: Bytes, unit = blockUnit): Bytes =>
  concat(bytes, new Uint8Array(Math.ceil(bytes.length / unit) * unit - bytes.length));
const word = (value: number): Bytes => bigEndian(BigInt(value), 4);
const wide = (value: number): Bytes => bigEndian(BigInt(value), 8);

export const avbKeyOf = (key: RsaPrivateKey): Bytes => encodeAvbKey(publicKeyOf(key).modulus);

const signatureOf = (algorithm: number) => {
  const found = vbmetaSignatures[algorithm];
  if (found === undefined) throw new Error(`unreachable: nothing is signed with algorithm ${algorithm}`);
  return found;
};

/** Header and auxiliary block: descriptors first, then the key, as avbtool has them. */
export function layOut(description: Description): Unsigned {
  const { key = testKeys.maker, algorithm = 1, descriptors = [] } = description;
  const { rollbackIndex = 0, rollbackLocation = 0, flags = 0 } = description;
  const [hash, modulus] = signatureOf(algorithm);
  const [list, publicKey] = [concat(...descriptors), avbKeyOf(key)];
  const auxiliary = filled(concat(list, publicKey));
  const header = concat(
    ...[vbmetaMagic, word(1), word(0), wide(filled(new Uint8Array(hash.size + modulus)).length)],
    ...[wide(auxiliary.length), word(algorithm), wide(0), wide(hash.size), wide(hash.size), wide(modulus)],
    ...[wide(list.length), wide(publicKey.length), wide(list.length + publicKey.length), wide(0)],
    ...[wide(0), wide(list.length), wide(rollbackIndex), word(flags), word(rollbackLocation)],
    ascii('pvm-spec'),
  );
  return { header: filled(header, vbmetaHeader), auxiliary };
}

/** Signing takes long, and the same is signed over and over. */
const signatures = new Map<string, Bytes>();

/** A description whose header and auxiliary block are as they are, with hash and signature between them. */
export function seal({ header, auxiliary }: Unsigned, key: RsaPrivateKey = testKeys.maker, algorithm = 1): Bytes {
  const [hash] = signatureOf(algorithm);
  const digest = hash.of(concat(header, auxiliary));
  const name = `${algorithm} ${hex(digest)} ${key.p}`;
  const signature = signatures.get(name) ?? signRsa(key, hash, digest);
  signatures.set(name, signature);
  return concat(header, filled(concat(digest, signature)), auxiliary);
}

export const writeVbmeta = (description: Description): Bytes =>
  seal(layOut(description), description.key, description.algorithm);

/** What follows an image up to the end of its partition; the parts begin at multiples of `align`. */
export function writePartition(image: Bytes, vbmeta: Bytes, tree: Bytes = new Uint8Array(), align = blockUnit): Bytes {
  const body = filled(concat(image, tree), align);
  const fixed = concat(footerMagic, word(1), word(0), wide(image.length), wide(body.length), wide(vbmeta.length));
  const before = filled(concat(body, vbmeta), align);
  return concat(before, new Uint8Array(align - footerBytes), filled(fixed, footerBytes));
}
