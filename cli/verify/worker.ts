/** A thread of `verify`: does the pieces that it is given. */
import { Board } from './board.ts';
import { Here } from './jobs.ts';
import { tasksFor } from './run.ts';
import type { Answered, Asked } from './workers.ts';

/** What lasts from one piece to the next. */
let here: Here | undefined;

export default async function work({ options, memory, piece }: Asked): Promise<Answered> {
  try {
    here ??= new Here(tasksFor(options), new Board(memory));
    return { part: await here.do(piece) };
  } catch (error) {
    return { error: error as Error };
  }
}
