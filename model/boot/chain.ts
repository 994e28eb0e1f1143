/** The chain of a VM as it would show it: a signed certificate for each layer, under the key of whoever started pvmfw. */
import type { Stage } from '../dice/certificate.ts';
import { nextStage } from '../dice/certificate.ts';
import { coseKeyOf } from '../cose/key.ts';
import { keyPairFrom } from '../dice/derive.ts';
import type { Vm } from './device.ts';
import { parentCdis } from './secrets.ts';

/** The last stage, with its secrets and the certificates of all. */
export function stageOf({ entry, chain }: Vm): Stage {
  const cdis = parentCdis[entry.parent];
  const key = keyPairFrom('Ed25519', cdis.attest);
  const first: Stage = { cdis, key, chain: [coseKeyOf(key, 'with operations')] };
  return chain.reduce((stage, layer) => nextStage(stage, layer), first);
}
