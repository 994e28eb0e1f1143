/** Descriptions of images, written and signed with the keys of tests, and partitions that end with one. */
import type { Bytes } from '../bytes.ts';
import { ascii, concat, hex } from '../bytes.ts';
import type { RsaPrivateKey } from '../rsa.ts';
import { publicKeyOf, signRsa } from '../rsa.ts';
import { encodeAvbKey } from './avb-key.ts';
import { footerBytes, footerMagic } from './footer.ts';
import { big32, big64, filled } from './reader.ts';
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
  const auxiliary = filled(concat(list, publicKey), blockUnit);
  const header = concat(
    ...[vbmetaMagic, big32(1), big32(0), big64(filled(new Uint8Array(hash.size + modulus), blockUnit).length)],
    ...[big64(auxiliary.length), big32(algorithm), big64(0), big64(hash.size), big64(hash.size), big64(modulus)],
    ...[big64(list.length), big64(publicKey.length), big64(list.length + publicKey.length), big64(0)],
    ...[big64(0), big64(list.length), big64(rollbackIndex), big32(flags), big32(rollbackLocation)],
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
  return concat(header, filled(concat(digest, signature), blockUnit), auxiliary);
}

export const writeVbmeta = (description: Description): Bytes =>
  seal(layOut(description), description.key, description.algorithm);

/** What follows an image up to the end of its partition; the parts begin at multiples of `align`. */
export function writePartition(image: Bytes, vbmeta: Bytes, tree: Bytes = new Uint8Array(), align = blockUnit): Bytes {
  const body = filled(concat(image, tree), align);
  const fixed = concat(footerMagic, big32(1), big32(0), big64(image.length), big64(body.length), big64(vbmeta.length));
  const before = filled(concat(body, vbmeta), align);
  return concat(before, new Uint8Array(align - footerBytes), filled(fixed, footerBytes));
}
