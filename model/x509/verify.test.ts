import { constants, createPrivateKey, createPublicKey, privateEncrypt, publicDecrypt, sign, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { bigEndian, concat, unsigned } from '../bytes.ts';
import type { Bytes } from '../bytes.ts';
import type { SubjectKey } from './certificate.ts';
import { isSupported, verifiesX509 } from './verify.ts';

/** Keys of no other use, with the public exponents 65537 and 3. */
const keys = {
  65537:
    'MIICXAIBAAKBgQDGFhuDKhBhK8wpzwEtpahm+EigqEUS+f9GOw9t9Sr51fIhxFqpLeYPMVMlzm/VqJKsd6Y8o7kD4/SEj0IkvrBwke2A3r+hDMoD1CpSrdfpqiNgjeRgmhABmKSUncleTXNnxV/MwVW1fKxQwRAl6Ch6ktaSknEFUij8qeuIUBcQdwIDAQABAoGBAJAP3fx7qCPzhW1WpoW7OAmDQtbM6keN19EM/QC8UIAY0Bsswb7OqcWc2trhE0axbdLOxfDOJa2lqNyLj9BHeutri92FAK+MNtcQyWsyzio/SmCWh6lNTxNxvEXZhCC0B7s1gK9tWak+ma/jy3bmihDaZrK322g9gdcQh92Ev8pZAkEA8CD33G6xz5WLDdp/50HncIFC148hHNWbyEW7vs8zqfGg6QOM42JswiTxv2waGsxJ4dDExjjyg2To0UdTNRzrSwJBANMtxa5Ze3YgDLCWtd95MrkjcjBBG4T7W+6naYOqC6hdit7PY46wezLry9ZWaikf4yyR3oqqL6UwMYvPHc7QaAUCQBP3GcSpK32P+HzRYvsOXrja9nzHuMAV/prbOW32+lux7GgTVH5/a32E5ti8mzsJK0dsPUAh8f/8vuLPpFpxKhsCQDbjbMAWTfqz9dhoM7lz/PUV+3YDVi3IT2rGZKxuJD2Moq2q5cuOn1bq5r49E7bArQFGoLsV5PBgiGA4Yx0AGikCQBvwSPeVQoWLMsVCyNAumbs7ETwfhf3nzDMgVCqx9+aQEjmRJkWv8mq5Iqbp9gwp5XquTCaIYlcllGAYGLT7U6g=',
  3: 'MIICXAIBAAKBgQC/bJww4mRgS2pwtCMFqUVcy6j8VFaafYzOksX99290oWhvYUNbiai6MaYDWrGso3sjtK3RL2tTFgmj8nHZ7RLGOyVjkHlVv/12V+UifXfGnfYEzrHbSf+BBTnAO63o5wJMi8KOofjZD7hHbD/s0EhcIm931xUVPvYxiCisG59rPwIBAwKBgH+dvXXsQurc8aB4F1kbg5MycKg4ObxTszRh2VP6Sk3A8EpA15JbxdF2bqznIR3CUhfNyTYfnOIOsRf29pFIty2pXe+SdHRsUb7CgIEEV8P5zNfkSpaqypPqwEYrPDyf2NLTBBeYPPJQtHhXgEN9mUDw1E8CibWVJI693jsFgC67AkEA9WpTjN8qFfWgxoSzvhLr51tNYaEL0pmtnGvI0MMaeJkIU0gm3bmobyqfElEaneDXAb6Ci5SEh90uJMDKfN7diwJBAMeuKKfrfQeNN22frTjhNL/nc5ag7Xc19YitjioQc36kB/v0RF/jxSd+89aubPYBo7dyfseyAFdiLUaaiRaAR50CQQCjnDezP3Fj+RXZrc0pYfKaPN5BFgfhu8kS8oXgghGlu1riMBnpJnBKHGoMNhG+leSr1FcHuFhak3QYgIb96ekHAkEAhR7FxUeor7N6SRUeJet4f++iZGtI+iP5BckJcWBM/xgFUqLYP+0uGlSijx7zTqvCekxUhSFVj5bI2bxbZFWFEwJBAOYfvPCBc9837IzR5kQaKTZiRo5KGp7HtuyeEFyZMXGmnGgCMXlZRL4/VsP2c4wXdkZ/L7+WMU8GZhN0mDWykTY=',
} as const;

const algorithms = {
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
} as const;
type Hash = keyof typeof algorithms;
const hashes = Object.keys(algorithms) as Hash[];
const message = new TextEncoder().encode('what the certificate says');

describe.each([65537, 3] as const)('RSA with exponent %i', (exponent) => {
  const secret = createPrivateKey({ key: Buffer.from(keys[exponent], 'base64'), format: 'der', type: 'pkcs1' });
  const open = createPublicKey(secret);
  const bits = Uint8Array.from(open.export({ format: 'der', type: 'pkcs1' }));
  const key: SubjectKey = { algorithm: '1.2.840.113549.1.1.1', parameters: '0500', bits };
  const signed = (hash: Hash): Bytes => Uint8Array.from(sign(hash, message, secret));
  const decide = (hash: Hash, signature: Bytes, said = message) => verifiesX509(key, algorithms[hash], said, signature);
  const asOpenSsl = (hash: Hash, signature: Bytes): boolean => verify(hash, message, open, signature);
  /** What the power of the signature is: the padding in full. */
  const withPadding = (block: Bytes): Bytes =>
    Uint8Array.from(privateEncrypt({ key: secret, padding: constants.RSA_NO_PADDING }, block));
  const size = signed('sha256').length;
  /** The block of a signature that is right. */
  const sound = (hash: Hash): Bytes =>
    Uint8Array.from(publicDecrypt({ key: open, padding: constants.RSA_NO_PADDING }, signed(hash)));
  const modulus = unsigned(Uint8Array.from(Buffer.from(open.export({ format: 'jwk' }).n ?? '', 'base64url')));

  test.each(hashes)('what OpenSSL signs with %s is verified, for this message and hash alone', (hash) => {
    expect(isSupported(key)).toBe(true);
    expect(decide(hash, signed(hash))).toBe(true);
    expect(decide(hash, signed(hash), message.slice(1))).toBe(false);
    for (const other of hashes) expect(decide(other, signed(hash))).toBe(other === hash);
    expect(verifiesX509(key, '1.2.840.113549.1.1.5', message, signed(hash))).toBe(false);
  });

  const flipped = (bytes: Bytes, at: number): Bytes => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
  const forgeries: readonly (readonly [string, (block: Bytes) => Bytes])[] = [
    ['the first byte of the padding is another', (block) => flipped(block, 1)],
    ['a byte in the padding is another', (block) => flipped(block, 5)],
    ['the zero behind the padding is missing', (block) => block.map((byte, i) => (i > 1 && byte === 0 ? 0xff : byte))],
    ['the digest is another', (block) => flipped(block, block.length - 1)],
    ['the name of the hash is another', (block) => flipped(block, block.length - 60)],
    ['the padding is short, and bytes follow the digest', shortened],
  ];
  test.each(forgeries)('a block is not believed in which %s', (_, forge) => {
    const signature = withPadding(forge(sound('sha256')));
    expect(asOpenSsl('sha256', signature)).toBe(false);
    expect(decide('sha256', signature)).toBe(false);
  });

  test('the block of the forgeries is believed as it is', () => {
    expect(decide('sha256', withPadding(sound('sha256')))).toBe(true);
  });

  test('of a signature every byte counts, and so does its length', () => {
    const signature = signed('sha256');
    for (let at = 0; at < size; at++) expect(decide('sha256', flipped(signature, at))).toBe(false);
    const longer = [concat(Uint8Array.of(0), signature), concat(signature, Uint8Array.of(0)), signature.slice(1)];
    expect(longer.map((one) => decide('sha256', one))).toEqual([false, false, false]);
  });

  test('a signature beyond the modulus is none, though its power is the same', () => {
    const many = Array.from({ length: 40 }, (_, i) => Uint8Array.from([...message, i]));
    const beyond = many
      .map((said) => ({ said, number: unsigned(Uint8Array.from(sign('sha256', said, secret))) + modulus }))
      .find(({ number }) => number < 1n << BigInt(8 * size));
    expect(beyond).toBeDefined();
    expect(beyond && decide('sha256', bigEndian(beyond.number, size), beyond.said)).toBe(false);
    expect(beyond && decide('sha256', bigEndian(beyond.number - modulus, size), beyond.said)).toBe(true);
  });

  test('a key that is none verifies nothing', () => {
    expect(verifiesX509({ ...key, bits: bits.slice(0, -1) }, algorithms.sha256, message, signed('sha256'))).toBe(false);
    expect(verifiesX509({ ...key, algorithm: '1.2.3' }, algorithms.sha256, message, signed('sha256'))).toBe(false);
  });
});

/** Eight bytes of padding, and what was its rest behind the digest: what a lax reader of small exponents accepts. */
function shortened(block: Bytes): Bytes {
  const zero = block.indexOf(0, 1);
  const rest = block.slice(zero);
  return concat(block.slice(0, 10), rest, new Uint8Array(block.length - 10 - rest.length).fill(0xaa));
}
