/** APEXes, sound and forged. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { ApexFile } from '../../spec/images/apex.ts';
import type { ImageOptions } from '../../spec/images/image.ts';
import type { Bytes } from '../../model/bytes.ts';
import { ascii, concat, hex } from '../../model/bytes.ts';
import { apexManifest, writeApex } from '../../model/images/apex.ts';
import { avbKeyOf, writePayload } from '../../model/images/apex-payload-write.ts';
import type { PayloadParts } from '../../model/images/apex-payload-write.ts';
import { appKey, strangersKey } from '../../model/images/app-keys.ts';
import type { AppKey } from '../../model/images/app-keys.ts';
import { little, little32 } from '../../model/images/reader.ts';
import { readEnd, readEntries } from '../../model/images/zip.ts';
import type { Forgery, Sample } from './forgery.ts';
import { remembered, withByte, withWord } from './made.ts';

const format = 'APEX';

const secretOf = (key: AppKey) => {
  if (key.kind !== 'RSA') throw new Error('unreachable: images are signed with RSA');
  return key.secret;
};
const [own, foreign] = [appKey, strangersKey].map(secretOf) as [PayloadParts['key'], PayloadParts['key']];

/** A file system of so many blocks. */
const image = (scale: number, parts: Partial<PayloadParts> = {}): Bytes =>
  writePayload({ content: new Uint8Array(4096 * (1 + scale)).fill(7), key: own, ...parts });
const filesOf = (scale: number): Record<ApexFile, Bytes> => ({
  'apex_payload.img': image(scale),
  apex_pubkey: avbKeyOf(own),
  'apex_manifest.pb': apexManifest(ascii('com.android.example'), 1),
});
const sound = remembered((scale) => writeApex(filesOf(scale)));

export const apexSamples: readonly Sample[] = [
  { format, description: 'an APEX', make: (scale) => ({ bytes: sound(scale) }) },
  {
    format,
    description: 'an APEX of an expected key',
    options: { keys: [hex(avbKeyOf(own))] },
    make: (scale) => ({ bytes: sound(scale) }),
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
const changed = (clause: ClauseId, description: string, change: (bytes: Bytes) => Bytes): Forgery =>
  forged(clause, description, (scale) => change(sound(scale).slice()));
const withFiles = (
  clause: ClauseId,
  description: string,
  files: (scale: number) => Partial<Record<ApexFile, Bytes>>,
): Forgery => forged(clause, description, (scale) => writeApex({ ...filesOf(scale), ...files(scale) }));

const endIn = (bytes: Bytes) => {
  const end = readEnd(bytes);
  if (end === undefined) throw new Error('unreachable: an archive has an end');
  return end;
};
const entryIn = (bytes: Bytes, name: ApexFile) => {
  const found = readEntries(bytes, endIn(bytes))[0].find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`unreachable: an APEX has ${name}`);
  return found;
};
/** The last bytes of the image, of which there are 64. */
const footerIn = (bytes: Bytes): number => {
  const { start = 0, size } = entryIn(bytes, 'apex_payload.img');
  return start + size - 64;
};

/** A second entry for the image, which is another one’s. */
function withSecondImage(bytes: Bytes): Bytes {
  const { at: end, directorySize } = endIn(bytes);
  const { at, to } = entryIn(bytes, 'apex_payload.img');
  const record = withByte(withWord(bytes.slice(end), 12, directorySize + to - at), 10, 4);
  return concat(bytes.slice(0, end), bytes.slice(at, to), record);
}
/** A file that the record at the end does not count. */
function withUncounted(bytes: Bytes): Bytes {
  const { at: end, directorySize } = endIn(bytes);
  const entry = bytes.slice(entryIn(bytes, 'apex_manifest.pb').at, entryIn(bytes, 'apex_manifest.pb').to);
  const other = withByte(entry, entry.length - 1, 0x78);
  return concat(bytes.slice(0, end), other, withWord(bytes.slice(end), 12, directorySize + other.length));
}

const archiveForgeries: readonly Forgery[] = [
  changed('ZIP-END', 'data lies behind the record at the end', (bytes) => concat(bytes, ascii('more'))),
  changed('ZIP-DIRECTORY', 'the central directory is said to be empty', (bytes) =>
    withWord(bytes, endIn(bytes).at + 12, 0),
  ),
  changed('ZIP-ENTRIES', 'two entries name an image', withSecondImage),
  changed('ZIP-ENTRIES', 'the record at the end counts one file less', withUncounted),
  changed('ZIP-ENTRIES', 'an entry reaches beyond the central directory', (bytes) =>
    withByte(bytes, entryIn(bytes, 'apex_payload.img').at + 33, 0xff),
  ),
];

const fileForgeries: readonly Forgery[] = [
  changed('APEX-FILES', 'there is no manifest', (bytes) =>
    withByte(bytes, entryIn(bytes, 'apex_manifest.pb').at + 46, 0x41),
  ),
  changed('APEX-FILES', 'the image is compressed', (bytes) =>
    withByte(bytes, entryIn(bytes, 'apex_payload.img').at + 10, 8),
  ),
  changed('APEX-FILES', 'the manifest reaches beyond the archive', (bytes) => {
    const { at } = entryIn(bytes, 'apex_manifest.pb');
    return withWord(withWord(bytes, at + 20, 0xffff_fff0), at + 24, 0xffff_fff0);
  }),
  changed('APEX-FILES', 'the key lies outside of the archive', (bytes) =>
    withWord(bytes, entryIn(bytes, 'apex_pubkey').at + 42, 0xffff_fff0),
  ),
  withFiles('APEX-DESCRIBED', 'the image has no footer', () => ({ 'apex_payload.img': new Uint8Array(4096) })),
  withFiles('APEX-DESCRIBED', 'the image is empty', () => ({ 'apex_payload.img': new Uint8Array() })),
  changed('APEX-DESCRIBED', 'the description lies outside of the image', (bytes) =>
    withByte(bytes, footerIn(bytes) + 20, 0xff),
  ),
  changed('APEX-DESCRIBED', 'the description has 2^64 bytes of signature', (bytes) =>
    withByte(bytes, footerIn(bytes) - descriptionSize(bytes) + 12, 0xff),
  ),
  withFiles('APEX-SIGNED', 'another key has signed the description', (scale) => ({
    'apex_payload.img': image(scale, { by: foreign }),
  })),
  changed('APEX-SIGNED', 'the image is another', (bytes) => {
    const { start = 0 } = entryIn(bytes, 'apex_payload.img');
    return withByte(bytes, start, little(bytes, start, 1) ^ 1);
  }),
  withFiles('APEX-KEY', 'a stranger has made the image', (scale) => ({
    'apex_payload.img': image(scale, { key: foreign }),
  })),
  forged(
    'APEX-EXPECTED',
    'a stranger has made image and archive',
    (scale) =>
      writeApex({
        ...filesOf(scale),
        'apex_payload.img': image(scale, { key: foreign }),
        apex_pubkey: avbKeyOf(foreign),
      }),
    { keys: [hex(avbKeyOf(own))] },
  ),
];
const descriptionSize = (bytes: Bytes): number =>
  little(bytes, footerIn(bytes) + 34, 1) * 256 + little(bytes, footerIn(bytes) + 35, 1);

/** The central directory ends with what says that the archive has sizes of 64 bits. */
const withLocator = changed('ZIP-SMALL', 'a record of 64 bits precedes the record at the end', (bytes) => {
  const { at: end, directorySize } = endIn(bytes);
  const locator = concat(little32(0x0706_4b50), new Uint8Array(16));
  return concat(bytes.slice(0, end), locator, withWord(bytes.slice(end), 12, directorySize + locator.length));
});

export const apexForgeries: readonly Forgery[] = [...archiveForgeries, withLocator, ...fileForgeries];
