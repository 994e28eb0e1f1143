/** APKs that are wrong in their archive, or in their signing block. */
import type { Bytes } from '../../model/bytes.ts';
import { ascii, concat } from '../../model/bytes.ts';
import { withBlock, writeApk } from '../../model/images/apk-write.ts';
import { strangersKey } from '../../model/images/app-keys.ts';
import { little32 } from '../../model/images/reader.ts';
import type { Forgery } from './forgery.ts';
import { onDisk, withByte, withWord } from './edit.ts';
import { appOf, blockOf, changed, forged, padding, pairOf, signer, sound, v3, withPairs } from './app.ts';

const endOf = (scale: number): number => sound(scale).length - appOf(scale).end.length;
const directoryOf = (scale: number): number => endOf(scale) - appOf(scale).directory.length;
const [sizeInEnd, offsetInEnd, commentInEnd] = [12, 16, 20];

/** An APK with these pairs in its signing block. */
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

export const archiveForgeries: readonly Forgery[] = [
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

export const blockForgeries: readonly Forgery[] = [
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
