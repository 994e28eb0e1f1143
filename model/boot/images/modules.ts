/** APEXes as files, and what the guest records of them and mounts. */
import type { ApexShape } from '../../../spec/boot/config.ts';
import { ascii } from '../../bytes.ts';
import { apexManifest, readApex, writeApex } from '../../images/apex.ts';
import { avbKeyOf, writePayload } from '../../images/apex-payload-write.ts';
import { appKey, strangersKey } from '../../images/app-keys.ts';
import type { AppKey } from '../../images/app-keys.ts';
import { once } from './once.ts';

const secretOf = (key: AppKey) => {
  if (key.kind !== 'RSA') throw new Error('unreachable: images of APEXes are signed with RSA');
  return key.secret;
};

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
  const key = secretOf(appKey);
  const by = flaw === 'signature' ? secretOf(strangersKey) : key;
  const bytes = writeApex({
    'apex_payload.img': writePayload({ content: ascii(name), key, by }),
    apex_pubkey: avbKeyOf(key),
    'apex_manifest.pb': apexManifest(ascii('com.android.example'), 1),
  });
  const { payload, key: beside, twiceAt, isFilled } = readApex(bytes);
  const isDescribed = isFilled && twiceAt === undefined && payload?.isDescribed === true;
  const isImage = payload?.isSigned === true && payload.differsAt === undefined && payload.key === beside;
  const root = payload?.root ?? '';
  return { measured: `${beside} ${root}`, isVerified: isDescribed && isImage, key: beside, root };
});
