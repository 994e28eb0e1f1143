/** Signed APKs, sound and forged. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { ImageOptions } from '../../spec/images/image.ts';
import type { Bytes } from '../../model/bytes.ts';
import { ascii } from '../../model/bytes.ts';
import { writeApk } from '../../model/images/apk-write.ts';
import type { SchemeParts } from '../../model/images/apk-write.ts';
import { appKey, curveKey } from '../../model/images/app-keys.ts';
import { writeIdsig } from '../../model/images/idsig.ts';
import { little } from '../../model/images/reader.ts';
import { writeZip } from '../../model/images/zip.ts';
import type { ZipParts } from '../../model/images/zip.ts';
import { remembered } from './forgery.ts';
import type { Forgery, Sample } from './forgery.ts';
import { onDisk, withByte } from './edit.ts';
import { archiveForgeries, blockForgeries } from './apk-archive.ts';
import { signerForgeries } from './apk-signers.ts';
import {
  announcing,
  appOf,
  ecdsa,
  forged,
  format,
  keyOf,
  old,
  pkcs1,
  pkcs1Long,
  pss,
  rotated,
  signed,
  signer,
  sound,
  v2,
  v3,
  verity,
} from './app.ts';

const sample = (
  description: string,
  schemes: readonly SchemeParts[],
  options: ImageOptions = {},
  around: (bytes: Bytes) => Bytes = (bytes) => bytes,
): Sample => {
  const make = remembered((scale) => around(signed(schemes)(scale)));
  return { format, description, options, make: (scale) => ({ bytes: make(scale) }) };
};
export const apkSamples: readonly Sample[] = [
  { format, description: 'an APK of scheme v3', make: (scale) => ({ bytes: sound(scale) }) },
  sample('an APK of schemes v2 and v3, by an expected signer', [v2(announcing), v3(signer())], {
    keys: [keyOf(appKey)],
  }),
  sample('an APK of scheme v2 by two signers', [
    v2(signer({ algorithms: [pss] }), signer({ key: curveKey, algorithms: [ecdsa] })),
  ]),
  sample('an APK whose signer was replaced, for a new release', rotated),
  sample('an APK whose signer was replaced, for an old release', rotated, { sdk: old.max }),
  sample(
    'an APK by signatures of three strengths, on a disk',
    [v3(signer({ algorithms: [pkcs1, verity, pkcs1Long] }))],
    {},
    onDisk,
  ),
  sample('an APK by the root of a tree', [v3(signer({ algorithms: [verity] }))]),
  {
    format,
    description: 'an APK with its index',
    make: (scale) => ({ bytes: sound(scale), beside: { idsig: writeIdsig(sound(scale)) } }),
  },
];

/** Signed as one archive, and another one since. */
const exchanged = (description: string, other: (archive: ZipParts) => ZipParts): Forgery =>
  forged('APK-DIGEST', description, (scale) =>
    writeApk(other(appOf(scale)), [v3(signer({ signed: { archive: appOf(scale) } }))]),
  );

const contentForgeries: readonly Forgery[] = [
  forged('APK-DIGEST', 'the central directory was not digested', (scale) => {
    const archive = { ...appOf(scale), directory: new Uint8Array() };
    return signed([v3(signer({ signed: { archive } }))])(scale);
  }),
  exchanged('a file was exchanged', (archive) => ({
    ...archive,
    contents: writeZip([{ name: 'lib/payload.so', content: ascii('theirs') }]).contents,
  })),
  exchanged('the central directory names a file otherwise', (archive) => {
    const directory = archive.directory.slice();
    return { ...archive, directory: withByte(directory, directory.length - 1, 0x78) };
  }),
  exchanged('the record at the end counts other files', (archive) => ({
    ...archive,
    end: withByte(archive.end.slice(), 10, 1),
  })),
];

/** The host has changed a file, and made the index anew. */
const withIndex = (
  clause: ClauseId,
  description: string,
  change: (bytes: Bytes) => Bytes,
  indexed: (bytes: Bytes) => Bytes,
): Forgery => ({
  format,
  clause,
  description,
  make: (scale) => {
    const bytes = change(sound(scale).slice());
    return { bytes, beside: { idsig: writeIdsig(indexed(bytes)) } };
  },
});
const changedFile = (bytes: Bytes): Bytes => withByte(bytes.slice(), 40, little(bytes, 40, 1) ^ 1);

export const apkForgeries: readonly Forgery[] = [
  ...archiveForgeries,
  ...blockForgeries,
  ...signerForgeries,
  ...contentForgeries,
  withIndex('APK-DIGEST', 'a file was changed, and the index made anew', changedFile, (bytes) => bytes),
  withIndex('APK-CONTENT', 'the index is that of another APK', (bytes) => bytes, changedFile),
];
