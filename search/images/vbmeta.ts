/** Descriptions of images, sound and forged: the parts that those of every verifier are made of. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { vbmetaFields, vbmetaHeaderSize } from '../../spec/images/vbmeta.ts';
import type { Bytes } from '../../model/bytes.ts';
import { ascii, concat, hex } from '../../model/bytes.ts';
import { writeHash, writeProperty } from '../../model/images/descriptors-write.ts';
import { testKeys } from '../../model/images/test-keys.ts';
import { avbKeyOf, layOut, seal, writeVbmeta } from '../../model/images/vbmeta-write.ts';
import type { Description, Unsigned } from '../../model/images/vbmeta-write.ts';
import { largest, withBit, withBytes, withNumber } from './edit.ts';

export const trusted = { keys: [hex(avbKeyOf(testKeys.maker))] } as const;
export const anyKey = {};

/** What is wrong with a description, whatever it describes: with or without a signature made afterwards. */
export interface VbmetaForgery {
  readonly clause: ClauseId;
  readonly description: string;
  readonly make: (sound: Description) => Bytes;
  /** With keys that are trusted the key would be denied later. */
  readonly anyKey?: true;
}

/** The attacker signs nothing: only the finished bytes are changed. */
const changed = (clause: ClauseId, description: string, change: (bytes: Bytes) => Bytes): VbmetaForgery => ({
  clause,
  description,
  make: (sound) => change(writeVbmeta(sound)),
});

/** Whoever signs has made a mistake, or has been made to sign something. */
const signed = (clause: ClauseId, description: string, change: (unsigned: Unsigned) => Unsigned): VbmetaForgery => ({
  clause,
  description,
  make: (sound) => seal(change(layOut(sound))),
});

const field = (name: keyof typeof vbmetaFields, value: number | bigint, size = 8, shift = 0) => {
  const at = vbmetaFields[name] + shift;
  return ({ header, auxiliary }: Unsigned): Unsigned => ({ header: withNumber(header, at, value, size), auxiliary });
};
const inBytes =
  (name: keyof typeof vbmetaFields, value: number | bigint, size = 8, shift = 0) =>
  (bytes: Bytes): Bytes =>
    withNumber(bytes, vbmetaFields[name] + shift, value, size);

/** What follows the auxiliary block is signed by nobody. */
const behindTheBlock = (sound: Description): Bytes => {
  const unsigned = layOut(sound);
  const list = concat(...(sound.descriptors ?? []));
  const header = withNumber(unsigned.header, vbmetaFields.descriptors, unsigned.auxiliary.length, 8);
  return concat(seal({ ...unsigned, header }), list, new Uint8Array((8 - (list.length % 8)) % 8));
};

const hashLength = 32;
const longHash = (sound: Description): Bytes => {
  const unsigned = layOut(sound);
  return seal({ ...unsigned, header: withNumber(unsigned.header, vbmetaFields.hash + 8, 2 * hashLength, 8) });
};

const structure: readonly VbmetaForgery[] = [
  changed('VBMETA-HEADER', 'the magic number is another', (bytes) => withBytes(bytes, 3, ascii('1'))),
  signed('VBMETA-HEADER', 'the release string does not end', ({ header, auxiliary }) => ({
    header: withBytes(header, vbmetaFields.release, new Uint8Array(48).fill('x'.charCodeAt(0))),
    auxiliary,
  })),
  signed('VBMETA-VERSION', 'it needs libavb 1.4', field('version', 4, 4, 4)),
  signed('VBMETA-VERSION', 'it needs libavb 2.0', field('version', 2, 4)),
  signed('VBMETA-BLOCKS', 'the auxiliary block has 8 bytes too many', ({ header, auxiliary }) => ({
    header: withNumber(header, vbmetaFields.blocks + 8, auxiliary.length + 8, 8),
    auxiliary: concat(auxiliary, new Uint8Array(8)),
  })),
  changed('VBMETA-BLOCKS', 'the auxiliary block ends beyond the last byte', inBytes('blocks', 1 << 15, 8, 8)),
  changed('VBMETA-BLOCKS', 'the sizes of the blocks overflow 64 bits', inBytes('blocks', largest - 63n)),
  changed('VBMETA-BLOCKS', 'both blocks are as large as a number can say', (bytes) =>
    inBytes('blocks', largest - 63n, 8, 8)(inBytes('blocks', largest - 63n)(bytes)),
  ),
  changed('VBMETA-BOUNDS', 'the hash ends behind its block', inBytes('hash', 320 - hashLength + 1)),
  changed('VBMETA-BOUNDS', 'offset and size of the hash overflow 64 bits', inBytes('hash', largest - 31n)),
  changed('VBMETA-BOUNDS', 'the signature ends behind its block', inBytes('signature', 65)),
  changed('VBMETA-BOUNDS', 'offset and size of the signature overflow 64 bits', inBytes('signature', largest - 255n)),
  changed('VBMETA-BOUNDS', 'the key ends behind its block', inBytes('key', 1 << 14)),
  changed('VBMETA-BOUNDS', 'the key has the largest size', inBytes('key', largest, 8, 8)),
  signed('VBMETA-BOUNDS', 'the metadata of the key lies outside', (unsigned) =>
    field('metadata', 1, 8, 8)(field('metadata', largest)(unsigned)),
  ),
  { clause: 'VBMETA-BOUNDS', description: 'the descriptors lie behind the block that is signed', make: behindTheBlock },
  changed('VBMETA-BOUNDS', 'offset and size of the descriptors overflow 64 bits', inBytes('descriptors', largest - 7n)),
  signed('VBMETA-ALGORITHM', 'it is not signed', field('algorithm', 0, 4)),
  signed('VBMETA-ALGORITHM', 'the algorithm is one that nobody knows', field('algorithm', 7, 4)),
  { clause: 'VBMETA-ALGORITHM', description: 'the hash is longer than the algorithm makes it', make: longHash },
  signed('VBMETA-ALGORITHM', 'the hash has no bytes', field('hash', 0, 8, 8)),
];

/** Descriptors lie first in the auxiliary block, and the key behind them. */
const keyIn = ({ header }: Unsigned): number => new DataView(header.buffer).getUint32(vbmetaFields.key + 4);

const signatures: readonly VbmetaForgery[] = [
  {
    ...signed('VBMETA-KEY', 'the square in the key does not follow from its modulus', (unsigned) => ({
      ...unsigned,
      auxiliary: withBit(unsigned.auxiliary, keyIn(unsigned) + 519),
    })),
    anyKey: true,
  },
  {
    ...signed('VBMETA-KEY', 'the key says that it is shorter', (unsigned) => ({
      ...unsigned,
      auxiliary: withNumber(unsigned.auxiliary, keyIn(unsigned), 1024, 4),
    })),
    anyKey: true,
  },
  {
    ...signed('VBMETA-KEY', 'the key is all zeros', (unsigned) => ({
      ...unsigned,
      auxiliary: withBytes(unsigned.auxiliary, keyIn(unsigned), new Uint8Array(520)),
    })),
    anyKey: true,
  },
  changed('VBMETA-HASH', 'the hash is another', (bytes) => withBit(bytes, vbmetaHeaderSize)),
  changed('VBMETA-HASH', 'the rollback index is raised afterwards', inBytes('rollbackIndex', 9)),
  changed('VBMETA-HASH', 'verification is turned off afterwards', inBytes('flags', 2, 4)),
  changed('VBMETA-HASH', 'a descriptor is changed afterwards', (bytes) => withBit(bytes, 256 + 320 + 60)),
  changed('VBMETA-HASH', 'the descriptors are declared to be those of the key', inBytes('descriptors', 8)),
  changed('VBMETA-SIGNATURE', 'the signature is another', (bytes) => withBit(bytes, vbmetaHeaderSize + hashLength)),
  {
    clause: 'VBMETA-SIGNATURE',
    description: 'it is signed with another key than the one in it',
    make: (sound) => seal(layOut(sound), testKeys.stranger),
  },
  signed('VBMETA-SIGNATURE', 'the signature lies over the hash', field('signature', 0)),
  signed('VBMETA-SIGNATURE', 'the signature is one byte short', field('signature', 255, 8, 8)),
];

/** A descriptor after those that are there, of which the first 16 bytes give its kind and its length. */
const added = (clause: ClauseId, description: string, descriptor: () => Bytes): VbmetaForgery => ({
  clause,
  description,
  make: (sound) => writeVbmeta({ ...sound, descriptors: [...(sound.descriptors ?? []), descriptor()] }),
});
const property = (): Bytes => writeProperty('colour', 'green');
const other = (): Bytes => writeHash(new Uint8Array(8), { partition: 'other', salt: new Uint8Array(2) });

const descriptors: readonly VbmetaForgery[] = [
  added('VBMETA-DESCRIPTOR', 'the length of a descriptor is no multiple of 8', () => withNumber(property(), 8, 31, 8)),
  added('VBMETA-DESCRIPTOR', 'a descriptor reaches beyond the last one', () => withNumber(property(), 8, 1 << 12, 8)),
  added('VBMETA-DESCRIPTOR', 'the length of a descriptor overflows 64 bits', () =>
    withNumber(property(), 8, largest - 7n, 8),
  ),
  added('VBMETA-DESCRIPTOR', 'a descriptor is cut off in its header', () => property().slice(0, 8)),
  added('VBMETA-DESCRIPTOR', 'the key of a property is longer than the descriptor', () =>
    withNumber(property(), 16, 1 << 10, 8),
  ),
  added('VBMETA-DESCRIPTOR', 'the lengths in a property overflow 64 bits', () =>
    withNumber(withNumber(property(), 16, largest - 6n, 8), 24, 7, 8),
  ),
  added('VBMETA-TEXT', 'the key of a property does not end', () => withBytes(property(), 32 + 6, ascii('s'))),
  added('VBMETA-TEXT', 'the value of a property does not end', () => withBytes(property(), 32 + 12, ascii('!'))),
  added('VBMETA-TEXT', 'the name of a partition is not UTF-8', () => withBytes(other(), 132, Uint8Array.of(0xff))),
  added('VBMETA-TEXT', 'the name of an algorithm does not end', () =>
    withBytes(other(), 24, new Uint8Array(32).fill(0x61)),
  ),
];

export const vbmetaForgeries: readonly VbmetaForgery[] = [...structure, ...signatures, ...descriptors];
