/** Parts with their lengths before them, as APKs have what they sign. */
import type { Bytes } from '../bytes.ts';
import { concat } from '../bytes.ts';
import { little, little32 } from './reader.ts';
import type { Span } from './spans.ts';

const lengthSize = 4;

/** Reads one part behind the other; what does not fit is an empty part, and from then on nothing is whole. */
export class Parts {
  private readonly bytes: Bytes;
  private readonly to: number;
  private at: number;
  isWhole = true;

  constructor(bytes: Bytes, { from, to }: Span) {
    this.bytes = bytes;
    this.at = from;
    this.to = to;
  }

  get place(): number {
    return this.at;
  }
  /** Nothing is left. */
  get isAtEnd(): boolean {
    return this.at >= this.to;
  }

  number(size = lengthSize): number {
    if (this.at + size > this.to) return this.fail();
    const value = little(this.bytes, this.at, size);
    this.at += size;
    return value;
  }

  part(): Span {
    const length = this.number();
    if (!this.isWhole || length > this.to - this.at) {
      this.fail();
      return { from: this.to, to: this.to };
    }
    const from = this.at;
    this.at += length;
    return { from, to: this.at };
  }

  /** What fails once is over. */
  private fail(): 0 {
    this.isWhole = false;
    this.at = this.to;
    return 0;
  }
}

/** The parts that a stretch consists of, no more than `most`, and whether they fill it. */
export function partsIn(bytes: Bytes, span: Span, most: number): [readonly Span[], boolean] {
  const parts = new Parts(bytes, span);
  const found: Span[] = [];
  while (!parts.isAtEnd && found.length < most) {
    const part = parts.part();
    if (!parts.isWhole) return [found, false];
    found.push(part);
  }
  return [found, parts.isAtEnd];
}

export const prefixed = (...parts: readonly Bytes[]): Bytes => {
  const body = concat(...parts);
  return concat(little32(body.length), body);
};
