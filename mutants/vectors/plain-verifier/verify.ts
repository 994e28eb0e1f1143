/**
 * A verifier of evidence as a reader of docs/vectors.md would write it: from that page and the standards that it links,
 * without the clauses, and without a thought of this project's own code.
 */
import type { Cbor } from './cbor.ts';
import { Denied, decode, isArray, isBytes, isMap, need } from './cbor.ts';
import type { Chain } from './chain.ts';
import { verifyChain, verifyEntries } from './chain.ts';
import { verifyHandover } from './handover.ts';
import type { Options } from './options.ts';
import { verifyRequest } from './request.ts';

export type Outcome = Chain['kind'] | 'denied';

/** Whether the evidence is believed, and in which form. */
export function verify(evidence: Uint8Array, options: Options): Outcome {
  try {
    return verifyAny(decode(Buffer.from(evidence)), options);
  } catch (error) {
    if (!(error instanceof Denied)) throw error;
    return 'denied';
  }
}

function verifyAny(value: Cbor, options: Options): Chain['kind'] {
  if (isMap(value)) return verifyHandover(value, options);
  need(isArray(value), 'neither a map nor an array');
  const [first, second, ...entries] = value;
  if (isMap(first)) return verifyChain(value, options).kind;
  if (first === 1n && isBytes(second)) {
    return verifyEntries(decode(second, { sorted: true }), entries, options).kind;
  }
  return verifyRequest(value, options);
}
