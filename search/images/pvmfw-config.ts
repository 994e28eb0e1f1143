/** Configurations behind pvmfw, sound and forged. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Bytes } from '../../model/bytes.ts';
import { concat } from '../../model/bytes.ts';
import { writeConfig } from '../../model/images/pvmfw-config.ts';
import { withWord } from './edit.ts';
import { forgedIn } from './forgery.ts';
import type { Forgery, Sample } from './forgery.ts';

const format = 'pvmfw configuration';
const piece = (length: number, fill: number): Bytes => new Uint8Array(length).fill(fill);
const [versionAt, totalSizeAt, tableAt, entrySize] = [4, 8, 16, 8];

const sound = (scale: number): Bytes =>
  writeConfig(1 + (scale % 5), {
    handover: piece(8 * (1 + scale), 1),
    'debug policy': piece(8 * scale, 2),
    'device overlay': piece(8, 3),
  });

export const configSamples: readonly Sample[] = [
  { format, description: 'a configuration with a handover and an overlay', make: (scale) => ({ bytes: sound(scale) }) },
];

const forgedOf = forgedIn(format);
const forged = (clause: ClauseId, description: string, change: (bytes: Bytes) => Bytes): Forgery =>
  forgedOf(clause, description, (scale) => change(sound(scale)));

const wordAt = (bytes: Bytes, at: number): number => new DataView(bytes.buffer).getUint32(at, true);

const offsetOf = (entry: number): number => tableAt + entry * entrySize;
const sizeOf = (entry: number): number => offsetOf(entry) + 4;

export const configForgeries: readonly Forgery[] = [
  forged('CONFIG-REGION', 'the header is cut off', (bytes) => bytes.slice(0, tableAt - 1)),
  forged('CONFIG-REGION', 'the total size reaches beyond the region', (bytes) =>
    withWord(bytes, totalSizeAt, bytes.length + 1),
  ),
  forged('CONFIG-REGION', 'the total size is the largest that there is', (bytes) =>
    withWord(bytes, totalSizeAt, 0xffff_ffff),
  ),
  forged('CONFIG-REGION', 'the total size ends in the table of entries', (bytes) =>
    withWord(bytes, totalSizeAt, tableAt + entrySize),
  ),
  forged('CONFIG-MAGIC', 'the magic number is that of the other byte order', (bytes) =>
    concat(bytes.slice(0, 4).reverse(), bytes.slice(4)),
  ),
  forged('CONFIG-VERSION', 'the major version is 2', (bytes) => withWord(bytes, versionAt, 0x2_0001)),
  forged('CONFIG-BOUNDS', 'the handover lies over the table', (bytes) => withWord(bytes, offsetOf(0), tableAt)),
  forged('CONFIG-BOUNDS', 'the last entry reaches beyond the end', (bytes) => withWord(bytes, sizeOf(2), 9)),
  forged('CONFIG-BOUNDS', 'offset and size of an entry overflow 32 bits', (bytes) =>
    withWord(withWord(bytes, offsetOf(2), 0xffff_fff8), sizeOf(2), 0x80),
  ),
  forged('CONFIG-ORDER', 'an overlay lies over the handover', (bytes) =>
    withWord(bytes, offsetOf(2), wordAt(bytes, offsetOf(0))),
  ),
  forged('CONFIG-HANDOVER', 'there is no handover', (bytes) => withWord(bytes, sizeOf(0), 0)),
];
