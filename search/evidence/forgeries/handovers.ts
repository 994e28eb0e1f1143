/** Handovers that are not what they should be. */
import type { ClauseId } from '../../../spec/clauses.generated.ts';
import type { Cbor } from '../../../model/cbor/decode.ts';
import { encode } from '../../../model/cbor/encode.ts';
import { forgeChain, secretOf, soundPlan } from '../../../model/forge/chain.ts';
import type { Forgery } from './forgery.ts';

const secret = new Uint8Array(32);
const handover = (
  clause: ClauseId,
  description: string,
  parts: (chain: Cbor, attest: Uint8Array) => readonly (readonly [Cbor, Cbor])[],
): Forgery => ({
  clause,
  description,
  make: (device) => {
    const plan = { ...soundPlan, device };
    return encode(new Map(parts(forgeChain(plan), secretOf(plan, soundPlan.kinds.length - 1))));
  },
});

export const handovers: readonly Forgery[] = [
  handover('HANDOVER-FORM', 'there is one secret', () => [[1, secret]]),
  handover('HANDOVER-FORM', 'the secrets stand in the other order', (all) => [
    [2, secret],
    [1, secret],
    [3, all],
  ]),
  handover('HANDOVER-FORM', 'there is a label that is unknown', (all) => [
    [1, secret],
    [2, secret],
    [4, all],
  ]),
  handover('HANDOVER-SECRETS', 'a secret is short', (all, attest) => [
    [1, attest],
    [2, new Uint8Array(31)],
    [3, all],
  ]),
  handover('HANDOVER-CHAIN', 'there is no chain', () => [
    [1, secret],
    [2, secret],
  ]),
  handover('HANDOVER-LEAF-KEY', 'the chain is of another secret', (all) => [
    [1, secret],
    [2, secret],
    [3, all],
  ]),
];
