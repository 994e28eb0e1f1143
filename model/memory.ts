/** Physical memory: bytes, as the caches of the CPUs show them. `cache.ts` holds what has not reached the chips. */
import type { Board } from './board.ts';

const half = 2 ** 32;

export class Memory {
  /** By frame: counts writes, for those who read a page again only when there is something new to see. */
  readonly edits: Uint32Array;
  private readonly halves: Uint32Array;
  private readonly first: number;
  private readonly stride: number;

  constructor(board: Board) {
    this.edits = new Uint32Array(board.limit);
    this.halves = new Uint32Array(((board.end - board.first) * board.pageBytes) / 4);
    this.first = board.first;
    this.stride = board.pageWords * 2;
  }

  /** Bits 31 to 0 of a 64-bit word, as a signed number that bit operations take. */
  low(frame: number, word: number): number {
    return this.halves[(frame - this.first) * this.stride + 2 * word]! | 0;
  }

  /** Bits 63 to 32. */
  high(frame: number, word: number): number {
    return this.halves[(frame - this.first) * this.stride + 2 * word + 1]! | 0;
  }

  store(frame: number, word: number, low: number, high: number): void {
    const at = (frame - this.first) * this.stride + 2 * word;
    this.edits[frame] = this.edits[frame]! + 1;
    this.halves[at] = low;
    this.halves[at + 1] = high;
  }

  /** A 64-bit word as a number: exact up to 2^53, and beyond where few of its bits are set. */
  read(frame: number, word: number): number {
    const at = (frame - this.first) * this.stride + 2 * word;
    return this.halves[at + 1]! * half + this.halves[at]!;
  }

  write(frame: number, word: number, value: number): void {
    this.store(frame, word, value % half, Math.floor(value / half));
  }

  zero(frame: number): void {
    const at = (frame - this.first) * this.stride;
    this.edits[frame] = this.edits[frame]! + 1;
    this.halves.fill(0, at, at + this.stride);
  }

  /** A copy of a page, and a page put back from one. */
  copy(frame: number): Uint32Array {
    const at = (frame - this.first) * this.stride;
    return this.halves.slice(at, at + this.stride);
  }

  save(): Uint32Array {
    return this.halves.slice();
  }

  load(saved: Uint32Array): void {
    this.halves.set(saved);
    for (let frame = 0; frame < this.edits.length; frame++) this.edits[frame] = this.edits[frame]! + 1;
  }
}
