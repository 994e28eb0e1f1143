/** How APKs are signed: the algorithms by their numbers, and the digests of content that go with them. */
import { p256, p521 } from '@noble/curves/nist.js';
import type { ContentDigest } from '../../spec/images/apk.ts';
import type { Bytes } from '../bytes.ts';
import { signPss, signRsa, signedHashes, verifiesPss } from '../rsa.ts';
import type { SubjectKey } from '../x509/certificate.ts';
import { rsaKeyOf, verifiesX509 } from '../x509/verify.ts';
import type { AppKey } from './app-keys.ts';

type Hash = 'SHA-256' | 'SHA-512';
type Padding = 'PSS' | 'PKCS1' | 'ECDSA';
interface Algorithm {
  readonly padding: Padding;
  readonly hash: Hash;
  readonly content: ContentDigest;
}

const of = (padding: Padding, hash: Hash, isVerity = false): Algorithm => ({
  padding,
  hash,
  content: isVerity ? 'verity SHA-256' : `chunked ${hash}`,
});
/** DSA has numbers as well, and nobody here knows it. */
const algorithms: ReadonlyMap<number, Algorithm> = new Map([
  [0x0101, of('PSS', 'SHA-256')],
  [0x0102, of('PSS', 'SHA-512')],
  [0x0103, of('PKCS1', 'SHA-256')],
  [0x0104, of('PKCS1', 'SHA-512')],
  [0x0201, of('ECDSA', 'SHA-256')],
  [0x0202, of('ECDSA', 'SHA-512')],
  [0x0421, of('PKCS1', 'SHA-256', true)],
  [0x0423, of('ECDSA', 'SHA-256', true)],
]);
const ranks: readonly ContentDigest[] = ['chunked SHA-256', 'verity SHA-256', 'chunked SHA-512'];

export const contentDigestOf = (algorithm: number): ContentDigest | undefined => algorithms.get(algorithm)?.content;
/** 0 for an algorithm that is not known. */
export const rankOf = (algorithm: number): number => {
  const content = contentDigestOf(algorithm);
  return content === undefined ? 0 : ranks.indexOf(content) + 1;
};

const hashes = { 'SHA-256': signedHashes.sha256, 'SHA-512': signedHashes.sha512 } as const;
/** The algorithms of X.509 that do the same. */
const oids: Readonly<Record<Exclude<Padding, 'PSS'>, Readonly<Record<Hash, string>>>> = {
  PKCS1: { 'SHA-256': '1.2.840.113549.1.1.11', 'SHA-512': '1.2.840.113549.1.1.13' },
  ECDSA: { 'SHA-256': '1.2.840.10045.4.3.2', 'SHA-512': '1.2.840.10045.4.3.4' },
};
const rsaId = '1.2.840.113549.1.1.1';
/** The DER of the object identifier of P-521, which certificates of devices do not use. */
const p521Id = '06052b81040023';

/** Whether the signature is one of the key over the message, by the algorithm of that number. Never throws. */
export function verifiesApk(key: SubjectKey, number: number, message: Bytes, signature: Bytes): boolean {
  const algorithm = algorithms.get(number);
  if (algorithm === undefined) return false;
  const { padding, hash } = algorithm;
  try {
    if (padding === 'PSS') {
      return key.algorithm === rsaId && verifiesPss(rsaKeyOf(key.bits), hashes[hash], message, signature);
    }
    if (key.parameters === p521Id && padding === 'ECDSA') {
      const options = { prehash: false, lowS: false, format: 'der' } as const;
      return p521.verify(signature, hashes[hash].of(message), key.bits, options);
    }
    return verifiesX509(key, oids[padding][hash], message, signature);
  } catch {
    // The libraries throw for keys and signatures that are not well-formed.
    return false;
  }
}

/** The signature of a key over a message; of one of another kind, what nobody takes for a signature. */
export function signApk(key: AppKey, number: number, message: Bytes): Bytes {
  const { padding, hash } = algorithms.get(number) ?? of('PKCS1', 'SHA-256');
  const digest = hashes[hash].of(message);
  if (key.kind === 'EC') return p256.sign(digest, key.secret, { prehash: false, lowS: false, format: 'der' });
  if (padding === 'PSS') return signPss(key.secret, hashes[hash], message);
  return signRsa(key.secret, hashes[hash], digest);
}
