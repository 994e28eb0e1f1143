/** Handovers made to order, from what a bootloader would have. */
import type { Bytes } from '../bytes.ts';
import type { Cbor } from '../cbor/decode.ts';
import { encode } from '../cbor/encode.ts';
import { claims, modes } from '../dice/labels.ts';
import { handoverLabels } from '../dice/handover.ts';
import type { Plan } from './chain.ts';
import { forgeChain, secretOf } from './chain.ts';

const debug = { claims: (fields: Map<Cbor, Cbor>) => fields.set(claims.mode, Uint8Array.of(modes.debug)) };

/** Two secrets, and the chain of the plan, its first certificate in debug mode where the device is. */
export function forgeHandover(plan: Plan, isDebug = false): Bytes {
  return encode(
    new Map<Cbor, Cbor>([
      [handoverLabels.attest, secretOf(plan, plan.kinds.length - 1)],
      [handoverLabels.seal, secretOf(plan, plan.kinds.length)],
      [handoverLabels.chain, forgeChain(plan, isDebug ? { entries: { 0: debug } } : {})],
    ]),
  );
}
