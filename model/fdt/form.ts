/** A flattened device tree, read as libfdt reads it: the header, then every token. Never throws, in one pass. */
import type { FdtBlock, FdtFault, FdtForm } from '../../spec/images/fdt.ts';
import type { Bytes } from '../bytes.ts';

const headerSize = 40;
const magic = 0xd00dfeed;
const at = {
  total: 4,
  structure: 8,
  strings: 12,
  reserved: 16,
  version: 20,
  compatible: 24,
  stringsSize: 32,
  size: 36,
};
const token = { begin: 1, end: 2, property: 3, nop: 4, last: 9 } as const;
const reservation = 16;
/** What pvmfw maps of a tree. */
const mostBytes = 0x20_0000;

export interface Property {
  readonly name: string;
  /** Of its token, of its name among the strings, and of its value. */
  readonly at: number;
  readonly nameAt: number;
  readonly valueAt: number;
  readonly value: Bytes;
}

export interface TreeNode {
  readonly name: string;
  readonly at: number;
  readonly parent: TreeNode | undefined;
  readonly properties: Property[];
  readonly children: TreeNode[];
}

export interface ReadFdt {
  readonly form: FdtForm;
  /** Every node in its order, the root first; those before the fault if there is one. */
  readonly nodes: readonly TreeNode[];
  /** Where the tokens are, that of the end last. */
  readonly tokens: readonly number[];
}

/** A big-endian number; 0 where the bytes end before it. */
export function big(bytes: Bytes, from: number, size = 4): number {
  if (from < 0 || from + size > bytes.length) return 0;
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + bytes[from + i]!;
  return value;
}

/** Names that are longer are cut; none that is looked for is. */
const mostName = 256;

/** Text up to the next zero byte; each byte is one character. */
function textAt(bytes: Bytes, from: number): string {
  const piece = bytes.subarray(from, from + mostName);
  const zero = piece.indexOf(0);
  return String.fromCharCode(...(zero < 0 ? piece : piece.subarray(0, zero)));
}

function blocksOf(bytes: Bytes): readonly FdtBlock[] {
  const total = big(bytes, at.total);
  const sized = big(bytes, at.version) > 16;
  const [structure, strings, reserved] = [at.structure, at.strings, at.reserved].map((field) => big(bytes, field)) as [
    number,
    number,
    number,
  ];
  return [
    { name: 'reservations', at: at.reserved, offset: reserved, size: reservation },
    { name: 'structure', at: at.structure, offset: structure, size: sized ? big(bytes, at.size) : total - structure },
    { name: 'strings', at: at.strings, offset: strings, size: big(bytes, at.stringsSize) },
  ];
}

/** Whether the list of reservations ends with an entry of zeros inside the tree. */
function reservationsEnd(bytes: Bytes, from: number): boolean {
  for (let entry = from; entry + reservation <= bytes.length; entry += reservation)
    if (bytes.subarray(entry, entry + reservation).every((byte) => byte === 0)) return true;
  return false;
}

const remembered = new WeakMap<Bytes, ReadFdt>();

export function readFdt(bytes: Bytes): ReadFdt {
  const known = remembered.get(bytes);
  if (known !== undefined) return known;
  const read = readAnew(bytes);
  remembered.set(bytes, read);
  return read;
}

function readAnew(bytes: Bytes): ReadFdt {
  const totalSize = big(bytes, at.total);
  const tree = bytes.subarray(0, Math.min(totalSize, mostBytes));
  const blocks = blocksOf(bytes);
  const [reserved, structure, strings] = blocks as [FdtBlock, FdtBlock, FdtBlock];
  const scanned = new Scan(tree, structure, strings).all();
  const form: FdtForm = {
    room: bytes.length,
    hasMagic: bytes.length >= 4 && big(bytes, 0) === magic,
    totalSize,
    version: big(bytes, at.version),
    compatible: big(bytes, at.compatible),
    blocks,
    reservationsEnd: reserved.offset >= headerSize && reservationsEnd(tree, reserved.offset),
    fault: scanned.fault,
  };
  return { form, nodes: scanned.nodes, tokens: scanned.tokens };
}

const aligned = (offset: number): number => (offset + 3) & ~3;

const kinds: ReadonlySet<number> = new Set(Object.values(token));

/** One pass over the structure: what follows a fault is not read. */
class Scan {
  readonly nodes: TreeNode[] = [];
  readonly tokens: number[] = [];
  fault: FdtFault | undefined;
  private readonly bytes: Bytes;
  private readonly stringsFrom: number;
  /** The last zero byte among the strings: a name before it ends. */
  private readonly lastZero: number;
  private readonly end: number;
  private next: number;
  private open: TreeNode | undefined;
  private isClosed = false;
  private isStopped = false;

  constructor(bytes: Bytes, structure: FdtBlock, strings: FdtBlock) {
    this.bytes = bytes;
    this.next = structure.offset;
    this.end = Math.min(structure.offset + structure.size, bytes.length);
    this.stringsFrom = strings.offset;
    this.lastZero = bytes.subarray(0, strings.offset + strings.size).lastIndexOf(0);
  }

  all(): this {
    while (!this.isStopped) {
      const from = this.next;
      if (from + 4 > this.end) return this.fail('ends', from);
      this.tokens.push(from);
      const kind = big(this.bytes, from);
      this.next = from + 4;
      if (!kinds.has(kind)) return this.fail('token', from);
      if (kind === token.last) return this.open === undefined && this.isClosed ? this : this.fail('unbalanced', from);
      if (this.isClosed && kind !== token.nop) return this.fail('unbalanced', from);
      if (kind === token.begin) this.begin(from);
      else if (kind === token.end) this.close(from);
      else if (kind === token.property) this.property(from);
    }
    return this;
  }

  private fail(kind: FdtFault['kind'], from: number): this {
    this.fault ??= { kind, at: Math.min(from, this.bytes.length) };
    this.isStopped = true;
    return this;
  }

  private begin(from: number): void {
    const zero = this.bytes.indexOf(0, this.next);
    if (zero < 0 || zero >= this.end) return void this.fail('name', from);
    const node: TreeNode = {
      name: textAt(this.bytes, this.next),
      at: from,
      parent: this.open,
      properties: [],
      children: [],
    };
    this.open?.children.push(node);
    this.nodes.push(node);
    this.open = node;
    this.next = aligned(zero + 1);
  }

  private close(from: number): void {
    if (this.open === undefined) return void this.fail('unbalanced', from);
    this.open = this.open.parent;
    this.isClosed = this.open === undefined;
  }

  private property(from: number): void {
    const [length, name] = [big(this.bytes, from + 4), big(this.bytes, from + 8)];
    const valueAt = from + 12;
    if (this.open === undefined) return void this.fail('unbalanced', from);
    if (valueAt + length > this.end) return void this.fail('length', from);
    const nameAt = this.stringsFrom + name;
    // why: the rest can still be read, and shows what a name from elsewhere would do.
    if (nameAt > this.lastZero) this.fault ??= { kind: 'string', at: from };
    // why: libfdt finds no property behind the first child of a node.
    const isFound = this.open.children.length === 0;
    const value = this.bytes.subarray(valueAt, valueAt + length);
    if (isFound) this.open.properties.push({ name: textAt(this.bytes, nameAt), at: from, nameAt, valueAt, value });
    this.next = aligned(valueAt + length);
  }
}
