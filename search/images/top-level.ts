/** Top-level descriptions as a bootloader reads them, sound and forged. */
import type { ImageOptions } from '../../spec/images/image.ts';
import type { Bytes } from '../../model/bytes.ts';
import { concat, hex, unhex } from '../../model/bytes.ts';
import {
  writeChain,
  writeCommandLine,
  writeDescriptor,
  writeHash,
  writeHashtree,
  writeProperty,
} from '../../model/images/descriptors-write.ts';
import type { Piece } from '../../model/images/reader.ts';
import { testKeys } from '../../model/images/test-keys.ts';
import { avbKeyOf, writeVbmeta } from '../../model/images/vbmeta-write.ts';
import type { Description } from '../../model/images/vbmeta-write.ts';
import { forgedWith } from './forgery.ts';
import type { Forgery, Sample } from './forgery.ts';
import { anyKey, trusted, vbmetaForgeries } from './vbmeta.ts';
import { withBit } from './edit.ts';

const format = 'vbmeta';
const salt = unhex('d00df00d');
const vendorKey = avbKeyOf(testKeys.vendor);
const system = new Uint8Array(1024).fill(5);

const properties = (count: number): readonly Bytes[] =>
  Array.from({ length: count }, (_, i) => writeProperty(`com.android.build.${i}`, String(i)));

const plain = (scale: number): Description => ({
  descriptors: [writeHash(new Uint8Array(64).fill(1), { partition: 'boot', salt }), ...properties(scale)],
  rollbackIndex: 3,
});
const withEveryKind = (scale: number): Description => ({
  descriptors: [
    ...(plain(scale).descriptors ?? []),
    writeHashtree(system, { partition: 'system', salt, block: 512 }).descriptor,
    writeChain('vbmeta_system', vendorKey, 2),
    writeCommandLine('androidboot.veritymode=enforcing'),
    writeDescriptor(9, new Uint8Array(8)),
  ],
});

const ofSystem = (scale: number): Description => ({
  key: testKeys.vendor,
  descriptors: [writeHashtree(system, { partition: 'system', salt, block: 512 }).descriptor, ...properties(scale)],
  rollbackIndex: 4,
});
const chainedTo = (location: number): Description => ({
  descriptors: [writeChain('boot', avbKeyOf(testKeys.stranger), 1), writeChain('vbmeta_system', vendorKey, location)],
  rollbackIndex: 3,
});
const withStored: ImageOptions = { ...trusted, stored: { 0: '3', 2: '4' } };

const chain = (scale: number, top = chainedTo(2), chained = ofSystem(scale)): Piece => ({
  bytes: writeVbmeta(top),
  beside: { chained: writeVbmeta(chained) },
});

const sample = (description: string, make: (scale: number) => Piece, options: ImageOptions = trusted): Sample => ({
  format,
  description,
  make,
  options,
});
export const topLevelSamples: readonly Sample[] = [
  sample('a description of a partition', (scale) => ({ bytes: writeVbmeta(plain(scale)) })),
  sample('a description with every kind of descriptor, and what fills up its partition', (scale) => ({
    bytes: concat(writeVbmeta(withEveryKind(scale)), new Uint8Array(64 * scale)),
  })),
  sample(
    'a description that is signed with SHA-512 and 4096 bits',
    (scale) => ({
      bytes: writeVbmeta({ ...plain(scale), key: testKeys.large, algorithm: 5 }),
    }),
    { keys: [...trusted.keys, hex(avbKeyOf(testKeys.large))] },
  ),
  sample(
    'a description with one that it chains to, both as new as what the device has seen',
    (scale) => chain(scale),
    withStored,
  ),
];

const forged = forgedWith(format, trusted);
const late = 'a key that nobody trusts';

export const topLevelForgeries: readonly Forgery[] = [
  forged('VBMETA-HEADER', 'the header is cut off', (scale) => ({ bytes: writeVbmeta(plain(scale)).slice(0, 255) })),
  ...vbmetaForgeries.map((one) =>
    forged(one.clause, one.description, (scale) => ({ bytes: one.make(plain(scale)) }), one.anyKey ? anyKey : trusted),
  ),
  forged('VBMETA-TRUSTED', `it is signed with ${late}`, (scale) => ({
    bytes: writeVbmeta({ ...plain(scale), key: testKeys.stranger }),
  })),
  forged(
    'VBMETA-ROLLBACK',
    'it is older than what the device has seen',
    (scale) => ({ bytes: writeVbmeta(plain(scale)) }),
    {
      ...trusted,
      stored: { 0: '4' },
    },
  ),
  forged(
    'VBMETA-ROLLBACK',
    'it is older than what the device has seen at the location that it names',
    (scale) => ({ bytes: writeVbmeta({ ...plain(scale), rollbackLocation: 7 }) }),
    { ...trusted, stored: { 0: '1', 7: '18446744073709551615' } },
  ),
  forged('VBMETA-CHAIN-LOCATION', 'a chained partition has location 0', (scale) => chain(scale, chainedTo(0)), trusted),
  forged('VBMETA-SIGNATURE', 'the chained description is signed with another key than the one in it', (scale) => {
    const { bytes, beside } = chain(scale);
    return { bytes, beside: { chained: withBit(beside?.chained ?? bytes, 256 + 32) } };
  }),
  forged('VBMETA-CHAIN-KEY', `the chained description is signed with ${late}`, (scale) =>
    chain(scale, chainedTo(2), { ...ofSystem(scale), key: testKeys.stranger }),
  ),
  forged('VBMETA-CHAIN-KEY', 'the chained description is signed with the key of the top-level one', (scale) =>
    chain(scale, chainedTo(2), { ...ofSystem(scale), key: testKeys.maker }),
  ),
  forged('VBMETA-CHAIN-KEY', 'nothing names the chained description', (scale) => chain(scale, plain(scale))),
  forged(
    'VBMETA-CHAIN-ROLLBACK',
    'the chained description is older than what the device has seen',
    (scale) => chain(scale),
    {
      ...trusted,
      stored: { 2: '5' },
    },
  ),
  forged('VBMETA-FLAGS', 'the chained description turns verification off', (scale) =>
    chain(scale, chainedTo(2), { ...ofSystem(scale), flags: 2 }),
  ),
  forged('VBMETA-CHAIN-DEPTH', 'the chained description names another', (scale) =>
    chain(scale, chainedTo(2), { ...ofSystem(scale), descriptors: [writeChain('boot', vendorKey, 3)] }),
  ),
];
