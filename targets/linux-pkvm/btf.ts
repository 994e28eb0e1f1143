/** Sizes of structures from a kernel's type information (BTF), which lies in its memory. */
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
  proto: 13,
  variable: 14,
  section: 15,
  tag: 17,
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

/** Bytes of each structure named; one that is not found is left out. Throws where an entry is of an unknown kind. */
export function structureSizes(memory: Buffer, names: readonly string[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  const blob = findBlob(memory);
  if (blob === undefined) return sizes;
  const { types, strings } = blob;
  for (let at = 0; at + typeBytes <= types.length;) {
    const info = types.readUInt32LE(at + 4);
    const kind = (info >>> 24) & 0x1f;
    if (kind > lastKind) {
      const known = `kinds are known up to ${lastKind}, so sizes of structures cannot be read`;
      throw new SetupProblem(`the kernel's type information has an entry of kind ${kind} at byte ${at}; ${known}`);
    }
    if (kind === kinds.struct) {
      const start = types.readUInt32LE(at);
      const name = strings.toString('latin1', start, strings.indexOf(0, start));
      if (names.includes(name)) sizes.set(name, types.readUInt32LE(at + 8));
    }
    at += typeBytes + tail(kind, info & 0xffff);
  }
  return sizes;
}
