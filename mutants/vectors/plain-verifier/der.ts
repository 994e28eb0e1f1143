/** DER (X.690), and the simple types that certificates are made of. */
import { need } from './cbor.ts';

export interface Element {
  readonly tag: number;
  readonly body: Buffer;
  /** With its tag and its length. */
  readonly whole: Buffer;
}

/** The elements that stand side by side. */
function elementsOf(bytes: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    need(at + 2 <= bytes.length, 'DER is cut off');
    const [tag, first] = [bytes.readUInt8(at), bytes.readUInt8(at + 1)];
    need((tag & 31) !== 31, 'a tag of more than one byte');
    const count = first < 128 ? 0 : first & 127;
    need(first < 128 || (count >= 1 && count <= 3 && at + 2 + count <= bytes.length), 'no length');
    const size = count === 0 ? first : bytes.readUIntBE(at + 2, count);
    need(count === 0 || size >= (count === 1 ? 128 : 256 ** (count - 1)), 'a length in long form');
    const [start, end] = [at + 2 + count, at + 2 + count + size];
    need(end <= bytes.length, 'DER is cut off');
    found.push({ tag, body: bytes.subarray(start, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return found;
}

/** The one element that the bytes are. */
export function elementOf(bytes: Buffer): Element {
  const [element, ...others] = elementsOf(bytes);
  need(element !== undefined && others.length === 0, 'not one element of DER');
  return element;
}

/** What a sequence or a set is made of. */
export function childrenOf(element: Element | undefined): Element[];
export function childrenOf(element: Element | undefined, count: 2): [Element, Element];
export function childrenOf(element: Element | undefined, count: 3): [Element, Element, Element];
export function childrenOf(element: Element | undefined, count?: number): Element[] {
  need(element !== undefined && (element.tag & 32) !== 0, 'no parts');
  const found = elementsOf(element.body);
  need(count === undefined || found.length === count, 'another number of parts');
  return found;
}

export function oidOf(element: Element | undefined): string {
  need(element?.tag === 0x06, 'no object identifier');
  const numbers: number[] = [0];
  for (const byte of element.body) {
    numbers.push((numbers.pop() ?? 0) * 128 + (byte & 127));
    if (byte < 128) numbers.push(0);
  }
  const [first = 0, ...rest] = numbers.slice(0, -1);
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - 40 * top, ...rest].join('.');
}

export function integerOf({ tag, body }: Element): number {
  need(tag === 0x02 && body.length >= 1 && body.length <= 4, 'no small integer');
  return body.readIntBE(0, body.length);
}

/** Milliseconds since 1970; years of two digits are those from 1950 to 2049. */
export function timeOf({ tag, body }: Element): number {
  const digits = body.toString('latin1');
  need(tag === 0x17 || tag === 0x18, 'no time');
  const year =
    tag === 0x18 ? digits.slice(0, 4) : `${Number(digits.slice(0, 2)) < 50 ? '20' : '19'}${digits.slice(0, 2)}`;
  const match = /^(..)(..)(..)(..)(..)Z$/.exec(digits.slice(tag === 0x18 ? 4 : 2));
  need(match !== null, 'no time in UTC');
  const [month = 0, ...rest] = match.slice(1).map(Number);
  return Date.UTC(Number(year), month - 1, ...rest);
}

/** A name in a form that is the same for all names that match it (RFC 5280, 7.1). */
export function nameOf(element: Element | undefined): string {
  return childrenOf(element)
    .map((set) =>
      childrenOf(set)
        .map((attribute) => {
          const [type, value] = childrenOf(attribute, 2);
          return `${oidOf(type)}=${JSON.stringify(folded(value))}`;
        })
        .join('+'),
    )
    .join(',');
}

const latin = [0x13, 0x14, 0x16, 0x1a];

function folded({ tag, body }: Element): string {
  if (tag !== 0x0c && !latin.includes(tag)) return `#${tag} ${body.toString('hex')}`;
  const text = body.toString(tag === 0x0c ? 'utf8' : 'latin1');
  return text.trim().replace(/\s+/g, ' ').toLowerCase();
}
