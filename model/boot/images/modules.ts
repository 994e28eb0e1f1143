/** APEXes as files, and what the guest records of them and mounts. */
import type { ApexShape } from '../../../spec/boot/config.ts';
import { ascii } from '../../bytes.ts';
import { apexManifest, readApex, writeApex, writePayload } from '../../images/apex.ts';
import { testKeys } from '../../images/test-keys.ts';
import { avbKeyOf, layOut, seal } from '../../images/vbmeta-write.ts';
import { describedBy } from '../verified-boot.ts';
import { once } from './once.ts';

/** What is recorded of an APEX, and whether its image is verified. */
export interface FoundApex {
  /** The key and the root digest, which together are what the service that mounts it looks for. */
  readonly measured: string;
  readonly isVerified: boolean;
  readonly key: string;
  readonly root: string;
}

/** What is found in the APEX of a shape, as the manager reads it, and as the service does that mounts it. */
export const findApex = once(({ name, flaw }: ApexShape): FoundApex => {
  const signer = flaw === 'signature' ? testKeys.stranger : testKeys.maker;
  const bytes = writeApex({
    'apex_payload.img': writePayload(ascii(name), (tree) => seal(layOut({ descriptors: [tree] }), signer)),
    apex_pubkey: avbKeyOf(testKeys.maker),
    'apex_manifest.pb': apexManifest(ascii('com.android.example'), 1),
  });
  const { payload, key, twiceAt, isFilled } = readApex(bytes);
  const isImage = payload?.isImage === true && describedBy(payload)?.publicKey === key;
  const root = payload?.tree?.digest ?? '';
  return { measured: `${key} ${root}`, isVerified: isFilled && twiceAt === undefined && isImage, key, root };
});
