/** Flattened device trees, written from what is to be in them. */
import type { Bytes } from '../bytes.ts';
import { ascii, bigEndian, concat } from '../bytes.ts';

/** A node to be written: properties in their order, then its children. */
export interface NodeSource {
  readonly name: string;
  readonly properties: readonly (readonly [name: string, value: Bytes])[];
  readonly children: readonly NodeSource[];
}

/** A node of properties by their names, and of further nodes. */
export const node = (
  name: string,
  properties: Readonly<Record<string, Bytes>>,
  ...children: NodeSource[]
): NodeSource => ({
  name,
  properties: Object.entries(properties),
  children,
});

export const cell = (...values: readonly number[]): Bytes =>
  concat(...values.map((value) => bigEndian(BigInt(value), 4)));
export const cell64 = (...values: readonly (bigint | number)[]): Bytes =>
  concat(...values.map((value) => bigEndian(BigInt(value), 8)));
/** Each text with the zero byte that ends it. */
export const text = (...texts: readonly string[]): Bytes => ascii(texts.map((one) => `${one}\0`).join(''));

const headerSize = 40;
const reservations = 16;
const [begin, end, property, last] = [1, 2, 3, 9].map((kind) => cell(kind)) as [Bytes, Bytes, Bytes, Bytes];
const padded = (bytes: Bytes): Bytes => concat(bytes, new Uint8Array(-bytes.length & 3));

/** The names of properties, each once, by where they begin. */
class Strings {
  private readonly offsets = new Map<string, number>();
  private length = 0;

  offsetOf(name: string): number {
    const known = this.offsets.get(name);
    if (known !== undefined) return known;
    const offset = this.length;
    this.offsets.set(name, offset);
    this.length += name.length + 1;
    return offset;
  }

  get bytes(): Bytes {
    return text(...this.offsets.keys());
  }
}

function structureOf(source: NodeSource, strings: Strings): readonly Bytes[] {
  const properties = source.properties.flatMap(([name, value]) => [
    property,
    cell(value.length, strings.offsetOf(name)),
    padded(value),
  ]);
  const children = source.children.flatMap((child) => structureOf(child, strings));
  return [begin, padded(text(source.name)), ...properties, ...children, end];
}

/** A tree of version 17: header, an empty list of reservations, structure, strings. */
export function writeFdt(root: NodeSource): Bytes {
  const strings = new Strings();
  const structure = concat(...structureOf(root, strings), last);
  const from = headerSize + reservations;
  const total = from + structure.length + strings.bytes.length;
  const header = cell(
    ...[
      0xd00dfeed,
      total,
      from,
      from + structure.length,
      headerSize,
      17,
      16,
      0,
      strings.bytes.length,
      structure.length,
    ],
  );
  return concat(header, new Uint8Array(reservations), structure, strings.bytes);
}
