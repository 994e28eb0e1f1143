/** The secure world as an actor: it reads and writes what it was given, and gives it back. Only its own restraint limits it. */
import type { Board } from './board.ts';
import { frameWrap } from './board.ts';
import type { Cache } from './cache.ts';
import { arg, done, type Args, type Call, type Outcome } from './hypervisor/call.ts';
import type { Run } from './hypervisor/locks.ts';

/** How it came by a page. */
export const holds = { NONE: 0, SHARED: 1, LENT: 2 } as const;
export type Hold = (typeof holds)[keyof typeof holds];

export class SecureWorld {
  /** Counts changes of what it holds, as a table counts its own. */
  edits = 0;
  private readonly board: Board;
  private readonly cache: Cache;
  private readonly held: Uint8Array;

  constructor(board: Board, cache: Cache) {
    this.board = board;
    this.cache = cache;
    this.held = new Uint8Array(board.limit);
  }

  holdOf(frame: number): Hold {
    return (this.held[frame] ?? holds.NONE) as Hold;
  }

  receive(frame: number, hold: Hold): void {
    this.edits++;
    this.held[frame] = hold;
  }

  private frameOf(args: Args): number {
    return this.board.pfnOf(arg(args, 'page')) % frameWrap;
  }

  private *read(args: Args): Run<Outcome> {
    const frame = this.frameOf(args);
    return this.holdOf(frame) === holds.NONE ? 'FAULT' : this.cache.read(frame, arg(args, 'word'));
  }

  private *write(args: Args): Run<Outcome> {
    const frame = this.frameOf(args);
    if (this.holdOf(frame) === holds.NONE) return 'FAULT';
    this.cache.write(frame, arg(args, 'word'), arg(args, 'value'));
    return done;
  }

  private *giveBack(args: Args): Run<Outcome> {
    const frame = this.frameOf(args);
    if (this.holdOf(frame) === holds.NONE) return 'DENIED';
    this.receive(frame, holds.NONE);
    return done;
  }

  calls(): Record<string, Call> {
    return {
      secure_read: (_cpu, args) => this.read(args),
      secure_write: (_cpu, args) => this.write(args),
      secure_return: (_cpu, args) => this.giveBack(args),
    };
  }

  save(): Uint8Array {
    return this.held.slice();
  }

  load(saved: Uint8Array): void {
    this.edits++;
    this.held.set(saved);
  }
}
