/** What was worked out of bytes is kept for a while, for the same bytes come again. */
import { hex } from './bytes.ts';
import type { Bytes } from './bytes.ts';

/** Then all of it is forgotten. */
const most = 4096;

export class Kept<T> {
  private readonly known = new Map<string, T>();

  /** What these stand for; it depends on nothing else. */
  of(given: readonly (string | Bytes)[], make: () => T): T {
    const key = given.map((one) => (typeof one === 'string' ? one : hex(one))).join();
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (this.known.size === most) this.known.clear();
    this.known.set(key, made);
    return made;
  }
}
