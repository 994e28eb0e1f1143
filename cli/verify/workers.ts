/** The pieces of a run on several threads of this machine. */
import { Tinypool } from 'tinypool';
import type { Board } from './board.ts';
import type { Doer } from './jobs.ts';
import type { Part } from './part.ts';
import type { VerifyOptions } from './result.ts';

/** What a thread is asked. */
export interface Asked {
  readonly options: VerifyOptions;
  readonly memory: SharedArrayBuffer;
  readonly piece: Parameters<Doer['do']>[0];
}

/** What it answers: what came of it, or what our own code has thrown. */
export type Answered = { readonly part: Part } | { readonly error: Error };

const usualWorker = new URL('../worker.mjs', import.meta.url);

export class Workers implements Doer {
  private readonly options: VerifyOptions;
  private readonly board: Board;
  private readonly pool: Tinypool;
  /** Fails once a thread is gone; the pool itself would wait for it for ever. */
  private readonly loss: Promise<never>;
  private isWhole = true;

  constructor(options: VerifyOptions, board: Board, threads: number, worker = usualWorker) {
    this.options = options;
    this.board = board;
    this.pool = new Tinypool({
      ...{ filename: worker.href, minThreads: threads, maxThreads: threads },
      // Threads that wait for the slowest of them are not ended meanwhile.
      idleTimeout: 0x7fffffff,
    });
    this.loss = new Promise((_, reject) => {
      for (const thread of this.pool.threads)
        thread.once('exit', (status: unknown) => reject(new Error(`exit status ${String(status)}`)));
    });
    this.loss.catch(() => (this.isWhole = false));
  }

  async do(piece: Asked['piece']): Promise<Part> {
    const asked: Asked = { options: this.options, memory: this.board.memory, piece };
    const answer = Promise.race([this.pool.run(asked), this.loss]);
    const answered = (await answer.catch((error: unknown) => {
      throw new ThreadLost(piece.name, error);
    })) as Answered;
    if ('error' in answered) throw answered.error;
    return answered.part;
  }

  async end(): Promise<void> {
    // why: the pool would wait for the end of the thread that is gone.
    if (this.isWhole) await this.pool.destroy();
    else await Promise.all(this.pool.threads.map((thread) => thread.terminate()));
  }
}

/** A thread had no time to say anything: its memory was full, or something ended it. */
export class ThreadLost extends Error {
  constructor(name: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`a thread ended before it was done with ${name}: ${reason}; with --jobs 1 there is none beside the first`);
  }
}
