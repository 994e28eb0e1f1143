/** What is seen of a run while it goes on. */
import { exitStatus } from '../output.ts';
import type { ChapterProgress, Watcher } from './result.ts';
import { chapterLine, fitted } from './text.ts';

/** The terminal, or plain lines where there is none. Ctrl-C ends the run with what was learned so far. */
export class Screen implements Watcher {
  private interrupted = false;
  private drawn = 0;
  private readonly onInterrupt = (): void => {
    if (this.interrupted) process.exit(exitStatus.interrupted);
    this.interrupted = true;
  };
  readonly stopped = (): boolean => this.interrupted;

  constructor() {
    process.on('SIGINT', this.onInterrupt);
  }

  progress(chapter: ChapterProgress): void {
    if (!process.stdout.isTTY || performance.now() - this.drawn < 100) return;
    this.drawn = performance.now();
    process.stdout.write(`\r\x1b[2K${fitted(chapterLine(chapter, false), process.stdout.columns)}`);
  }

  finished(chapter: ChapterProgress): void {
    process.stdout.write(`${process.stdout.isTTY ? '\r\x1b[2K' : ''}${chapterLine(chapter, true)}\n`);
  }

  done(): void {
    process.off('SIGINT', this.onInterrupt);
  }
}
