/** A program that answers one line for each line that it is asked for, and is never left behind. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { TargetProblem } from '../problem.ts';

/** The program ended, or gave no answer in time. */
export class ProgramDied extends Error {
  readonly hung: boolean;

  constructor(message: string, hung: boolean) {
    super(message);
    this.hung = hung;
  }
}

const longestLine = 1 << 20;
const shown = 60;
export const excerpt = (line: string): string =>
  JSON.stringify(line.length > shown ? `${line.slice(0, shown)}…` : line);

/** Whatever ends us in an orderly way takes the programs along. */
const running = new Set<Program>();
process.once('exit', () => running.forEach((program) => program.kill()));

export class Program {
  private readonly child: ChildProcess;
  private readonly lines: string[] = [];
  /** Lines that were asked for and did not come yet; the first is not asked for by any line of ours. */
  private owed = 1;
  private pending = '';
  private complaint = '';
  /** Why no more lines come. */
  private end: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(command: string) {
    const child = spawn(command, { shell: true, stdio: 'pipe', detached: true });
    this.child = child;
    running.add(this);
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.receive(text));
    child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (this.complaint = (this.complaint + text).slice(-500)));
    child.stdin.on('error', () => undefined);
    child.on('error', (error) =>
      this.finish(new ProgramDied(`the program cannot be started: ${error.message}`, false)),
    );
    child.on('close', (code, signal) => this.closed(signal ?? `status ${code ?? '?'}`));
  }

  get ended(): boolean {
    return this.end !== undefined;
  }

  /** Lines that are answered with one each. */
  send(lines: readonly object[]): void {
    this.owed += lines.length;
    this.child.stdin?.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  /** The next line. Throws ProgramDied, or TargetProblem where it said what nobody asked for. */
  async next(seconds: number): Promise<string> {
    const deadline = performance.now() + seconds * 1000;
    for (;;) {
      const line = this.lines.shift();
      if (line !== undefined) return line;
      if (this.end) throw this.end;
      const left = deadline - performance.now();
      if (left <= 0) this.finish(new ProgramDied(`no answer within ${seconds} s`, true));
      else await this.news(left);
    }
  }

  private news(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private receive(text: string): void {
    const [first = '', ...others] = text.split('\n');
    this.pending += first;
    for (const part of others) {
      this.take(this.pending);
      this.pending = part;
    }
    if (this.pending.length > longestLine) this.finish(new TargetProblem('the program says a line of more than 1 MiB'));
    this.wake?.();
  }

  private take(line: string): void {
    if (this.owed === 0) this.finish(new TargetProblem(`the program says what nobody asked for: ${excerpt(line)}`));
    if (this.end) return;
    this.owed--;
    this.lines.push(line);
  }

  private closed(why: string): void {
    if (this.pending !== '') this.take(this.pending);
    const text = this.complaint.trim();
    this.finish(new ProgramDied(`the program ended (${why})${text === '' ? '' : `: ${text}`}`, false));
    this.kill();
    running.delete(this);
  }

  /** Nothing more is taken; the first reason counts. */
  private finish(why: Error): void {
    if (this.end === undefined) {
      this.end = why;
      this.kill();
      this.child.stdout?.destroy();
    }
    this.wake?.();
  }

  /** Ends the program and whatever it started. */
  kill(): void {
    const { pid } = this.child;
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
  }

  stop(): void {
    this.finish(new TargetProblem('the program was closed while it was asked'));
  }
}
