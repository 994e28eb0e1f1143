/**
 * A secret sealed to an attested key. The framework leaves this to relying party and payload; here it is an ephemeral
 * key of P-256, the shared point through HKDF with SHA-256, and AES-256-GCM. It is no standard, and claims to be none.
 */
import { gcm } from '@noble/ciphers/aes.js';
import { p256 } from '@noble/curves/nist.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../bytes.ts';
import { concat } from '../bytes.ts';
import type { PublicKey } from '../cose/key.ts';
import type { PrivateKey } from '../cose/signature.ts';

const point = ({ raw }: PublicKey): Bytes => concat(Uint8Array.of(0x04), raw);
const pointSize = 64;
// why: each key seals once, for the ephemeral half is new each time.
const nonce = new Uint8Array(12);

const keyOf = (own: PrivateKey, other: PublicKey, both: Bytes, context: Bytes): Bytes =>
  hkdf(sha256, p256.getSharedSecret(own.secret, point(other)), both, context, 32);

/** Seals a secret to a key; the context, such as the challenge, has to be the same for opening. */
export function sealTo(to: PublicKey, ephemeral: PrivateKey, secret: Bytes, context: Bytes): Bytes {
  const key = keyOf(ephemeral, to, concat(ephemeral.raw, to.raw), context);
  return concat(ephemeral.raw, gcm(key, nonce).encrypt(secret));
}

/** What was sealed to the key, or undefined if it was sealed to another, in another context, or changed. */
export function open(key: PrivateKey, sealed: Bytes, context: Bytes): Bytes | undefined {
  const ephemeral: PublicKey = { keyKind: 'P-256', raw: sealed.slice(0, pointSize) };
  try {
    const shared = keyOf(key, ephemeral, concat(ephemeral.raw, key.raw), context);
    return gcm(shared, nonce).decrypt(sealed.slice(pointSize));
  } catch {
    // The libraries throw for what is no point, and for what does not open.
    return undefined;
  }
}
