/**
 * A list of free pages as Linux keeps its memcaches: the address of the top page, a length, and in the first word of
 * each page the address of the next. Whoever can write to the pages can redirect the list.
 */
import type { Board } from '../board.ts';
import type { Memory } from '../memory.ts';

export interface PageList {
  /** Address in bytes of the page on top; 0 when empty. */
  top: number;
  length: number;
}

export const emptyList = (): PageList => ({ top: 0, length: 0 });

export class PageLists {
  private readonly board: Board;
  private readonly memory: Memory;
  private readonly pageBytes: number;

  constructor(board: Board, memory: Memory) {
    this.board = board;
    this.memory = memory;
    this.pageBytes = board.pageBytes;
  }

  push(list: PageList, frame: number): void {
    this.memory.write(frame, 0, list.top);
    list.top = frame * this.pageBytes;
    list.length++;
  }

  /** Take the top page; only right where its link can be trusted. */
  pop(list: PageList): number {
    if (list.length === 0) return -1;
    const frame = this.topOf(list);
    list.top = this.memory.read(frame, 0);
    list.length--;
    return frame;
  }

  /** why: the host chooses the address; what lies below a page is cut off, or a wipe would run into the next page. */
  topOf(list: PageList): number {
    return Math.floor(list.top / this.pageBytes);
  }

  /** The frames on a list, from the top. Stops where the list leaves memory. */
  framesOf(list: PageList): number[] {
    const frames: number[] = [];
    for (let next = list.top; frames.length < list.length;) {
      const frame = Math.floor(next / this.pageBytes);
      if (!this.board.isRam(frame)) break;
      frames.push(frame);
      next = this.memory.read(frame, 0);
    }
    return frames;
  }
}
