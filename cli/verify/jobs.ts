/** The tasks of a run, one after the other in this thread or on several threads, and how far they have come. */
import { everything, partOf } from '../../search/engine/share.ts';
import type { Share } from '../../search/engine/share.ts';
import { fail } from '../output.ts';
import { Board } from './board.ts';
import { chapterOf } from './conclude.ts';
import { add, nothing } from './part.ts';
import type { Part } from './part.ts';
import type { ChapterProgress, VerifyOptions, Watcher } from './result.ts';
import { isFor } from './task.ts';
import type { Task } from './task.ts';
import { transcripts } from './transcripts.ts';
import { ThreadLost, Workers } from './workers.ts';

/** How much of a run is done here, and on how many threads. */
export interface Work {
  readonly share: Share;
  readonly jobs: number;
  /** What threads run, where that is not the usual. */
  readonly worker?: URL;
}

export const wholeWork: Work = { share: everything, jobs: 1 };

/** A task, or a part of a long one. */
interface Piece {
  readonly task: Task;
  readonly share: Share;
  readonly seconds: number | undefined;
}

/** Who does the pieces, each by its place on the board. */
export interface Doer {
  do(piece: Omit<Piece, 'task'> & { readonly name: string; readonly at: number }): Promise<Part>;
  end(): Promise<void>;
}

export interface Performed {
  /** What came of each task that there is something of. */
  readonly parts: ReadonlyMap<string, Part>;
  /** Seconds by chapter. */
  readonly times: ReadonlyMap<string, number>;
}

export async function perform(
  options: VerifyOptions,
  tasks: readonly Task[],
  watcher: Watcher,
  work: Work,
): Promise<Performed> {
  const pieces = piecesOf(options, tasks, work);
  const board = new Board(pieces.length);
  const jobs = Math.min(work.jobs, pieces.length);
  const doer = jobs > 1 ? new Workers(options, board, jobs, work.worker) : new Here(tasks, board);
  const course = new Course(pieces, board, watcher);
  const drawing = setInterval(() => course.draw(), 100);
  try {
    const doing = pieces.map(({ task, ...piece }, at) => async (): Promise<void> => {
      course.take(at, await doer.do({ ...piece, name: task.name, at }));
    });
    if (jobs > 1) await Promise.all(doing.map((one) => one()));
    else for (const one of doing) await one();
    return { parts: course.parts, times: course.times };
  } catch (error) {
    // why: once for all pieces that were still to do.
    if (error instanceof ThreadLost) fail(error.message);
    throw error;
  } finally {
    clearInterval(drawing);
    await doer.end();
  }
}

/** Each scope has the same part of the time, and so has each of the other chapters; threads have it side by side. */
function piecesOf(options: VerifyOptions, tasks: readonly Task[], { share, jobs }: Work): readonly Piece[] {
  const scopes = Math.max(1, tasks.filter(({ isScope }) => isScope === true).length);
  const seconds = options.seconds === undefined ? undefined : options.seconds / scopes;
  return tasks
    .filter((task) => isFor(share, task))
    .flatMap((task): Piece[] => {
      const isParted = task.isLong === true && options.path === undefined;
      if (isParted) return Array.from({ length: jobs }, (_, i) => ({ task, share: partOf(share, i, jobs), seconds }));
      return [{ task, share, seconds: seconds && (task.number === undefined ? seconds * jobs : seconds) }];
    });
}

/** In this thread. */
export class Here implements Doer {
  private readonly tasks: ReadonlyMap<string, Task>;
  private readonly board: Board;
  /** Seconds that went into the listed tasks of each chapter: they share the time of the chapter. */
  private readonly spent = new Map<string, number>();

  constructor(tasks: readonly Task[], board: Board) {
    this.tasks = new Map(tasks.map((task) => [task.name, task]));
    this.board = board;
  }

  async do({ name, share, seconds, at }: Parameters<Doer['do']>[0]): Promise<Part> {
    const { board, spent } = this;
    const task = this.tasks.get(name);
    if (task === undefined) throw new Error(`unreachable: there is no task ${name}`);
    const { chapter, number } = task;
    const left = seconds && (number === undefined ? seconds : seconds - (spent.get(chapter) ?? 0));
    board.begin(at);
    const begun = performance.now();
    const part = board.stopped()
      ? nothing
      : await task.perform({ share, seconds: left, stopped: board.stopped, progress: (done) => board.note(at, done) });
    spent.set(chapter, (spent.get(chapter) ?? 0) + (performance.now() - begun) / 1000);
    board.end(at);
    return part;
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}

/** What has come of the pieces so far, chapter by chapter. */
class Course {
  readonly parts = new Map<string, Part>();
  readonly times = new Map<string, number>();
  private readonly pieces: readonly Piece[];
  private readonly board: Board;
  private readonly watcher: Watcher;
  private readonly done = new Set<number>();
  private readonly chapters: string[];

  constructor(pieces: readonly Piece[], board: Board, watcher: Watcher) {
    this.pieces = pieces;
    this.board = board;
    this.watcher = watcher;
    this.chapters = [...new Set(pieces.map(({ task }) => task.chapter))];
  }

  take(at: number, part: Part): void {
    const { name } = this.pieces[at]?.task ?? { name: '' };
    this.parts.set(name, add(this.parts.get(name) ?? nothing, part));
    this.done.add(at);
    this.draw();
  }

  /** Chapters are told of in order: those that are through, and the first that is not. */
  draw(): void {
    const { board, watcher } = this;
    if (watcher.stopped()) board.stop();
    for (let chapter = this.chapters[0]; chapter !== undefined; chapter = this.chapters[0]) {
      const own = this.pieces.flatMap(({ task }, at) => (task.chapter === chapter ? [at] : []));
      if (!own.every((at) => this.done.has(at))) {
        if (chapter !== transcripts) watcher.progress(this.underWay(chapter, own));
        return;
      }
      this.chapters.shift();
      this.times.set(chapter, board.seconds(own));
      if (chapter !== transcripts) watcher.finished(this.over(chapter, own));
    }
  }
  private underWay(chapter: string, own: readonly number[]): ChapterProgress {
    const all = own.map((at) => this.board.of(at));
    const [runs, calls, states, share] = (['runs', 'calls', 'states', 'share'] as const).map((name) =>
      all.reduce((sum, one) => sum + (one[name] ?? 0), 0),
    ) as [number, number, number, number];
    const seconds = this.board.seconds(own);
    const counts = { runs, calls, ...(states > 0 && { states }) };
    return { chapter, scopes: [], ...counts, share: share / own.length, seconds, violated: false };
  }

  private over(chapter: string, own: readonly number[]): ChapterProgress {
    const tasks = [...new Set(own.flatMap((at) => this.pieces[at]?.task ?? []))];
    const made = tasks.map((task) => ({ task, part: this.parts.get(task.name) ?? nothing }));
    return chapterOf(chapter, made, made.length, this.times.get(chapter) ?? 0);
  }
}
