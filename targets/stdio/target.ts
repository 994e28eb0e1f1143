/** Any program as a target, over its standard input and output: one line of JSON for each call, one for each answer. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { EventTarget, EventTargetDescription, PageStates, Question } from '../../spec/target.ts';
import type { Answer, TranscriptHeader } from '../../spec/transcript.ts';

const count = z.int().nonnegative();
const hello = z.object({
  pvmTarget: z.literal(1),
  target: z.object({ hypervisor: z.string(), release: z.string(), machine: z.string(), mode: z.string() }),
  profile: z.string(),
  calls: z.array(z.string()),
  sizes: z.record(z.string(), count).optional(),
  features: z.object({ ipaBits: count, hardwareAccessFlag: z.boolean() }).optional(),
  /** The program answers `{"states":true}` with its page states. */
  pageStates: z.boolean().optional(),
});
const ready = z.object({ ready: z.literal(true) });
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const answerShape = z.record(z.string(), z.union([scalar, z.record(z.string(), z.number())]));
const statesShape = z.object({
  state: z.record(
    z.string(),
    z.object({ host: z.string(), hyp: z.string(), refcount: count.optional(), guestShares: count.optional() }),
  ),
  otherPagesChanged: count,
});

/** The program said something that the protocol does not allow; the message names it. */
export class ProtocolError extends Error {}

/** The program ended, or gave no answer in time. */
class ProgramDied extends Error {
  readonly hung: boolean;

  constructor(message: string, hung: boolean) {
    super(message);
    this.hung = hung;
  }
}

export interface StdioOptions {
  /** How long the program may take for one line. */
  readonly seconds?: number;
}

export class StdioTarget implements EventTarget {
  private readonly command: string;
  private readonly seconds: number;
  private process: ChildProcess | undefined;
  private description: z.infer<typeof hello> | undefined;
  private readonly lines: string[] = [];
  private wake: (() => void) | undefined;
  private death: ProgramDied | undefined;
  private complaint = '';

  constructor(command: string, options: StdioOptions = {}) {
    this.command = command;
    this.seconds = options.seconds ?? 10;
  }

  private start(): void {
    this.lines.length = 0;
    this.death = undefined;
    this.complaint = '';
    const child = spawn(this.command, { shell: true, stdio: 'pipe', detached: true });
    this.process = child;
    createInterface({ input: child.stdout }).on('line', (line) => this.take(child, line));
    child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (this.complaint = (this.complaint + text).slice(-500)));
    child.stdin.on('error', () => undefined);
    child.on('close', (code, signal) => {
      if (this.process !== child) return;
      const why = signal ?? `status ${code ?? '?'}`;
      const said = this.complaint.trim();
      this.death ??= new ProgramDied(`the program ended (${why})${said === '' ? '' : `: ${said}`}`, false);
      this.wake?.();
    });
  }

  private take(child: ChildProcess, line: string): void {
    if (this.process !== child) return;
    this.lines.push(line);
    this.wake?.();
  }

  private async nextLine(): Promise<string> {
    const deadline = performance.now() + this.seconds * 1000;
    for (;;) {
      const line = this.lines.shift();
      if (line !== undefined) return line;
      if (this.death) throw this.death;
      const left = deadline - performance.now();
      if (left <= 0) {
        this.death = new ProgramDied(`no answer within ${this.seconds} s`, true);
        this.kill();
        throw this.death;
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  private async read<T>(what: string, shape: z.ZodType<T>): Promise<T> {
    const line = await this.nextLine();
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new ProtocolError(`expected ${what} as one line of JSON, got ${JSON.stringify(line.slice(0, 60))}`);
    }
    const result = shape.safeParse(value);
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    throw new ProtocolError(`expected ${what}: ${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''}`);
  }

  private send(...lines: object[]): void {
    this.process?.stdin?.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  async describe(): Promise<EventTargetDescription> {
    const { target, profile, calls, sizes, features } = await this.greet();
    return { target, profile, calls, sizes, features };
  }

  /** The program, running; what it said of itself first. */
  private async greet(): Promise<z.infer<typeof hello>> {
    if (this.description !== undefined && this.death === undefined) return this.description;
    this.start();
    try {
      return (this.description = await this.read('a first line that describes the target', hello));
    } catch (error) {
      if (error instanceof ProgramDied) throw new ProtocolError(error.message);
      throw error;
    }
  }

  async open(header: TranscriptHeader): Promise<void> {
    await this.greet();
    this.send({ format: 'pvm-trace', version: 1, pageSize: 4096, ...header });
    await this.read('{"ready":true} after a header', ready);
  }

  async answerAll(questions: readonly Question[]): Promise<readonly Answer[]> {
    this.send(...questions.map(({ op, args }, i) => ({ i, op, args })));
    const answers: Answer[] = [];
    for (const { op } of questions) {
      try {
        answers.push(await this.read(`an answer to ${op}`, answerShape));
      } catch (error) {
        if (!(error instanceof ProgramDied)) throw error;
        return [...answers, { panic: error.hung ? 'hang' : 'EL2', message: error.message }];
      }
    }
    return answers;
  }

  async pageStates(): Promise<PageStates | undefined> {
    if (this.description?.pageStates !== true || this.death) return undefined;
    this.send({ states: true });
    return this.read('page states', statesShape);
  }

  /** The program and whatever it started. */
  private kill(): void {
    const pid = this.process?.pid;
    if (pid === undefined || this.process?.exitCode !== null) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }

  async close(): Promise<void> {
    const child = this.process;
    this.kill();
    this.process = undefined;
    this.description = undefined;
    child?.stdout?.destroy();
  }
}
