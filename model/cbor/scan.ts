/**
 * Looks at the bytes of an encoding before any value is made of them. A value that comes out of `decode` has exactly
 * one encoding among those that pass, up to the order of map keys, so that two readers cannot disagree about it.
 */
import type { Reading } from '../../spec/evidence/appraiser.ts';
import { compareBytes, hex } from '../bytes.ts';
import { EncodingError } from './faults.ts';
import { plainly } from './plain.ts';
import { isUtf8 } from './utf8.ts';

export interface Rules extends Omit<Reading, 'trailing'> {
  /** The keys of every map stand in bytewise order of their encodings (RFC 8949, 4.2.1). */
  readonly sorted?: boolean;
  /** Tags, floats and other simple values pass too; nothing may then be made of them but their bytes. */
  readonly anyKind?: boolean;
  /** Bytes may follow after the item. */
  readonly followed?: boolean;
  /** No signature is tried and no key derived; only the form is looked at. */
  readonly formAlone?: boolean;
}

/** More than any real chain or request has, and little enough that a hostile one costs next to nothing. */
export const limits = { depth: 16, bytes: 65_536 } as const;

export const major = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;

/** One data item: what its head says, where what it holds begins, and where it ends. */
export interface Item {
  readonly major: number;
  /** The number in the head: a value, a length, or a count; exact up to 2^53, and large beyond. */
  readonly count: number;
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

/** The bytes as the rules have them read; all but the laxest leave them as they are. Throws an EncodingError. */
export const prepared = (bytes: Uint8Array, { anyForm }: Rules): Uint8Array => (anyForm ? plainly(bytes) : bytes);

/** Checks that the bytes are one data item and nothing else. Throws an EncodingError. */
export function scan(bytes: Uint8Array, rules: Rules = {}): Item {
  if (bytes.length > limits.bytes) throw new EncodingError('too large', limits.bytes);
  const item = scanItem(bytes, 0, rules, 0);
  if (item.end !== bytes.length && rules.followed !== true) throw new EncodingError('trailing bytes', item.end);
  return item;
}

/** The items of an array that has passed, in order, or undefined if the bytes hold something else. */
export function itemsOf(received: Uint8Array, rules: Rules = {}): readonly Uint8Array[] | undefined {
  const bytes = prepared(received, rules);
  const whole = scan(bytes, rules);
  return whole.major === major.array ? children(bytes, whole, rules) : undefined;
}

/** The keys and values of a map that has passed, in order, or undefined if the bytes hold something else. */
export function entriesOf(
  received: Uint8Array,
  rules: Rules = {},
): readonly (readonly [Uint8Array, Uint8Array])[] | undefined {
  const bytes = prepared(received, rules);
  const whole = scan(bytes, rules);
  if (whole.major !== major.map) return undefined;
  const parts = children(bytes, whole, rules);
  return parts.flatMap((key, at) => (at % 2 === 0 ? [[key, parts[at + 1]!] as const] : []));
}

/** The bytes cut before each outermost item and after the last; in one piece where they hold no array or map. */
export function partsOf(bytes: Uint8Array): readonly Uint8Array[] {
  try {
    const rules: Rules = { anyKind: true, followed: true, longNumbers: true, repeatedKeys: 'last' };
    const whole = scan(bytes, rules);
    if (whole.major !== major.array && whole.major !== major.map) return [bytes];
    const rest = bytes.slice(whole.end);
    const parts = [bytes.slice(0, whole.body), ...children(bytes, whole, rules), rest];
    return parts.filter((part) => part.length > 0);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return [bytes];
  }
}

function children(bytes: Uint8Array, whole: Item, rules: Rules): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = whole.body; at < whole.end;) {
    const { end } = scanItem(bytes, at, rules, 1);
    parts.push(bytes.slice(at, end));
    at = end;
  }
  return parts;
}

function scanItem(bytes: Uint8Array, start: number, rules: Rules, depth: number): Item {
  // why: whoever takes any form has counted already.
  if (depth > limits.depth && !rules.anyForm) throw new EncodingError('too deep', start);
  const head = readHead(bytes, start, rules);
  const { major: kind, count, body } = head;
  // why: every byte comes by here, and a spread would cost as much as all the rest.
  return { major: kind, count, start, body, end: endOf(bytes, head, rules, depth) };
}

type Head = Pick<Item, 'major' | 'count' | 'body'>;

function endOf(bytes: Uint8Array, head: Head, rules: Rules, depth: number): number {
  const { count, body } = head;
  const left = bytes.length - body;
  switch (head.major) {
    case major.bytes:
    case major.text: {
      if (count > left) throw new EncodingError('truncated', bytes.length);
      const end = body + count;
      if (head.major === major.text) checkText(bytes, body, end);
      return end;
    }
    case major.array:
    case major.map: {
      // why: each item takes a byte at least, so a count that could not be true is refused before anything is counted.
      if (count * (head.major === major.map ? 2 : 1) > left) throw new EncodingError('truncated', bytes.length);
      return head.major === major.map
        ? scanMap(bytes, head, rules, depth)
        : scanArray(bytes, body, count, rules, depth);
    }
    case major.tag:
      return scanItem(bytes, body, rules, depth + 1).end;
    default:
      return body;
  }
}

function scanArray(bytes: Uint8Array, body: number, count: number, rules: Rules, depth: number): number {
  let at = body;
  for (let i = 0; i < count; i++) at = scanItem(bytes, at, rules, depth + 1).end;
  return at;
}

function scanMap(bytes: Uint8Array, { body, count }: Head, rules: Rules, depth: number): number {
  const seen = new Set<string>();
  let previous: Uint8Array | undefined;
  let at = body;
  for (let i = 0; i < count; i++) {
    const item = scanItem(bytes, at, rules, depth + 1);
    if (item.major > major.text) throw new EncodingError('unexpected kind', at);
    const key = bytes.subarray(at, item.end);
    const name = nameOf(item, bytes);
    if (seen.has(name) && rules.repeatedKeys === undefined) throw new EncodingError('repeated key', at);
    seen.add(name);
    if (rules.sorted && previous !== undefined && compareBytes(previous, key) > 0) {
      throw new EncodingError('unsorted keys', at);
    }
    previous = key;
    at = scanItem(bytes, item.end, rules, depth + 1).end;
  }
  return at;
}

/** The same for equal keys, however long their heads are. */
function nameOf({ major: kind, count, start, body, end }: Item, bytes: Uint8Array): string {
  // why: numbers that are not exact have heads of one length.
  const number = count < 2 ** 53 ? count : hex(bytes.subarray(start, body));
  return `${kind} ${number} ${hex(bytes.subarray(body, end))}`;
}

function checkText(bytes: Uint8Array, start: number, end: number): void {
  if (!isUtf8(bytes, start, end)) throw new EncodingError('bad text', start);
  // why: the library that makes the values drops a byte order mark, so that two texts would come out equal.
  if (bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf && end - start >= 3) {
    throw new EncodingError('bad text', start);
  }
}

function readHead(bytes: Uint8Array, at: number, rules: Rules): Head {
  const first = bytes[at];
  if (first === undefined) throw new EncodingError('truncated', at);
  const kind = first >> 5;
  const low = first & 0x1f;
  if (low === 31)
    throw new EncodingError(kind >= major.bytes && kind <= major.map ? 'indefinite length' : 'malformed', at);
  if (low > 27) throw new EncodingError('malformed', at);
  const size = low < 24 ? 0 : 1 << (low - 24);
  if (at + 1 + size > bytes.length) throw new EncodingError('truncated', bytes.length);
  let count = size === 0 ? low : 0;
  for (let i = 1; i <= size; i++) count = count * 256 + bytes[at + i]!;
  checkHead(kind, low, count, at, rules);
  return { major: kind, count, body: at + 1 + size };
}

/** The least number that needs the size that the low bits of a head announce. */
const LEAST: Readonly<Record<number, number>> = { 24: 24, 25: 0x100, 26: 0x1_0000, 27: 0x1_0000_0000 };

const FALSE = 20;
const NULL = 22;

function checkHead(kind: number, low: number, count: number, at: number, rules: Rules): void {
  if (kind !== major.simple) {
    if (count < (LEAST[low] ?? 0) && rules.longNumbers !== true) throw new EncodingError('longer than needed', at);
    if (kind === major.tag && rules.anyKind !== true) throw new EncodingError('unexpected kind', at);
    return;
  }
  if (low === 24 && count < 32) throw new EncodingError('malformed', at);
  if ((low < FALSE || low > NULL) && rules.anyKind !== true) throw new EncodingError('unexpected kind', at);
}
