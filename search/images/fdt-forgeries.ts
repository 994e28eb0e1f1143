/** Device trees that are wrong in their form. */
import type { Bytes } from '../../model/bytes.ts';
import { concat, hex } from '../../model/bytes.ts';
import { cell64, text } from '../../model/fdt/write.ts';
import type { Forgery } from './forgery.ts';
import { inBytes } from './full-machine.ts';

const wordAt = (bytes: Bytes, at: number): number => new DataView(bytes.buffer).getUint32(at);
const withWord = (bytes: Bytes, at: number, word: number): Bytes => {
  new DataView(bytes.buffer).setUint32(at, word);
  return bytes;
};
/** Where some bytes begin. */
const placeOf = (bytes: Bytes, part: Bytes): number => hex(bytes).indexOf(hex(part)) / 2;

const fields = { total: 4, structure: 8, strings: 12, reserved: 16, version: 20, compatible: 24, stringsSize: 32 };
export const formForgeries: readonly Forgery[] = [
  inBytes('FDT-HEADER', 'the magic number is that of the other byte order', (bytes) => withWord(bytes, 0, 0xedfe0dd0)),
  inBytes('FDT-HEADER', 'the header is cut off', (bytes) => bytes.slice(0, 3)),
  inBytes('FDT-HEADER', 'it is compatible with version 18 alone', (bytes) =>
    withWord(withWord(bytes, fields.version, 18), fields.compatible, 18),
  ),
  inBytes('FDT-SIZE', 'the size reaches beyond the end', (bytes) => withWord(bytes, fields.total, bytes.length + 1)),
  inBytes('FDT-SIZE', 'the size is the largest that there is', (bytes) => withWord(bytes, fields.total, 0xffff_ffff)),
  inBytes('FDT-SIZE', 'the size ends in the header', (bytes) => withWord(bytes, fields.total, 39)),
  inBytes('FDT-SIZE', 'the tree is larger than what is mapped', (bytes) =>
    withWord(concat(bytes, new Uint8Array(0x20_0000)), fields.total, 0x20_0000 + bytes.length),
  ),
  inBytes('FDT-BLOCKS', 'the strings reach beyond the end', (bytes) =>
    withWord(bytes, fields.stringsSize, wordAt(bytes, fields.stringsSize) + 1),
  ),
  inBytes('FDT-BLOCKS', 'offset and size of the strings overflow 32 bits', (bytes) =>
    withWord(bytes, fields.stringsSize, 0xffff_ffff),
  ),
  inBytes('FDT-BLOCKS', 'the reservations lie over the header', (bytes) => withWord(bytes, fields.reserved, 0)),
  inBytes('FDT-RESERVATIONS', 'the list of reservations has no end', (bytes) =>
    withWord(bytes, fields.reserved, bytes.length - 16),
  ),
  inBytes('FDT-STRUCTURE', 'a token is 5', (bytes) => withWord(bytes, wordAt(bytes, fields.strings) - 4, 5)),
  inBytes('FDT-STRUCTURE', 'a value is longer than the structure', (bytes) =>
    withWord(bytes, placeOf(bytes, text('linux,dummy-virt')) - 8, 0x7fff_fff0),
  ),
  inBytes('FDT-STRUCTURE', 'the token of the end is cut off', (bytes) =>
    withWord(bytes, fields.stringsSize + 4, wordAt(bytes, fields.stringsSize + 4) - 4),
  ),
  inBytes('FDT-NAMES', 'the name of a property lies behind the strings', (bytes) => {
    const all = concat(bytes, text('reg'));
    const name = bytes.length - wordAt(bytes, fields.strings);
    return withWord(withWord(all, fields.total, all.length), placeOf(bytes, cell64(0x8000_0000)) - 4, name);
  }),
  inBytes('FDT-NAMES', 'the last name does not end', (bytes) =>
    withWord(bytes, fields.stringsSize, wordAt(bytes, fields.stringsSize) - 1),
  ),
  inBytes('FDT-NESTING', 'a node begins that does not end', (bytes) => {
    const place = wordAt(bytes, fields.strings) - 8;
    return withWord(bytes, place, 4);
  }),
  inBytes('FDT-NESTING', 'there are two roots', (bytes) =>
    withWord(withWord(bytes, wordAt(bytes, fields.structure), 4), wordAt(bytes, fields.structure) + 4, 4),
  ),
];
