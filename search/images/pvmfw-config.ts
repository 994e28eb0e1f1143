/** Configurations behind pvmfw, sound and forged. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Bytes } from '../../model/bytes.ts';
import { ascii, concat, hex } from '../../model/bytes.ts';
import type { Cbor } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import { node, writeFdt } from '../../model/fdt/write.ts';
import { forgeChain } from '../../model/forge/chain.ts';
import type { Plan } from '../../model/forge/chain.ts';
import { forgeHandover } from '../../model/forge/handover.ts';
import { overlayOf } from '../../model/images/host-tree.ts';
import { writePolicy } from '../../model/images/policy.ts';
import { writeConfig } from '../../model/images/pvmfw-config.ts';
import { writeReserved } from '../../model/images/reserved.ts';
import { writeKeys } from '../../model/images/trusted-keys.ts';
import { withWord } from './edit.ts';
import { forgedIn } from './forgery.ts';
import type { Forgery, Sample } from './forgery.ts';

const format = 'pvmfw configuration';
const piece = (length: number, fill: number): Bytes => new Uint8Array(length).fill(fill);
const [versionAt, totalSizeAt, tableAt, entrySize] = [4, 8, 16, 8];

const plan: Plan = { kinds: ['Ed25519', 'Ed25519'], profile: 'android.16' };
const handover = forgeHandover(plan);
const overlay = overlayOf(true);
const reference = writeFdt(node('', {}, node('avf', { secretkeeper_public_key: ascii('key') })));
const reserved = writeReserved([
  { vm: 'a VM', compatible: 'a blob', bytes: piece(24, 4) },
  { vm: 'another', compatible: 'another blob', bytes: piece(0x1000, 5) },
]);
const minorOf = (scale: number): number => 1 + (scale % 4);

const sound = (scale: number): Bytes =>
  writeConfig(minorOf(scale), {
    handover,
    'debug policy': piece(8 * scale, 2),
    'device overlay': overlay,
    'reference tree': reference,
    'reserved memory': reserved,
    'trusted keys': writeKeys([piece(16, 6)]),
  });

/** The policy counts on such a device alone. */
const ofDebugMode = (scale: number): Bytes =>
  writeConfig(minorOf(scale), {
    handover: forgeHandover(plan, true),
    'debug policy': writePolicy({ ramdump: true, log: scale % 2 === 1 }),
  });

export const configSamples: readonly Sample[] = [
  { format, description: 'a configuration with a handover and an overlay', make: (scale) => ({ bytes: sound(scale) }) },
  {
    format,
    description: 'a configuration of a device in debug mode, with a debug policy',
    make: (scale) => ({ bytes: ofDebugMode(scale) }),
  },
];

const forgedOf = forgedIn(format);
const forged = (clause: ClauseId, description: string, change: (bytes: Bytes) => Bytes): Forgery =>
  forgedOf(clause, description, (scale) => change(sound(scale)));

/** A configuration of the latest version with these entries. */
const made = (clause: ClauseId, description: string, entries: Parameters<typeof writeConfig>[1]): Forgery => ({
  format,
  clause,
  description,
  make: () => ({ bytes: writeConfig(4, { handover, ...entries }) }),
});
const withReserved = (field: number, value: number): { readonly 'reserved memory': Bytes } => ({
  'reserved memory': withWord(reserved.slice(), field, value),
});

/** An overlay in which the handover lies, as the value of a property. */
function overHandover(): Bytes {
  const around = writeFdt(node('', { 'a-property': handover }));
  const bytes = writeConfig(1, { handover: piece(8, 0), 'device overlay': around });
  const place = hex(bytes).indexOf(hex(handover)) / 2;
  return withWord(withWord(bytes, offsetOf(0), place), sizeOf(0), handover.length);
}

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
  forged('CONFIG-BOUNDS', 'the last entry reaches beyond the end', (bytes) => withWord(bytes, sizeOf(2), 0x4000_0000)),
  forged('CONFIG-BOUNDS', 'offset and size of an entry overflow 32 bits', (bytes) =>
    withWord(withWord(bytes, offsetOf(2), 0xffff_fff8), sizeOf(2), 0x80),
  ),
  forged('CONFIG-ORDER', 'an overlay lies over the handover', () => overHandover()),
  forged('CONFIG-HANDOVER', 'there is no handover', (bytes) => withWord(bytes, sizeOf(0), 0)),
  made('BOOT-HANDOVER-FORM', 'the handover is cut off', { handover: handover.slice(0, -1) }),
  made('BOOT-HANDOVER-FORM', 'a secret in the handover has 31 bytes', {
    handover: encode(
      new Map<Cbor, Cbor>([
        [1, piece(32, 1)],
        [2, piece(31, 2)],
        [3, forgeChain(plan)],
      ]),
    ),
  }),
  made('BOOT-HANDOVER-CHAIN', 'the handover has no chain', {
    handover: encode(
      new Map([
        [1, piece(32, 1)],
        [2, piece(32, 2)],
      ]),
    ),
  }),
  made('FDT-SIZE', 'the device overlay is longer than its entry', { 'device overlay': overlay.slice(0, -1) }),
  made('FDT-HEADER', 'the reference tree is something else', { 'reference tree': handover }),
  made('CONFIG-RESERVED', 'reserved memory counts more items than it has', withReserved(0, 0x1000_0000)),
  made('CONFIG-RESERVED', 'a blob reaches beyond the entry', withReserved(4 + 20 + 4, 0x1000)),
  made('CONFIG-RESERVED', 'offset and size of a blob overflow 32 bits', withReserved(4 + 20 + 4, 0xffff_f800)),
  made('CONFIG-RESERVED', 'a blob is larger than a page', withReserved(4 + 20 + 8, 0x1001)),
  made('CONFIG-RESERVED', 'a blob lies over the one before it', withReserved(4 + 20 + 4, 0)),
  made('CONFIG-RESERVED', 'the name of a VM lies beyond the end', withReserved(4, 0x2000)),
];
