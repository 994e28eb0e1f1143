/** Names as RFC 5280, 7.1 compares them: not by their bytes, but by what they say. */
import type { Bytes } from '../bytes.ts';
import { hex, textIn } from '../bytes.ts';
import { elementsOf } from './elements.ts';

const utf8 = 0x0c;
/** The strings whose bytes are ASCII, or are compared as Latin-1: printable, teletex, IA5 and visible. */
const oneByte: readonly number[] = [0x13, 0x14, 0x16, 0x1a];
/** Strings of four and of two bytes a character. */
const wide: Readonly<Record<number, number>> = { 0x1c: 4, 0x1e: 2 };

const isConstructed = (tag: number): boolean => (tag & 0x20) !== 0;

/** A name in DER as a text that is the same for all names that match it: case, spaces and string types fall away. */
export function canonicalName(der: Bytes): string {
  const parts = elementsOf(der).map(({ tag, body }) =>
    isConstructed(tag) ? `(${canonicalName(body)})` : valueOf(tag, body),
  );
  return parts.join(' ');
}

/** What attributes of names are called, by the body of their object identifiers (RFC 4519). */
const attributeNames: Readonly<Record<string, string>> = {
  '550403': 'CN',
  '550405': 'serialNumber',
  '550406': 'C',
  '550407': 'L',
  '550408': 'ST',
  '55040a': 'O',
  '55040b': 'OU',
  '55040c': 'title',
};

/** A name in DER as a reader reads it: its parts in order, `CN=…, O=…`; what is no text, in hexadecimal digits. */
export function readableName(der: Bytes): string {
  const [sequence] = elementsOf(der);
  const sets = sequence === undefined ? [] : elementsOf(sequence.body);
  const parts = sets
    .flatMap((set) => elementsOf(set.body))
    .map(({ body }) => {
      const [type, value] = elementsOf(body);
      const digits = hex(type?.body ?? new Uint8Array());
      const text = value && (textOf(value.tag, value.body) ?? `#${hex(value.body)}`);
      return `${attributeNames[digits] ?? digits}=${text ?? ''}`;
    });
  return parts.join(', ');
}

function valueOf(tag: number, body: Bytes): string {
  const text = textOf(tag, body);
  if (text === undefined) return `${tag}:${hex(body)}`;
  // why: quoted, so that no text can pass for the parts around it.
  return JSON.stringify(text.trim().replace(/\s+/g, ' ').toLowerCase());
}

function textOf(tag: number, body: Bytes): string | undefined {
  if (tag === utf8) return textIn(body);
  if (oneByte.includes(tag)) return String.fromCharCode(...body);
  const size = wide[tag];
  if (size === undefined || body.length % size !== 0) return undefined;
  const points = Array.from({ length: body.length / size }, (_, at) => unsignedAt(body, at * size, size));
  return points.every((point) => point <= 0x10ffff) ? String.fromCodePoint(...points) : undefined;
}

const unsignedAt = (bytes: Bytes, at: number, size: number): number =>
  bytes.slice(at, at + size).reduce((sum, byte) => sum * 256 + byte, 0);
