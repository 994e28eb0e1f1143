/** Signed APKs, sound and forged. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { ImageOptions } from '../../spec/images/image.ts';
import type { Bytes } from '../../model/bytes.ts';
import { ascii, concat, hex } from '../../model/bytes.ts';
import { writeBlock } from '../../model/images/apk-block.ts';
import { attributeIds, keyInfoOf, schemeIds, withBlock, writeApk, writeScheme } from '../../model/images/apk-write.ts';
import type { SchemeParts, SignerParts } from '../../model/images/apk-write.ts';
import { appKey, curveKey, strangersKey } from '../../model/images/app-keys.ts';
import { writeIdsig } from '../../model/images/idsig.ts';
import { little, little32 } from '../../model/images/reader.ts';
import { writeZip } from '../../model/images/zip.ts';
import type { ZipParts } from '../../model/images/zip.ts';
import type { Forgery, Sample } from './forgery.ts';
import { onDisk, remembered, withByte, withWord } from './made.ts';

const format = 'APK';
const [pkcs1, pkcs1Long, pss, ecdsa, verity, dsa] = [0x0103, 0x0104, 0x0101, 0x0201, 0x0421, 0x0301];

/** The files of an app, more with every step of the scale. */
export const appOf = (scale: number, payload = 'payload'): ZipParts =>
  writeZip(
    [
      { name: 'AndroidManifest.xml', content: ascii('<manifest/>') },
      { name: 'lib/payload.so', content: ascii(payload.repeat(1 + 300 * scale)) },
    ],
    ascii('c'.repeat(scale)),
  );

const signer = (parts: Partial<SignerParts> = {}): SignerParts => ({ key: appKey, algorithms: [pkcs1], ...parts });
const v3 = (...signers: readonly SignerParts[]): SchemeParts => ({ name: 'v3', signers });
const v2 = (...signers: readonly SignerParts[]): SchemeParts => ({ name: 'v2', signers });
const old = { min: 24, max: 32 };
const recent = { min: 33, max: 0x7fff_ffff };
const replaced = signer({ sdk: old, attributes: [[attributeIds.rotatedFrom, recent.min]] });
const announcing = signer({ attributes: [[attributeIds.stronger, 3]] });
const rotated: readonly SchemeParts[] = [
  v3(replaced),
  { name: 'v3.1', signers: [signer({ key: strangersKey, sdk: recent })] },
];

const signed = (schemes: readonly SchemeParts[]) => (scale: number) => writeApk(appOf(scale), schemes);
const sound = remembered(signed([v3(signer())]));

const sample = (
  description: string,
  schemes: readonly SchemeParts[],
  options: ImageOptions = {},
  around: (bytes: Bytes) => Bytes = (bytes) => bytes,
): Sample => {
  const make = remembered((scale) => around(signed(schemes)(scale)));
  return { format, description, options, make: (scale) => ({ bytes: make(scale) }) };
};
const keyOf = (key: typeof appKey): string => hex(keyInfoOf(key));

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

const forged = (
  clause: ClauseId,
  description: string,
  make: (scale: number) => Bytes,
  options?: ImageOptions,
): Forgery => {
  const once = remembered(make);
  return {
    format,
    clause,
    description,
    ...(options === undefined ? {} : { options }),
    make: (scale) => ({ bytes: once(scale) }),
  };
};
const changed = (clause: ClauseId, description: string, change: (bytes: Bytes, scale: number) => Bytes): Forgery =>
  forged(clause, description, (scale) => change(sound(scale).slice(), scale));
const otherwise = (clause: ClauseId, description: string, ...schemes: readonly SchemeParts[]): Forgery =>
  forged(clause, description, signed(schemes));

/** Where parts of a sound APK are. */
const endOf = (scale: number): number => sound(scale).length - appOf(scale).end.length;
const directoryOf = (scale: number): number => endOf(scale) - appOf(scale).directory.length;
const blockOf = (scale: number): number => appOf(scale).contents.length;
const [sizeInEnd, offsetInEnd, commentInEnd] = [12, 16, 20];

/** An APK with these pairs in its signing block. */
const withPairs = (pairs: (archive: ZipParts) => Parameters<typeof writeBlock>[0]) => (scale: number) =>
  withBlock(appOf(scale), writeBlock(pairs(appOf(scale))));
const padding = (length: number): readonly [number, Bytes] => [attributeIds.padding, new Uint8Array(length)];
const pairOf = (scheme: SchemeParts, archive: ZipParts): readonly [number, Bytes] => [
  schemeIds[scheme.name],
  writeScheme(scheme, archive),
];

/** The record at the end once more in its own comment, where it has another. */
function withRecordInComment(scale: number): Bytes {
  const archive = appOf(scale);
  const inner = concat(archive.end.slice(0, commentInEnd), new Uint8Array(2));
  const comment = concat(inner, ascii('behind'));
  const end = concat(archive.end.slice(0, commentInEnd), Uint8Array.of(comment.length, 0), comment);
  return writeApk({ ...archive, end }, [v3(signer())]);
}

/** The central directory ends with what says that the archive has sizes of 64 bits. */
function withLocator(scale: number): Bytes {
  const archive = appOf(scale);
  const locator = concat(little32(0x0706_4b50), new Uint8Array(16));
  const directory = concat(archive.directory, locator);
  return writeApk({ ...archive, directory, end: withWord(archive.end.slice(), sizeInEnd, directory.length) }, [
    v3(signer()),
  ]);
}

/** Bytes between the central directory and the record at the end. */
const withGap = (bytes: Bytes, scale: number): Bytes =>
  concat(bytes.slice(0, endOf(scale)), ascii('PK'), bytes.slice(endOf(scale)));

const archiveForgeries: readonly Forgery[] = [
  changed('ZIP-END', 'the record at the end is cut off', (bytes, scale) => bytes.slice(0, endOf(scale) + commentInEnd)),
  changed('ZIP-END', 'data lies behind the record at the end', (bytes) => concat(bytes, ascii('more'))),
  changed('ZIP-END', 'the disk is filled up with something else', (bytes) =>
    withByte(onDisk(bytes), onDisk(bytes).length - 1, 1),
  ),
  forged('ZIP-END', 'the comment holds another record', withRecordInComment),
  changed('ZIP-DIRECTORY', 'data lies before the record at the end', withGap),
  changed('ZIP-DIRECTORY', 'the central directory reaches beyond the archive', (bytes, scale) =>
    withWord(bytes, endOf(scale) + sizeInEnd, 0xffff_ffff),
  ),
  changed('ZIP-DIRECTORY', 'the central directory begins in the signing block', (bytes, scale) =>
    withWord(bytes, endOf(scale) + offsetInEnd, blockOf(scale) + 8),
  ),
  forged('ZIP-SMALL', 'an archive of 64 bits is signed', withLocator),
];

const blockForgeries: readonly Forgery[] = [
  forged('APK-BLOCK', 'the archive is not signed', (scale) => withBlock(appOf(scale), new Uint8Array())),
  changed('APK-BLOCK', 'the magic number is another', (bytes, scale) => withByte(bytes, directoryOf(scale) - 1, 0x33)),
  changed('APK-BLOCK', 'the upper half of one size is another', (bytes, scale) =>
    withByte(bytes, blockOf(scale) + 4, 1),
  ),
  changed('APK-BLOCK', 'the block reaches beyond the start of the archive', (bytes, scale) =>
    withWord(bytes, directoryOf(scale) - 24, 0xffff_fff8),
  ),
  changed('APK-BLOCK', 'the block is smaller than its own size and number', (bytes, scale) =>
    withWord(bytes, directoryOf(scale) - 24, 23),
  ),
  forged('APK-PAIRS', 'the last pair reaches beyond the block', (scale) => {
    const bytes = withPairs((archive) => [pairOf(v3(signer()), archive), padding(4)])(scale);
    return withWord(bytes, bytes.length - appOf(scale).end.length - appOf(scale).directory.length - 40, 9);
  }),
  changed('APK-PAIRS', 'the only pair has 2^63 bytes', (bytes, scale) => withByte(bytes, blockOf(scale) + 15, 0x80)),
  forged(
    'APK-ONCE',
    'a stranger’s signature of the same scheme follows',
    withPairs((archive) => [pairOf(v3(signer()), archive), pairOf(v3(signer({ key: strangersKey })), archive)]),
  ),
  forged(
    'APK-SCHEME',
    'the signing block is empty',
    withPairs(() => []),
  ),
  forged(
    'APK-SCHEME',
    'the signing block has padding and nothing else',
    withPairs(() => [padding(64)]),
  ),
];

const signerForgeries: readonly Forgery[] = [
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
