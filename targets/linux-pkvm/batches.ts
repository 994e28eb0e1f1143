/** What the agent says, as batches of lines: each ends with a line that holds a single dot. */

/** What the agent says to one batch is far less. */
const mostLines = 10_000;
const longestLine = 1 << 16;
const end = '.';

export const batchOf = (requests: readonly string[]): string => [...requests, end, ''].join('\n');

interface Waiter {
  readonly resolve: (lines: string[]) => void;
  readonly reject: (error: Error) => void;
}

export class Batches {
  private line = '';
  private lines: string[] = [];
  /** Those that nobody has asked for yet. */
  private readonly ready: string[][] = [];
  private waiter: Waiter | undefined;
  private death: Error | undefined;

  /** Takes what came. False where it is more than anyone can have asked for. */
  take(text: string): boolean {
    const [first = '', ...others] = text.split('\n');
    this.line += first;
    for (const part of others) {
      this.takeLine(this.line);
      this.line = part;
    }
    return this.lines.length <= mostLines && this.line.length <= longestLine;
  }

  private takeLine(line: string): void {
    if (line !== end) {
      this.lines.push(line);
      return;
    }
    const { waiter, lines } = this;
    [this.lines, this.waiter] = [[], undefined];
    if (waiter) waiter.resolve(lines);
    else this.ready.push(lines);
  }

  /** The next batch. `late` is called where it does not come in time. */
  next(seconds: number, late: () => void): Promise<string[]> {
    return new Promise((resolve, reject) => {
      if (this.waiter) throw new Error('unreachable: two wait for one batch');
      const ready = this.ready.shift();
      if (ready) resolve(ready);
      else if (this.death) reject(this.death);
      else {
        const timer = setTimeout(late, seconds * 1000);
        this.waiter = {
          resolve: (lines) => {
            clearTimeout(timer);
            resolve(lines);
          },
          reject: (error) => {
            clearTimeout(timer);
            reject(error);
          },
        };
      }
    });
  }

  /** No more will come. */
  close(why: Error): void {
    this.death ??= why;
    this.waiter?.reject(why);
    this.waiter = undefined;
  }
}
