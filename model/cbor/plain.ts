/**
 * What a lenient reader takes, in the form in which a strict one would have got it: open lengths closed, numbers in
 * their shortest form, `undefined` for null, and integers that were written as big numbers. Byte strings stay as they
 * are, so that whatever is signed is the same bytes as before.
 */
import { bigEndian, concat } from '../bytes.ts';
import { EncodingError } from './faults.ts';

const kinds = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;
const open = 31;
const breakByte = 0xff;
const undefinedByte = 0xf7;
const nullByte = 0xf6;
/** Deeper than the library goes that these readers are built on. */
const deepest = 256;

interface Written {
  readonly bytes: Uint8Array;
  readonly end: number;
}

/** The first item in its plain form, with whatever follows after it. Throws an EncodingError for what is no CBOR. */
export function plainly(bytes: Uint8Array): Uint8Array {
  const { bytes: plain, end } = itemAt(bytes, 0, 0);
  return concat(plain, bytes.slice(end));
}

function itemAt(bytes: Uint8Array, at: number, depth: number): Written {
  if (depth > deepest) throw new EncodingError('too deep', at);
  const first = bytes[at];
  if (first === undefined) throw new EncodingError('truncated', at);
  const kind = first >> 5;
  if (kind === kinds.simple) return simpleAt(bytes, at);
  if ((first & 0x1f) === open) return openAt(bytes, at, kind, depth);
  const { count, body } = headAt(bytes, at);
  switch (kind) {
    case kinds.unsigned:
    case kinds.negative:
      return { bytes: headOf(kind, count), end: body };
    case kinds.bytes:
    case kinds.text:
      return stringOf(kind, sliced(bytes, body, count), body + Number(count));
    case kinds.tag:
      return tagged(count, itemAt(bytes, body, depth + 1));
    default:
      return itemsAt(bytes, body, kind, Number(count) * (kind === kinds.map ? 2 : 1), depth);
  }
}

function headAt(bytes: Uint8Array, at: number): { readonly count: bigint; readonly body: number } {
  const low = (bytes[at] ?? 0) & 0x1f;
  if (low < 24) return { count: BigInt(low), body: at + 1 };
  if (low > 27) throw new EncodingError('malformed', at);
  const size = 1 << (low - 24);
  const body = at + 1 + size;
  if (body > bytes.length) throw new EncodingError('truncated', bytes.length);
  return { count: bytes.slice(at + 1, body).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n), body };
}

function sliced(bytes: Uint8Array, body: number, count: bigint): Uint8Array {
  if (count > BigInt(bytes.length - body)) throw new EncodingError('truncated', bytes.length);
  return bytes.slice(body, body + Number(count));
}

/** A head in its shortest form. */
function headOf(kind: number, number: number | bigint): Uint8Array {
  const count = BigInt(number);
  if (count < 24n) return Uint8Array.of((kind << 5) | Number(count));
  const step = count < 0x100n ? 0 : count < 0x1_0000n ? 1 : count < 0x1_0000_0000n ? 2 : 3;
  return concat(Uint8Array.of((kind << 5) | (24 + step)), bigEndian(count, 1 << step));
}

const stringOf = (kind: number, body: Uint8Array, end: number): Written => ({
  bytes: concat(headOf(kind, body.length), body),
  end,
});

function simpleAt(bytes: Uint8Array, at: number): Written {
  if (bytes[at] === breakByte) throw new EncodingError('malformed', at);
  if (bytes[at] === undefinedByte) return { bytes: Uint8Array.of(nullByte), end: at + 1 };
  const { body } = headAt(bytes, at);
  return { bytes: bytes.slice(at, body), end: body };
}

function itemsAt(bytes: Uint8Array, body: number, kind: number, count: number, depth: number): Written {
  if (count > bytes.length - body) throw new EncodingError('truncated', bytes.length);
  const items: Uint8Array[] = [];
  let at = body;
  while (items.length < count) {
    const item = itemAt(bytes, at, depth + 1);
    items.push(item.bytes);
    at = item.end;
  }
  return { bytes: concat(headOf(kind, kind === kinds.map ? count / 2 : count), ...items), end: at };
}

/** An item whose end is marked; strings come in pieces then. */
function openAt(bytes: Uint8Array, start: number, kind: number, depth: number): Written {
  if (kind < kinds.bytes || kind > kinds.map) throw new EncodingError('malformed', start);
  const isString = kind <= kinds.text;
  const parts: Uint8Array[] = [];
  let at = start + 1;
  while (bytes[at] !== breakByte) {
    if (isString && (bytes[at] ?? breakByte) >> 5 !== kind) throw new EncodingError('malformed', at);
    const part = itemAt(bytes, at, depth + 1);
    parts.push(isString ? stringBody(part.bytes) : part.bytes);
    at = part.end;
  }
  if (kind === kinds.map && parts.length % 2 === 1) throw new EncodingError('malformed', at);
  if (isString) return stringOf(kind, concat(...parts), at + 1);
  const count = kind === kinds.map ? parts.length / 2 : parts.length;
  return { bytes: concat(headOf(kind, count), ...parts), end: at + 1 };
}

const stringBody = (plain: Uint8Array): Uint8Array => plain.slice(headAt(plain, 0).body);

/** Tags 2 and 3 are integers where 64 bits hold them; all others stay what they are. */
function tagged(tag: bigint, { bytes, end }: Written): Written {
  if ((tag === 2n || tag === 3n) && (bytes[0] ?? 0) >> 5 === kinds.bytes) {
    const value = stringBody(bytes).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    if (value < 1n << 64n) return { bytes: headOf(tag === 2n ? kinds.unsigned : kinds.negative, value), end };
  }
  return { bytes: concat(headOf(kinds.tag, tag), bytes), end };
}
