/** The signing block of an APK, which lies before the central directory: read by its end, and written. */
import type { SigningBlock } from '../../spec/images/apk.ts';
import type { ZipEnd } from '../../spec/images/zip.ts';
import type { Bytes } from '../bytes.ts';
import { ascii, concat, sameBytes } from '../bytes.ts';
import { little, little32, little64 } from './reader.ts';

const magic = ascii('APK Sig Block 42');
const sizeSize = 8;
const footerSize = sizeSize + magic.length;
const headerOfPair = sizeSize + 4;

/** The block that ends where the central directory begins; undefined where none has room there. */
export function readBlock(bytes: Bytes, end: ZipEnd | undefined): SigningBlock | undefined {
  const to = end?.directoryOffset ?? 0;
  if (to < sizeSize + footerSize || to > bytes.length) return undefined;
  const footerAt = to - footerSize;
  const sizeAfter = little64(bytes, footerAt);
  const hasRoom = sizeAfter >= BigInt(footerSize) && sizeAfter <= BigInt(to - sizeSize);
  const at = hasRoom ? to - sizeSize - Number(sizeAfter) : footerAt;
  const [pairs, isFilled] = hasRoom ? pairsIn(bytes, at + sizeSize, footerAt) : [[], true];
  return {
    at,
    footerAt,
    hasMagic: sameBytes(bytes.subarray(footerAt + sizeSize, to), magic),
    sizeBefore: hasRoom ? little64(bytes, at) : -1n,
    sizeAfter,
    pairs,
    isFilled,
  };
}

function pairsIn(bytes: Bytes, from: number, to: number): [SigningBlock['pairs'], boolean] {
  const pairs: { at: number; size: number; id: number }[] = [];
  let at = from;
  while (at + headerOfPair <= to) {
    const length = little64(bytes, at);
    if (length < 4n || length > BigInt(to - at - sizeSize)) return [pairs, false];
    pairs.push({ at, size: sizeSize + Number(length), id: little(bytes, at + sizeSize, 4) });
    at += sizeSize + Number(length);
  }
  return [pairs, at === to];
}

/** Where the value of a pair lies. */
export const valueOf = ({ at, size }: SigningBlock['pairs'][number]) => ({ from: at + headerOfPair, to: at + size });

const long = (value: number): Bytes => concat(little32(value), little32(0));

/** Pairs by their numbers, between two sizes. */
export function writeBlock(pairs: readonly (readonly [id: number, value: Bytes])[]): Bytes {
  const body = concat(...pairs.map(([id, value]) => concat(long(value.length + 4), little32(id), value)));
  const size = long(body.length + footerSize);
  return concat(size, body, size, magic);
}
