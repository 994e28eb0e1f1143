/** The handover from one stage to the next: a map of two secrets and the chain, deterministically encoded. */
import type { Bytes } from '../bytes.ts';
import type { Cbor } from '../cbor/decode.ts';
import { encode } from '../cbor/encode.ts';
import type { Stage } from './certificate.ts';

export const handoverLabels = { attest: 1, seal: 2, chain: 3 } as const;

/** A stage without certificates hands over its secrets alone. */
export function writeHandover({ cdis, chain }: Pick<Stage, 'cdis' | 'chain'>): Bytes {
  return encode(
    new Map<Cbor, Cbor>([
      [handoverLabels.attest, cdis.attest],
      [handoverLabels.seal, cdis.seal],
      ...(chain.length > 1 ? [[handoverLabels.chain, chain] as const] : []),
    ]),
  );
}

export const writeChain = ({ chain }: Stage): Bytes => encode(chain);

/** The form for services that compare root keys: the root key is sorted, so that one key has one encoding. */
export function writeExplicitKeyChain({ chain }: Stage): Bytes {
  const [root = null, ...entries] = chain;
  return encode([1, encode(root, { sorted: true }), ...entries]);
}
