/**
 * Reads an encoding in one pass. A value that comes out has exactly one encoding among those that pass, up to the order
 * of map keys, so that two readers cannot disagree about it.
 */
import type { Reading } from '../../spec/evidence/appraiser.ts';
import { compareBytes, concat, hex, textIn, unsigned } from '../bytes.ts';
import type { Cbor } from './decode.ts';
import { EncodingError } from './faults.ts';

export interface Rules extends Omit<Reading, 'trailing'> {
  /** The keys of every map stand in bytewise order of their encodings (RFC 8949, 4.2.1). */
  readonly sorted?: boolean;
  /** Bytes may follow after the item. */
  readonly followed?: boolean;
}

/**
 * More than any real chain or request has, and little enough that a hostile one costs next to nothing. Whoever takes any
 * form goes as deep as the libraries that such readers are built on.
 */
export const limits = { depth: 16, anyDepth: 256, bytes: 65_536 } as const;

const major = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;

const simple = { false: 20, true: 21, null: 22, undefined: 23 } as const;
const bigNumbers = { positive: 2, negative: 3 } as const;
const [breakByte, byteOrderMark] = [0xff, 0xfeff];
/** The count of an item whose end is marked instead. */
const open = -1;
/** Stands for a tag, a float or another simple value where these pass: it is no value of any field. */
const another: Cbor = Object.freeze([]);

/** The least number that needs the size that the low bits of a head announce. */
const LEAST: Readonly<Record<number, number>> = { 24: 24, 25: 0x100, 26: 0x1_0000, 27: 0x1_0000_0000 };

export class Reader {
  /** Where each part of the outermost array or map begins, and where the last one ends. */
  readonly cuts: number[] = [];
  /** The byte that is next. */
  at = 0;
  /** The number in the head that was read last: a value, a length or a count; exact up to 2^53, and large beyond. */
  #count = 0;
  readonly #bytes: Uint8Array;
  readonly #rules: Rules;
  readonly #deepest: number;

  constructor(bytes: Uint8Array, rules: Rules) {
    if (bytes.length > limits.bytes) throw new EncodingError('too large', limits.bytes);
    this.#bytes = bytes;
    this.#rules = rules;
    this.#deepest = rules.anyForm ? limits.anyDepth : limits.depth;
  }

  /** The bytes as one item and nothing else. Throws an EncodingError. */
  whole(): Cbor {
    const value = this.#item(0);
    if (this.at !== this.#bytes.length && !this.#rules.followed) throw new EncodingError('trailing bytes', this.at);
    return value;
  }

  /** The tag at the beginning, if there is one. Throws an EncodingError. */
  tag(): number | undefined {
    return this.#head() === major.tag ? this.#count : undefined;
  }

  #item(depth: number): Cbor {
    const start = this.at;
    if (depth > this.#deepest) throw new EncodingError('too deep', start);
    const kind = this.#head();
    switch (kind) {
      case major.unsigned:
        return this.#integer(this.#count, start);
      case major.negative:
        return this.#integer(-1 - this.#count, start);
      case major.bytes:
        return this.#string(kind, depth);
      case major.text:
        return this.#text(depth, start);
      case major.array:
        return this.#array(depth);
      case major.map:
        return this.#map(depth);
      case major.tag:
        return this.#tagged(start, depth);
      default:
        return this.#simple(start);
    }
  }

  #integer(value: number, start: number): Cbor {
    if (Number.isSafeInteger(value)) return value;
    const exact = unsigned(this.#bytes.subarray(start + 1, this.at));
    return value < 0 ? -1n - exact : exact;
  }

  /** The bytes of a string, which come in pieces where its length is left open. */
  #string(kind: number, depth: number): Uint8Array {
    const count = this.#count;
    if (count !== open) return this.#taken(count);
    const pieces: Uint8Array[] = [];
    while (!this.#isBroken()) {
      const at = this.at;
      if (depth >= this.#deepest) throw new EncodingError('too deep', at);
      if (this.#head() !== kind) throw new EncodingError('malformed', at);
      pieces.push(this.#string(kind, depth + 1));
    }
    return concat(...pieces);
  }

  /** why: many readers drop a byte order mark, so that two texts would come out equal. */
  #text(depth: number, start: number): string {
    const text = textIn(this.#string(major.text, depth));
    const isMarked = text?.charCodeAt(0) === byteOrderMark && !this.#rules.anyForm;
    if (text === undefined || isMarked) throw new EncodingError('bad text', start);
    return text;
  }

  #taken(count: number): Uint8Array {
    if (count > this.#bytes.length - this.at) throw new EncodingError('truncated', this.#bytes.length);
    const from = this.at;
    this.at += count;
    // why: what is made of a file does not change with it.
    return this.#bytes.slice(from, this.at);
  }

  #array(depth: number): Cbor {
    const count = this.#counted(1);
    const items: Cbor[] = [];
    while (this.#goesOn(items.length, count, depth)) items.push(this.#item(depth + 1));
    return items;
  }

  #map(depth: number): Cbor {
    const { repeatedKeys, anyMap } = this.#rules;
    const count = this.#counted(2);
    const map = new Map<Cbor, Cbor>();
    const names = new Set<string>();
    let previous: Uint8Array | undefined;
    let isPlain = true;
    for (let read = 0; this.#goesOn(read, count, depth); read++) {
      const at = this.at;
      const key = this.#key(depth + 1);
      const isRepeated = key instanceof Uint8Array ? names.has(hex(key)) : map.has(key);
      if (isRepeated && repeatedKeys === undefined && !anyMap) throw new EncodingError('repeated key', at);
      isPlain &&= key !== another && !(isRepeated && repeatedKeys === undefined);
      if (key instanceof Uint8Array) names.add(hex(key));
      if (this.#rules.sorted) previous = this.#sorted(previous, at);
      if (depth === 0) this.cuts.push(this.at);
      const value = this.#item(depth + 1);
      if (!isRepeated || repeatedKeys === 'last') map.set(key, value);
    }
    return isPlain ? map : another;
  }

  /** What names a value; of any kind where nobody looks, and then it stands for no name. */
  #key(depth: number): Cbor {
    const at = this.at;
    const key = this.#item(depth);
    if (['number', 'bigint', 'string'].includes(typeof key) || key instanceof Uint8Array) return key;
    if (!this.#rules.anyMap) throw new EncodingError('unexpected kind', at);
    return another;
  }

  #sorted(previous: Uint8Array | undefined, at: number): Uint8Array {
    const key = this.#bytes.subarray(at, this.at);
    if (previous && compareBytes(previous, key) > 0) throw new EncodingError('unsorted keys', at);
    return key;
  }

  /** How many items the head announces; each takes `size` bytes at least, so that no count is believed that cannot be. */
  #counted(size: number): number {
    if (this.#count * size > this.#bytes.length - this.at) throw new EncodingError('truncated', this.#bytes.length);
    return this.#count;
  }

  #goesOn(read: number, count: number, depth: number): boolean {
    if (depth === 0) this.cuts.push(this.at);
    return count === open ? !this.#isBroken() : read < count;
  }

  #isBroken(): boolean {
    if (this.#bytes[this.at] !== breakByte) return false;
    this.at++;
    return true;
  }

  /** Whoever takes any form takes big numbers for integers where 64 bits hold them; a big number is a byte string. */
  #tagged(start: number, depth: number): Cbor {
    const [tag, { anyKind, anyForm }] = [this.#count, this.#rules];
    if (!anyKind && !anyForm) throw new EncodingError('unexpected kind', start);
    const held = this.#item(depth + 1);
    if (!anyForm || (tag !== bigNumbers.positive && tag !== bigNumbers.negative)) return this.#another(start);
    if (!(held instanceof Uint8Array)) throw new EncodingError('unexpected kind', start);
    const size = unsigned(held);
    // Negative numbers of 16 bytes have to leave room for the sign.
    if (tag === bigNumbers.negative && size >> 127n === 1n) throw new EncodingError('unexpected kind', start);
    if (size >= 1n << 64n) return this.#another(start);
    const value = tag === bigNumbers.positive ? size : -1n - size;
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  #simple(start: number): Cbor {
    const { anyForm } = this.#rules;
    const [size, value] = [this.at - start, this.#count];
    if (size > (anyForm ? 2 : 1)) return this.#another(start);
    if (value === simple.null || (value === simple.undefined && anyForm)) return null;
    if (value === simple.false || value === simple.true) return value === simple.true;
    // why: the libraries know floats, and no simple values without a meaning.
    return this.#another(start, anyForm);
  }

  #another(start: number, isUnknown = !this.#rules.anyKind): Cbor {
    if (isUnknown) throw new EncodingError('unexpected kind', start);
    return another;
  }

  /** Reads a head, and gives its major type. */
  #head(): number {
    const at = this.at;
    const first = this.#bytes[at];
    if (first === undefined) throw new EncodingError('truncated', at);
    const [kind, low] = [first >> 5, first & 0x1f];
    if (low < 24) {
      this.#count = low;
      this.at = at + 1;
    } else if (low === 31) {
      if (kind < major.bytes || kind > major.map) throw new EncodingError('malformed', at);
      if (!this.#rules.anyForm) throw new EncodingError('indefinite length', at);
      this.#count = open;
      this.at = at + 1;
    } else this.#longHead(kind, low, at);
    return kind;
  }

  #longHead(kind: number, low: number, at: number): void {
    if (low > 27) throw new EncodingError('malformed', at);
    const end = at + 1 + (1 << (low - 24));
    if (end > this.#bytes.length) throw new EncodingError('truncated', this.#bytes.length);
    let count = 0;
    for (let i = at + 1; i < end; i++) count = count * 256 + this.#bytes[i]!;
    if (kind === major.simple) {
      if (low === 24 && count < 32 && !this.#rules.anyForm) throw new EncodingError('malformed', at);
    } else if (count < LEAST[low]! && !this.#rules.longNumbers && !this.#rules.anyForm) {
      throw new EncodingError('longer than needed', at);
    }
    this.#count = count;
    this.at = end;
  }
}
