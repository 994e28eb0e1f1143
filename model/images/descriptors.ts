/** The descriptors of a description of images, read from bytes. */
import type { ChainFacts, DescriptorFacts, HashFacts, HashtreeFacts } from '../../spec/images/descriptors.ts';
import type { Bytes } from '../bytes.ts';
import { hex } from '../bytes.ts';
import { big, textOf } from './reader.ts';

const headerSize = 16;
const unit = 8;
const algorithmSize = 32;
const none = new Uint8Array();

interface Read {
  readonly list: readonly DescriptorFacts[];
  readonly brokenAt: number | undefined;
}

/** The descriptors in some bytes of which the first is at `from` in the image, up to where a length is wrong. */
export function readDescriptors(bytes: Bytes, from: number): Read {
  const list: DescriptorFacts[] = [];
  let at = 0;
  while (at < bytes.length) {
    const following = big(bytes, at + 8, 8);
    const size = headerSize + following;
    if (at + size > bytes.length || size % unit !== 0) return { list, brokenAt: from + at };
    list.push(readDescriptor(bytes.subarray(at, at + size), from + at));
    at += size;
  }
  return { list, brokenAt: undefined };
}

function readDescriptor(bytes: Bytes, at: number): DescriptorFacts {
  const tag = big(bytes, 0, 8);
  const read = readers.get(tag);
  if (read !== undefined) return read(bytes, at);
  return { kind: 'other', tag, at, size: bytes.length, fits: true, isText: true };
}

/** Parts behind the fixed fields, one after the other; those that do not fit are empty. */
function partsOf(bytes: Bytes, start: number, lengths: readonly number[]): { fits: boolean; parts: readonly Bytes[] } {
  let next = start;
  let isIn = start <= bytes.length;
  const parts = lengths.map((length) => {
    isIn &&= next + length <= bytes.length;
    const part = isIn ? bytes.subarray(next, next + length) : none;
    next += length;
    return part;
  });
  return { fits: isIn, parts };
}

/** The text in a field of a fixed length, up to the zero that ends it. */
function ended(bytes: Bytes): string | undefined {
  const end = bytes.indexOf(0);
  return end < 0 ? undefined : textOf(bytes.subarray(0, end));
}

interface PartitionFields {
  readonly imageSize: number;
  readonly algorithm: number;
  readonly lengths: number;
  readonly size: number;
}
/** Where the two descriptors of partitions have what both have. */
const hashFields: PartitionFields = { imageSize: 16, algorithm: 24, lengths: 56, size: 132 };
const treeFields: PartitionFields = { imageSize: 20, algorithm: 72, lengths: 104, size: 180 };

function ofPartition(bytes: Bytes, at: number, fields: PartitionFields): Omit<HashFacts, 'kind'> {
  const lengths = [0, 4, 8].map((each) => big(bytes, fields.lengths + each, 4));
  const { fits, parts } = partsOf(bytes, fields.size, lengths);
  const [name = none, salt = none, digest = none] = parts;
  const [partition, algorithm] = [
    textOf(name),
    ended(bytes.subarray(fields.algorithm, fields.algorithm + algorithmSize)),
  ];
  return {
    ...{ at, size: bytes.length, fits, isText: partition !== undefined && algorithm !== undefined },
    partition: partition ?? '',
    algorithm: algorithm ?? '',
    imageSize: big(bytes, fields.imageSize, 8),
    salt: hex(salt),
    digest: hex(digest),
  };
}

const readHash = (bytes: Bytes, at: number): HashFacts => ({ kind: 'hash', ...ofPartition(bytes, at, hashFields) });

const readHashtree = (bytes: Bytes, at: number): HashtreeFacts => ({
  kind: 'hash tree',
  ...ofPartition(bytes, at, treeFields),
  version: big(bytes, 16, 4),
  treeOffset: big(bytes, 28, 8),
  treeSize: big(bytes, 36, 8),
  dataBlock: big(bytes, 44, 4),
  hashBlock: big(bytes, 48, 4),
});

function readChain(bytes: Bytes, at: number): ChainFacts {
  const { fits, parts } = partsOf(bytes, 92, [big(bytes, 20, 4), big(bytes, 24, 4)]);
  const partition = textOf(parts[0] ?? none);
  return {
    ...{ kind: 'chained partition', at, size: bytes.length, fits, isText: partition !== undefined },
    partition: partition ?? '',
    rollbackLocation: big(bytes, 16, 4),
    publicKey: hex(parts[1] ?? none),
  };
}

/** Both texts have a zero behind them that their lengths do not count. */
function readProperty(bytes: Bytes, at: number): DescriptorFacts {
  const { fits, parts } = partsOf(bytes, 32, [big(bytes, 16, 8), 1, big(bytes, 24, 8), 1]);
  const [name = none, end = none, content = none, last = none] = parts;
  const [key, value] = [textOf(name), textOf(content)];
  const isText = key !== undefined && value !== undefined && (!fits || (end[0] === 0 && last[0] === 0));
  return { kind: 'property', at, size: bytes.length, fits, isText, key: key ?? '', value: value ?? '' };
}

function readCommandLine(bytes: Bytes, at: number): DescriptorFacts {
  const { fits, parts } = partsOf(bytes, 24, [big(bytes, 20, 4)]);
  const text = textOf(parts[0] ?? none);
  const isText = text !== undefined;
  return { kind: 'command line', at, size: bytes.length, fits, isText, flags: big(bytes, 16, 4), text: text ?? '' };
}

const readers: ReadonlyMap<number, (bytes: Bytes, at: number) => DescriptorFacts> = new Map([
  [0, readProperty],
  [1, readHashtree],
  [2, readHash],
  [3, readCommandLine],
  [4, readChain],
]);
