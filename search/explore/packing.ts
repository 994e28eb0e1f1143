/** States in few words: a cell has as many bits as the numbers that it can hold, and lies within one word. */
import { mayMakeFunctions } from '../../spec/language/functions.ts';
import type { Layout, State } from '../../spec/state.ts';
import type { FieldName } from '../../spec/fields.ts';
import { fieldsOf, rangeOf } from '../export/cells.ts';

const wordBits = 32;

type Range = (layout: Layout, field: FieldName) => readonly [number, number];

/** Numbers that rules without one of their guards bring about, too. */
export const anyNumber: Range = () => [-(1 << 15), (1 << 15) - 1];

export class Packing {
  /** How many words a state takes. */
  readonly words: number;
  readonly unpack: (words: Int32Array, cells: Int32Array) => void;
  private readonly word: Int32Array;
  private readonly shift: Int32Array;
  private readonly least: Int32Array;
  private readonly mask: Int32Array;

  constructor(layout: Layout, range: Range = rangeOf) {
    const [word, shift, least, mask] = Array.from({ length: 4 }, () => new Int32Array(layout.length));
    this.word = word as Int32Array;
    this.shift = shift as Int32Array;
    this.least = least as Int32Array;
    this.mask = mask as Int32Array;
    let used = 0;
    for (const field of fieldsOf(layout)) {
      const [first, last] = range(layout, field);
      const bits = wordBits - Math.clz32(last - first);
      for (let i = 0, cell = layout.base[field]; i < layout.size[field]; i++, cell++) {
        if ((used % wordBits) + bits > wordBits) used += wordBits - (used % wordBits);
        this.word[cell] = used >> 5;
        this.shift[cell] = used % wordBits;
        this.least[cell] = first;
        this.mask[cell] = (1 << bits) - 1;
        used += bits;
      }
    }
    this.words = Math.ceil(used / wordBits);
    this.unpack = this.unpacking();
  }

  pack(cells: Int32Array, into: Int32Array): void {
    for (let cell = 0; cell < cells.length; cell++) this.put(cell, cells[cell] as number, into);
  }

  /** The words of a state, by those that it had before what is in its journal. */
  repack({ journal, written, cells }: State, before: Int32Array, words: Int32Array): void {
    for (let i = 0; i < before.length; i++) words[i] = before[i] as number;
    for (let i = 0; i < written; i += 2) {
      const cell = journal[i] as number;
      this.put(cell, cells[cell] as number, words);
    }
  }

  /**
   * One assignment for each cell.
   * why: every state that is searched is unpacked, and a loop over the cells takes twice as long.
   */
  private unpacking(): (words: Int32Array, cells: Int32Array) => void {
    if (!mayMakeFunctions) return (words, cells) => this.unpackInTurn(words, cells);
    const { word, shift, least, mask } = this;
    const lines = Array.from(word, (at, cell) => {
      const bits = `(words[${at}] >>> ${shift[cell] ?? 0}) & ${mask[cell] ?? 0}`;
      return `cells[${cell}] = (${bits}) + (${least[cell] ?? 0});`;
    });
    // oxlint-disable-next-line typescript/no-implied-eval -- the text is made of numbers alone
    return new Function('words', 'cells', lines.join('\n')) as typeof this.unpack;
  }

  unpackInTurn(words: Int32Array, cells: Int32Array): void {
    const { word, shift, least, mask } = this;
    for (let cell = 0; cell < cells.length; cell++) {
      const bits = (words[word[cell] as number] as number) >>> (shift[cell] as number);
      cells[cell] = (bits & (mask[cell] as number)) + (least[cell] as number);
    }
  }

  private put(cell: number, value: number, words: Int32Array): void {
    const [mask, shift, at] = [this.mask[cell] as number, this.shift[cell] as number, this.word[cell] as number];
    const bits = value - (this.least[cell] as number);
    if ((bits & mask) !== bits) throw new Error(`unreachable: cell ${cell} cannot hold ${value}`);
    words[at] = ((words[at] as number) & ~(mask << shift)) | (bits << shift);
  }
}
