/** The hypervisor's own allocator (Linux 7.4, Android): frames that it has from boot, for the structures of VMs and vCPUs. */
import type { Board } from '../board.ts';
import type { Upkeep } from './upkeep.ts';

export class Heap {
  private readonly board: Board;
  private readonly upkeep: Upkeep;
  /** By frame: 1 where something lies. */
  private readonly taken: Uint8Array;

  constructor(board: Board, upkeep: Upkeep) {
    this.board = board;
    this.upkeep = upkeep;
    this.taken = new Uint8Array(board.poolStart);
  }

  /** The first of so many free frames in a row, all zero; -1 if there are none, or if it is to be found full. */
  take(frames: number, isFull: boolean): number {
    const first = isFull ? -1 : this.findFree(frames);
    if (first < 0) return -1;
    this.taken.fill(1, first, first + frames);
    for (let frame = first; frame < first + frames; frame++) this.upkeep.scrub(frame);
    return first;
  }

  private findFree(frames: number): number {
    const { heapStart, poolStart } = this.board;
    for (let first = heapStart; first + frames <= poolStart; first++) {
      if (!this.taken.subarray(first, first + frames).includes(1)) return first;
    }
    return -1;
  }

  give(first: number, frames: number): void {
    this.taken.fill(0, first, first + frames);
  }

  save(): Uint8Array {
    return this.taken.slice();
  }

  load(saved: Uint8Array): void {
    this.taken.set(saved);
  }
}
