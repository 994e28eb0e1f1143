/** Small ways of making bytes out of others. */
import type { Bytes } from '../../model/bytes.ts';

/** With one byte that is another; the bytes themselves are changed. */
export const withByte = (bytes: Bytes, at: number, byte: number): Bytes => {
  bytes[at] = byte;
  return bytes;
};

/** With a little-endian word at an offset; the bytes themselves are changed. */
export const withWord = (bytes: Bytes, at: number, word: number): Bytes => {
  new DataView(bytes.buffer).setUint32(at, word, true);
  return bytes;
};

const blockSize = 4096;
/** Filled up with zeros to a whole block, as a disk is. */
export const onDisk = (bytes: Bytes): Bytes => {
  const whole = new Uint8Array(Math.ceil(bytes.length / blockSize) * blockSize);
  whole.set(bytes);
  return whole;
};

/** What is made once for each step of the scale, for signing takes time. */
export function remembered(make: (scale: number) => Bytes): (scale: number) => Bytes {
  const known = new Map<number, Bytes>();
  return (scale) => {
    const bytes = known.get(scale) ?? make(scale);
    known.set(scale, bytes);
    return bytes;
  };
}
