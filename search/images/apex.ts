/** APEXes, sound and forged. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { ApexFile } from '../../spec/images/apex.ts';
import { footerFields, footerSize } from '../../spec/images/footer.ts';
import type { Bytes } from '../../model/bytes.ts';
import { ascii, concat, hex } from '../../model/bytes.ts';
import { apexManifest, writeApex, writePayload } from '../../model/images/apex.ts';
import { writeHash, writeProperty } from '../../model/images/descriptors-write.ts';
import { little32 } from '../../model/images/reader.ts';
import { testKeys } from '../../model/images/test-keys.ts';
import { avbKeyOf, writeVbmeta } from '../../model/images/vbmeta-write.ts';
import { readEnd, readEntries } from '../../model/images/zip.ts';
import { largest, withBit, withByte, withNumber, withWord } from './edit.ts';
import type { Forgery, Sample } from './forgery.ts';
import { forgedIn, remembered } from './forgery.ts';
import { vbmetaForgeries } from './vbmeta.ts';

const format = 'APEX';

/** A file system of so many blocks. */
const image = (scale: number, describe?: (descriptor: Bytes) => Bytes): Bytes =>
  writePayload(new Uint8Array(4096 * (1 + scale)).fill(7), describe);
const filesOf = (scale: number): Record<ApexFile, Bytes> => ({
  'apex_payload.img': image(scale),
  apex_pubkey: avbKeyOf(testKeys.maker),
  'apex_manifest.pb': apexManifest(ascii('com.android.example'), 1),
});
const withImage = (describe: (descriptor: Bytes) => Bytes) => (scale: number) =>
  writeApex({ ...filesOf(scale), 'apex_payload.img': image(scale, describe) });
const sound = remembered((scale) => writeApex(filesOf(scale)));
const expected = { keys: [hex(avbKeyOf(testKeys.maker))] } as const;

/** Neither the manager nor the service that mounts APEXes asks for any of this. */
const unasked = remembered(
  withImage((descriptor) => {
    const others = [
      writeProperty('colour', 'green'),
      writeHash(ascii('other'), { partition: 'other', salt: ascii('') }),
    ];
    return writeVbmeta({
      flags: 3,
      rollbackIndex: 7,
      rollbackLocation: 7,
      descriptors: [...others, descriptor, descriptor],
    });
  }),
);

export const apexSamples: readonly Sample[] = [
  { format, description: 'an APEX', make: (scale) => ({ bytes: sound(scale) }) },
  {
    format,
    description: 'an APEX of an expected key',
    options: expected,
    make: (scale) => ({ bytes: sound(scale) }),
  },
  {
    format,
    description: 'an APEX with flags, a rollback index and other descriptors than that of its tree',
    make: (scale) => ({ bytes: unasked(scale) }),
  },
];

const forged = forgedIn(format);
const changed = (clause: ClauseId, description: string, change: (bytes: Bytes) => Bytes): Forgery =>
  forged(clause, description, (scale) => change(sound(scale)));
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
const imageIn = (bytes: Bytes): number => entryIn(bytes, 'apex_payload.img').start ?? 0;
const inFooter = (name: keyof typeof footerFields, value: bigint) => (bytes: Bytes) =>
  withNumber(
    bytes,
    imageIn(bytes) + entryIn(bytes, 'apex_payload.img').size - footerSize + footerFields[name],
    value,
    8,
  );

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
];

/** A stranger's description, signed with the stranger's key. */
const ofStranger = (scale: number): Bytes =>
  image(scale, (descriptor) => writeVbmeta({ key: testKeys.stranger, descriptors: [descriptor] }));

const imageForgeries: readonly Forgery[] = [
  withFiles('FOOTER-THERE', 'the image has no footer', () => ({ 'apex_payload.img': new Uint8Array(4096) })),
  withFiles('FOOTER-THERE', 'the image is empty', () => ({ 'apex_payload.img': new Uint8Array() })),
  changed('FOOTER-BOUNDS', 'the description lies outside of the image', inFooter('offset', largest)),
  changed('FOOTER-BOUNDS', 'the description is larger than any', inFooter('size', 65_537n)),
  ...vbmetaForgeries.map(({ clause, description, make }) =>
    forged(
      clause,
      description,
      withImage((descriptor) => make({ descriptors: [descriptor] })),
    ),
  ),
  forged(
    'APEX-DESCRIBED',
    'the description has no hash tree',
    withImage(() => writeVbmeta({ descriptors: [writeProperty('colour', 'green')] })),
  ),
  changed('APEX-SIGNED', 'the image is another', (bytes) => withBit(bytes, imageIn(bytes))),
  forged('APEX-SIGNED', 'the tree is another', (scale) => {
    const bytes = sound(scale + 1);
    return withBit(bytes, imageIn(bytes) + 4096 * (2 + scale));
  }),
  withFiles('APEX-KEY', 'a stranger has made the image', (scale) => ({ 'apex_payload.img': ofStranger(scale) })),
  forged(
    'APEX-EXPECTED',
    'a stranger has made image and archive',
    (scale) =>
      writeApex({
        ...filesOf(scale),
        'apex_payload.img': ofStranger(scale),
        apex_pubkey: avbKeyOf(testKeys.stranger),
      }),
    expected,
  ),
];

/** The central directory ends with what says that the archive has sizes of 64 bits. */
const withLocator = changed('ZIP-SMALL', 'a record of 64 bits precedes the record at the end', (bytes) => {
  const { at: end, directorySize } = endIn(bytes);
  const locator = concat(little32(0x0706_4b50), new Uint8Array(16));
  return concat(bytes.slice(0, end), locator, withWord(bytes.slice(end), 12, directorySize + locator.length));
});

export const apexForgeries: readonly Forgery[] = [
  ...archiveForgeries,
  withLocator,
  ...fileForgeries,
  ...imageForgeries,
];
