/** The footer of a partition, and the description that it points to. */
import type { FooterFacts } from '../../spec/images/footer.ts';
import type { VbmetaFacts } from '../../spec/images/vbmeta.ts';
import type { Bytes } from '../bytes.ts';
import { ascii, sameBytes } from '../bytes.ts';
import { big } from './reader.ts';
import { readVbmeta } from './vbmeta.ts';

export const footerMagic = ascii('AVBf');
export const footerBytes = 64;

/** What the last bytes of a partition say that begins at `start` of what it lies in. Never throws. */
export function readFooter(bytes: Bytes, start = 0): FooterFacts {
  const at = Math.max(0, bytes.length - footerBytes);
  return {
    at: start + at,
    room: bytes.length,
    hasMagic: bytes.length >= footerBytes && sameBytes(bytes.subarray(at, at + footerMagic.length), footerMagic),
    major: big(bytes, at + 4, 4),
    minor: big(bytes, at + 8, 4),
    originalSize: big(bytes, at + 12, 8),
    offset: big(bytes, at + 20, 8),
    size: big(bytes, at + 28, 8),
  };
}

/** The description that a footer points to, as far as it lies in the partition. */
export function readAtFooter(bytes: Bytes, start = 0): { readonly footer: FooterFacts; readonly vbmeta: VbmetaFacts } {
  const footer = readFooter(bytes, start);
  const offset = Math.min(footer.offset, bytes.length);
  const size = Math.min(footer.size, bytes.length - offset);
  return { footer, vbmeta: readVbmeta(bytes.subarray(offset, offset + size), start + offset) };
}
