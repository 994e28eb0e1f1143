/** Elements of DER that was found to be DER: tags and what they hold, where no schema is at hand. */
import type { Bytes } from '../bytes.ts';

export interface Element {
  readonly tag: number;
  readonly body: Bytes;
  /** Tag and length in front of it. */
  readonly whole: Bytes;
}

/** The element at a place, and where it ends. */
function elementAt(der: Bytes, at: number): Element & { readonly end: number } {
  const first = der[at + 1] ?? 0;
  const more = first < 0x80 ? 0 : first & 0x7f;
  const size = more === 0 ? first : der.slice(at + 2, at + 2 + more).reduce((sum, byte) => sum * 256 + byte, 0);
  const start = at + 2 + more;
  const end = start + size;
  return { tag: der[at] ?? 0, body: der.slice(start, end), whole: der.slice(at, end), end };
}

/** All elements, one after the other. */
export function elementsOf(der: Bytes): readonly Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < der.length;) {
    const element = elementAt(der, at);
    elements.push(element);
    at = element.end;
  }
  return elements;
}
