/**
 * Writes that have not reached memory. A wipe by the hypervisor stays in the cache until it is cleaned to the point of
 * coherency; until then an observer that does not look into caches (an uncached read, a device) sees the old bytes.
 * Stores of the host and of guests go through at once. Both are the worst case for secrecy: old secrets are in memory,
 * and the zeros that should cover them are not.
 */
import type { Board } from './board.ts';
import type { Memory } from './memory.ts';

const half = 2 ** 32;

export class Cache {
  private readonly board: Board;
  private readonly memory: Memory;
  /** What memory still holds of each page that a wipe has not reached. */
  private readonly behind = new Map<number, Uint32Array>();

  constructor(board: Board, memory: Memory) {
    this.board = board;
    this.memory = memory;
  }

  /** Zero a page in the cache. */
  wipe(frame: number): void {
    if (!this.behind.has(frame)) this.behind.set(frame, this.memory.copy(frame));
    this.memory.zero(frame);
  }

  /** Clean to the point of coherency: what the cache holds of the page is now in memory. */
  clean(frame: number): void {
    this.behind.delete(frame);
  }

  /** An access of the host or of a guest. Where there are no bytes, zeros are read and nothing is written. */
  read(frame: number, word: number): number {
    return this.board.isRam(frame) ? this.memory.read(frame, word) : 0;
  }

  write(frame: number, word: number, value: number): void {
    if (!this.board.isRam(frame)) return;
    this.memory.write(frame, word, value);
    const old = this.behind.get(frame);
    if (old === undefined) return;
    old[2 * word] = value % half;
    old[2 * word + 1] = Math.floor(value / half);
  }

  /** What an observer reads that does not look into caches. */
  readUncached(frame: number, word: number): number {
    const old = this.behind.get(frame);
    return old === undefined ? this.read(frame, word) : old[2 * word + 1]! * half + old[2 * word]!;
  }

  isBehind(frame: number): boolean {
    return this.behind.has(frame);
  }

  save(): readonly (readonly [number, Uint32Array])[] {
    return [...this.behind].map(([frame, bytes]) => [frame, bytes.slice()] as const);
  }

  load(saved: readonly (readonly [number, Uint32Array])[]): void {
    this.behind.clear();
    for (const [frame, bytes] of saved) this.behind.set(frame, bytes.slice());
  }
}
