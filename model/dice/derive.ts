/** The derivations of Open DICE: secrets from secrets and measurements, keys from secrets, names from keys. */
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { p256, p384 } from '@noble/curves/nist.js';
import type { KeyKind } from '../../spec/evidence/facts.ts';
import type { Bytes } from '../bytes.ts';
import { ascii, concat, hex, unhex, unsigned } from '../bytes.ts';
import type { PrivateKey } from '../cose/signature.ts';
import { withPublicHalf } from '../cose/signature.ts';

export const sizes = { cdi: 32, hash: 64, hidden: 64, id: 20 } as const;

/** The two secrets of a stage. The first stage has its UDS for both. */
export interface Cdis {
  readonly attest: Bytes;
  readonly seal: Bytes;
}

/** What a stage measures of the next one. */
export interface Measurement {
  readonly codeHash: Bytes;
  /** 64 bytes as they are, or the hash of a configuration descriptor. */
  readonly config: Bytes;
  readonly authorityHash: Bytes;
  readonly mode: number;
  readonly hidden: Bytes;
}

// prettier-ignore
const keySalt = unhex(
  '63b6a04d2c077fc10f639f21da793844356cc2b0b441b3a77124035c03f8e1be' +
  '6035d31f282821a7450a02222ab1b3cff1679b05ab1ca5d1affb789ccd2b0b3b',
);
// prettier-ignore
const idSalt = unhex(
  'dbdbaebc8020da9ff0dd5a24c83aa5a54286dfc263031e329b4da148430659fe' +
  '62cdb5b7e1e00fc680306711eb444af77209359496fcff1db9520ba51c7b29ea',
);

export const kdf = (length: number, secret: Bytes, salt: Bytes, info: string): Bytes =>
  hkdf(sha512, secret, salt, ascii(info), length);

/** The secrets of the next stage: attestation covers all that is measured, sealing neither code nor configuration. */
export function deriveCdis(cdis: Cdis, { codeHash, config, authorityHash, mode, hidden }: Measurement): Cdis {
  const modeByte = Uint8Array.of(mode);
  const all = sha512(concat(codeHash, config, authorityHash, modeByte, hidden));
  const lasting = sha512(concat(authorityHash, modeByte, hidden));
  return {
    attest: kdf(sizes.cdi, cdis.attest, all, 'CDI_Attest'),
    seal: kdf(sizes.cdi, cdis.seal, lasting, 'CDI_Seal'),
  };
}

/** What the key pair of a stage is made from: its UDS or its attestation secret. */
export const keySeed = (secret: Bytes): Bytes => kdf(32, secret, keySalt, 'Key Pair');

export function keyPairOf(keyKind: KeyKind, seed: Bytes): PrivateKey {
  return withPublicHalf(keyKind, keyKind === 'Ed25519' ? seed : ecdsaSecret(keyKind, seed));
}

export const keyPairFrom = (keyKind: KeyKind, secret: Bytes): PrivateKey => keyPairOf(keyKind, keySeed(secret));

/** The name of a key: 20 bytes with the top bit clear, for they double as the serial number of a certificate. */
export function keyId(raw: Bytes): Bytes {
  const id = kdf(sizes.id, raw, idSalt, 'ID');
  id[0] = id[0]! & 0x7f;
  return id;
}

export const keyName = (raw: Bytes): string => hex(keyId(raw));

/** The generator of RFC 6979, 3.3, with HMAC-SHA-512, fed by the seed alone; two steps make one candidate. */
function ecdsaSecret(keyKind: 'P-256' | 'P-384', seed: Bytes): Bytes {
  const order = (keyKind === 'P-256' ? p256 : p384).Point.Fn.ORDER;
  const size = keyKind === 'P-256' ? 32 : 48;
  const mac = (key: Bytes, ...parts: readonly Bytes[]): Bytes => hmac(sha512, key, concat(...parts));
  const byte = (value: number): Bytes => Uint8Array.of(value);
  let value: Bytes = new Uint8Array(64).fill(0x01);
  let key: Bytes = mac(new Uint8Array(64), value, byte(0x00), seed);
  value = mac(key, value);
  key = mac(key, value, byte(0x01), seed);
  for (;;) {
    value = mac(key, value);
    value = mac(key, value);
    const candidate = value.slice(0, size);
    const number = unsigned(candidate);
    if (number > 0n && number < order) return candidate;
    key = mac(key, value, byte(0x00));
  }
}
