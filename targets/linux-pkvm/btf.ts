/** Sizes and fields of structures from a kernel's type information (BTF), which lies in its memory. */
import { SetupProblem } from './packages.ts';

const magic = Buffer.from([0x9f, 0xeb, 0x01, 0x00, 0x18, 0x00, 0x00, 0x00]);
const headerBytes = 24;
const typeBytes = 12;

/** How many bytes follow the three words of a type, by its kind and the number of its members. */
const kinds = {
  int: 1,
  array: 3,
  struct: 4,
  union: 5,
  enum: 6,
  typedef: 8,
  volatile: 9,
  constant: 10,
  restrict: 11,
  proto: 13,
  variable: 14,
  section: 15,
  tag: 17,
  mark: 18,
  enum64: 19,
};
/** What follows an entry of a later kind is not known, and so neither where the next one begins. */
const lastKind = kinds.enum64;
const tail = (kind: number, members: number): number => {
  if (kind === kinds.array || kind === kinds.struct || kind === kinds.union) {
    return kind === kinds.array ? typeBytes : typeBytes * members;
  }
  if (kind === kinds.section || kind === kinds.enum64) return typeBytes * members;
  if (kind === kinds.enum || kind === kinds.proto) return 8 * members;
  return kind === kinds.int || kind === kinds.variable || kind === kinds.tag ? 4 : 0;
};

interface Blob {
  readonly types: Buffer;
  readonly strings: Buffer;
}

/** The largest type information in an image of memory: the kernel's own, not that of a module. */
function findBlob(memory: Buffer): Blob | undefined {
  let best: Blob | undefined;
  for (let at = memory.indexOf(magic); at >= 0; at = memory.indexOf(magic, at + magic.length)) {
    const [typeOffset, typeLength, stringOffset, stringLength] = [8, 12, 16, 20].map((field) =>
      memory.readUInt32LE(at + field),
    ) as [number, number, number, number];
    const start = at + headerBytes;
    if (typeOffset !== 0 || stringOffset !== typeLength || start + stringOffset + stringLength > memory.length)
      continue;
    if (typeLength <= (best?.types.length ?? 0)) continue;
    best = {
      types: memory.subarray(start, start + typeLength),
      strings: memory.subarray(start + stringOffset, start + stringOffset + stringLength),
    };
  }
  return best;
}

interface Type {
  readonly kind: number;
  readonly name: string;
  /** How many members follow it; the highest bit says that some are bit fields. */
  readonly info: number;
  /** Bytes of a structure, or the number of the type that this one is a name of. */
  readonly size: number;
  readonly at: number;
}

/** Type number n is entry n; number 0 is `void`. Throws where an entry is of an unknown kind. */
function* typesIn({ types, strings }: Blob): Generator<Type> {
  for (let at = 0; at + typeBytes <= types.length;) {
    const info = types.readUInt32LE(at + 4);
    const kind = (info >>> 24) & 0x1f;
    if (kind > lastKind) {
      const known = `kinds are known up to ${lastKind}, so structures cannot be read`;
      throw new SetupProblem(`the kernel's type information has an entry of kind ${kind} at byte ${at}; ${known}`);
    }
    yield { kind, name: textAt(strings, types.readUInt32LE(at)), info, size: types.readUInt32LE(at + 8), at };
    at += typeBytes + tail(kind, info & 0xffff);
  }
}

const textAt = (strings: Buffer, start: number): string => strings.toString('latin1', start, strings.indexOf(0, start));

/** Bytes of each structure named; one that is not found is left out. Throws where an entry is of an unknown kind. */
export function structureSizes(memory: Buffer, names: readonly string[]): ReadonlyMap<string, number> {
  const blob = findBlob(memory);
  const found = blob === undefined ? [] : [...typesIn(blob)];
  return new Map(
    found
      .filter(({ kind, name }) => kind === kinds.struct && names.includes(name))
      .map(({ name, size }) => [name, size]),
  );
}

/** No structure of a kernel is so deep; one that holds itself ends here. */
const deepest = 64;
const names: ReadonlySet<number> = new Set([kinds.typedef, kinds.volatile, kinds.constant, kinds.restrict, kinds.mark]);

/**
 * Where each field of a structure lies, in bytes from its start, by its path: `arch.pkvm.handle`. Of an array its first
 * element; no bit fields. Empty where the structure is not found.
 * Throws where an entry is of an unknown kind.
 */
export function fieldOffsets(memory: Buffer, structure: string): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>();
  const blob = findBlob(memory);
  if (blob === undefined) return offsets;
  const all = [undefined, ...typesIn(blob)];
  const members = ({ at, info }: Type, prefix: string, start: number, depth: number): void => {
    for (let i = 0; i < (info & 0xffff); i++) {
      const member = at + typeBytes * (i + 1);
      const [name, type, place] = [0, 4, 8].map((field) => blob.types.readUInt32LE(member + field)) as [
        ...[number, number, number],
      ];
      const [bits, width] = info >>> 31 === 0 ? [place, 0] : [place & 0xffffff, place >>> 24];
      if (width > 0) continue;
      const path = [prefix, textAt(blob.strings, name)].filter((part) => part !== '').join('.');
      visit(type, path, start + bits / 8, depth + 1);
    }
  };
  const visit = (number: number, path: string, start: number, depth: number): void => {
    const type = all[number];
    if (depth > deepest) return;
    if (type !== undefined && names.has(type.kind)) visit(type.size, path, start, depth + 1);
    else if (type?.kind === kinds.struct || type?.kind === kinds.union) members(type, path, start, depth);
    else offsets.set(path, start);
  };
  const whole = all.find((type) => type?.kind === kinds.struct && type.name === structure);
  if (whole) members(whole, '', 0, 0);
  return offsets;
}
