/** APKs whose signers are not what they should be. */
import { ascii, concat } from '../../model/bytes.ts';
import { schemeIds, writeScheme } from '../../model/images/apk-write.ts';
import { appKey, curveKey, strangersKey } from '../../model/images/app-keys.ts';
import type { Forgery } from './forgery.ts';
import { withWord } from './edit.ts';
import {
  announcing,
  changed,
  dsa,
  ecdsa,
  forged,
  keyOf,
  old,
  otherwise,
  pkcs1,
  pkcs1Long,
  replaced,
  signed,
  signer,
  v2,
  v3,
  withPairs,
  blockOf,
} from './app.ts';

export const signerForgeries: readonly Forgery[] = [
  otherwise('APK-FORM', 'more follows the key of the signer', v3(signer({ more: ascii('more') }))),
  forged(
    'APK-FORM',
    'more follows the signers',
    withPairs((archive) => [[schemeIds.v3, concat(writeScheme(v3(signer()), archive), ascii('more'))]]),
  ),
  changed('APK-FORM', 'the length of the signer is larger than the pair', (bytes, scale) =>
    withWord(bytes, blockOf(scale) + 24, 0x7fff_ffff),
  ),
  forged(
    'APK-FORM',
    'the pair is too short for a length',
    withPairs(() => [[schemeIds.v3, Uint8Array.of(1)]]),
  ),
  otherwise('APK-SIGNERS', 'there is no signer', v3()),
  otherwise('APK-SIGNERS', 'there is no signer of scheme v2', v2()),
  otherwise('APK-SIGNERS', 'there are two signers for one release', v3(signer(), signer({ key: strangersKey }))),
  otherwise('APK-SIGNERS', 'the signer counts for older releases', v3(signer({ sdk: old }))),
  otherwise(
    'APK-SIGNERS',
    'there are eleven signers',
    v2(...Array.from({ length: 11 }, () => signer({ key: curveKey, algorithms: [ecdsa] }))),
  ),
  otherwise('APK-ALGORITHM', 'the signer has no signature', v3(signer({ algorithms: [] }))),
  otherwise('APK-ALGORITHM', 'the signer has a signature of DSA alone', v3(signer({ algorithms: [dsa] }))),
  otherwise('APK-SIGNED', 'another key has signed', v3(signer({ by: strangersKey }))),
  otherwise(
    'APK-SIGNED',
    'the second of two signers has not signed',
    v2(signer(), signer({ key: curveKey, algorithms: [ecdsa], by: appKey })),
  ),
  otherwise('APK-SIGNED', 'the algorithm is not one of the key', v3(signer({ algorithms: [ecdsa] }))),
  otherwise('APK-SDK', 'a signer of old releases counts for all', v3(signer({ signed: { sdk: old } }))),
  otherwise(
    'APK-LISTS',
    'the stronger signature is stripped',
    v3(signer({ signed: { algorithms: [pkcs1Long, pkcs1] } })),
  ),
  otherwise(
    'APK-LISTS',
    'an algorithm that is not known is another',
    v3(signer({ algorithms: [pkcs1, dsa], signed: { algorithms: [pkcs1, 0x0999] } })),
  ),
  otherwise(
    'APK-KEY',
    'the certificate is that of somebody else',
    v3(signer({ key: strangersKey, signed: { certificates: [appKey.certificate] } })),
  ),
  otherwise('APK-KEY', 'there is no certificate', v3(signer({ signed: { certificates: [] } }))),
  otherwise('APK-KEY', 'the certificate is none', v3(signer({ signed: { certificates: [ascii('a certificate')] } }))),
  forged('APK-EXPECTED', 'somebody else has signed', signed([v3(signer({ key: strangersKey }))]), {
    keys: [keyOf(appKey)],
  }),
  otherwise('APK-STRIPPED', 'scheme v3 is removed, and scheme v2 left', v2(announcing)),
  forged(
    'APK-STRIPPED',
    'the signer that replaces another is removed',
    signed([v3({ ...replaced, sdk: { min: 24, max: 36 } })]),
  ),
  forged(
    'APK-STRIPPED',
    'the signer that replaces another does so from a later release on',
    signed([
      v3({ ...replaced, sdk: { min: 24, max: 36 } }),
      { name: 'v3.1', signers: [signer({ key: strangersKey, sdk: { min: 40, max: 41 } })] },
    ]),
  ),
];
