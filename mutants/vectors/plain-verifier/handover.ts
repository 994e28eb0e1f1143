/** Handovers of one stage of boot to the next, by Open DICE. */
import { createECDH, createHmac, createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto';
import type { CborMap } from './cbor.ts';
import { isBytes, need } from './cbor.ts';
import type { Chain } from './chain.ts';
import { verifyChain } from './chain.ts';
import type { Kind } from './curves.ts';
import type { Options } from './options.ts';

export function verifyHandover(map: CborMap, options: Options): Chain['kind'] {
  const labels = map.entries.map(({ key }) => key);
  need(labels.length === 3 && labels.every((label, at) => label === BigInt(at + 1)), 'no two secrets and a chain');
  const [attest, seal] = [map.get(1n), map.get(2n)];
  need(isBytes(attest) && attest.length === 32, 'no attestation secret');
  need(isBytes(seal) && seal.length === 32, 'no sealing secret');
  const { kind, leafKey } = verifyChain(map.get(3n), options);
  need(derivedPoint(leafKey.kind, attest).equals(leafKey.point), 'the leaf key of another secret');
  return kind;
}

const salt = Buffer.from(
  '63b6a04d2c077fc10f639f21da793844356cc2b0b441b3a77124035c03f8e1be' +
    '6035d31f282821a7450a02222ab1b3cff1679b05ab1ca5d1affb789ccd2b0b3b',
  'hex',
);

/** The point of the key pair that a secret gives. */
function derivedPoint(kind: Kind, secret: Buffer): Buffer {
  const seed = Buffer.from(hkdfSync('sha512', secret, salt, 'Key Pair', 32));
  if (kind === 'Ed25519') {
    const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
    const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
    return key.export({ format: 'der', type: 'spki' }).subarray(-32);
  }
  const curve = createECDH(kind === 'P-256' ? 'prime256v1' : 'secp384r1');
  curve.setPrivateKey(privateNumber(seed, kind === 'P-256' ? 32 : 48));
  return curve.getPublicKey().subarray(1);
}

/** The first candidate; that one is beyond the order of the curve is not to be expected. */
function privateNumber(seed: Buffer, size: number): Buffer {
  const mac = (key: Buffer, ...parts: readonly Buffer[]): Buffer =>
    createHmac('sha512', key).update(Buffer.concat(parts)).digest();
  let value: Buffer = Buffer.alloc(64, 1);
  let key = mac(Buffer.alloc(64), value, Buffer.of(0), seed);
  value = mac(key, value);
  key = mac(key, value, Buffer.of(1), seed);
  return mac(key, mac(key, value)).subarray(0, size);
}
