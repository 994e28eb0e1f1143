/** CBOR (RFC 8949) as evidence has it: one encoding for each value, integers as bigint, byte strings as Buffer. */
export type Cbor = bigint | string | boolean | null | Buffer | readonly Cbor[] | CborMap | Other;

/** What may stand under keys of others, and means nothing here: tags, floats, and simple values without a name. */
class Other {
  readonly isOther = true;
}
const other = new Other();

interface Entry {
  readonly encodedKey: Buffer;
  readonly key: Cbor;
  readonly value: Cbor;
}

export class CborMap {
  readonly entries: readonly Entry[];
  constructor(entries: readonly Entry[]) {
    this.entries = entries;
  }
  get(label: bigint | string): Cbor | undefined {
    return this.entries.find(({ key }) => key === label)?.value;
  }
  has(label: bigint | string): boolean {
    return this.get(label) !== undefined;
  }
}

/** Thrown as soon as something is wrong. */
export class Denied extends Error {}

export function need(condition: boolean, why: string): asserts condition {
  if (!condition) throw new Denied(why);
}

export const isBytes = (value: Cbor | undefined): value is Buffer => Buffer.isBuffer(value);
export const isArray = (value: Cbor | undefined): value is readonly Cbor[] => Array.isArray(value);
export const isMap = (value: Cbor | undefined): value is CborMap => value instanceof CborMap;
export const isInteger = (value: Cbor | undefined): value is bigint => typeof value === 'bigint';
export const isText = (value: Cbor | undefined): value is string => typeof value === 'string';

interface Rules {
  /** Tags, floats and other simple values may stand there too. */
  readonly anyKind?: boolean;
  /** The keys of maps have to stand in the bytewise order of their encodings. */
  readonly sorted?: boolean;
}

const largest = 65536;
const deepest = 16;

/** The one item that the bytes are. */
export function decode(bytes: Buffer, rules: Rules = {}): Cbor {
  need(bytes.length <= largest, 'too large');
  const { value, end } = itemAt(bytes, 0, 0, rules);
  need(end === bytes.length, 'bytes follow');
  return value;
}

interface Read {
  readonly value: Cbor;
  readonly end: number;
}

function itemAt(bytes: Buffer, at: number, depth: number, rules: Rules): Read {
  need(depth <= deepest, 'too deep');
  need(at < bytes.length, 'truncated');
  const kind = bytes.readUInt8(at) >> 5;
  const low = bytes.readUInt8(at) & 31;
  need(low !== 31, 'open length');
  need(low <= 27, 'no such head');
  if (kind === 7) return simpleAt(bytes, at, low, rules);
  const { count, body } = headAt(bytes, at, low);
  switch (kind) {
    case 0:
      return { value: count, end: body };
    case 1:
      return { value: -1n - count, end: body };
    case 2:
      return { value: sliceOf(bytes, body, count), end: body + Number(count) };
    case 3:
      return { value: textOf(sliceOf(bytes, body, count)), end: body + Number(count) };
    case 4:
      return arrayAt(bytes, body, count, depth, rules);
    case 5:
      return mapAt(bytes, body, count, depth, rules);
    default:
      need(rules.anyKind === true, 'a tag');
      return { value: other, end: itemAt(bytes, body, depth + 1, rules).end };
  }
}

function headAt(bytes: Buffer, at: number, low: number): { readonly count: bigint; readonly body: number } {
  if (low < 24) return { count: BigInt(low), body: at + 1 };
  const size = 1 << (low - 24);
  const body = at + 1 + size;
  need(body <= bytes.length, 'truncated');
  const count = BigInt(`0x${bytes.subarray(at + 1, body).toString('hex')}`);
  const least = low === 24 ? 24n : 1n << BigInt(4 * size);
  need(count >= least, 'longer than needed');
  return { count, body };
}

function sliceOf(bytes: Buffer, body: number, count: bigint): Buffer {
  need(count <= BigInt(bytes.length - body), 'truncated');
  return bytes.subarray(body, body + Number(count));
}

function textOf(bytes: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    need(!text.startsWith('\ufeff'), 'a byte order mark');
    return text;
  } catch {
    throw new Denied('no UTF-8');
  }
}

function simpleAt(bytes: Buffer, at: number, low: number, { anyKind }: Rules): Read {
  const end = at + 1 + (low < 24 ? 0 : 1 << (low - 24));
  need(end <= bytes.length, 'truncated');
  need(low !== 24 || bytes.readUInt8(at + 1) >= 32, 'no such simple value');
  if (low === 20 || low === 21) return { value: low === 21, end };
  if (low === 22) return { value: null, end };
  need(anyKind === true, 'a float or a simple value without a name');
  return { value: other, end };
}

function arrayAt(bytes: Buffer, body: number, count: bigint, depth: number, rules: Rules): Read {
  need(count <= BigInt(bytes.length - body), 'truncated');
  const value: Cbor[] = [];
  let end = body;
  while (value.length < Number(count)) {
    const item = itemAt(bytes, end, depth + 1, rules);
    value.push(item.value);
    end = item.end;
  }
  return { value, end };
}

function mapAt(bytes: Buffer, body: number, count: bigint, depth: number, rules: Rules): Read {
  need(2n * count <= BigInt(bytes.length - body), 'truncated');
  const entries: Entry[] = [];
  let end = body;
  while (entries.length < Number(count)) {
    const { value: key, end: afterKey } = itemAt(bytes, end, depth + 1, rules);
    need(isInteger(key) || isText(key) || isBytes(key), 'a key is neither an integer nor a string');
    const encodedKey = bytes.subarray(end, afterKey);
    need(!entries.some((one) => one.encodedKey.equals(encodedKey)), 'a key is there twice');
    const before = entries.at(-1)?.encodedKey;
    need(!rules.sorted || !before || before.compare(encodedKey) < 0, 'keys out of order');
    const { value, end: afterValue } = itemAt(bytes, afterKey, depth + 1, rules);
    entries.push({ encodedKey, key, value });
    end = afterValue;
  }
  return { value: new CborMap(entries), end };
}
