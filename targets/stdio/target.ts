/** Any program as a target, over its standard input and output: one line of JSON for each call, one for each answer. */
import { z } from 'zod';
import type { EventTarget, EventTargetDescription, PageStates, Panic, Question } from '../../spec/target.ts';
import type { Answer, TranscriptHeader } from '../../spec/transcript.ts';
import { TargetProblem } from '../problem.ts';
import { Program, ProgramDied, excerpt } from './program.ts';

const count = z.int().nonnegative();
const printable = z.string().regex(/^[^\p{C}]{1,200}$/u, 'expected 1 to 200 printable characters');
const mostPages = 512;
const hello = z.object({
  pvmTarget: z.literal(1),
  target: z.object({ hypervisor: printable, release: printable, machine: printable, mode: printable }),
  profile: printable,
  calls: z.array(printable),
  sizes: z.record(z.string(), count.max(mostPages)).optional(),
  features: z.object({ ipaBits: z.int().min(32).max(52), hardwareAccessFlag: z.boolean() }).optional(),
  vcpus: z.union([z.literal(1), z.literal(2)]).optional(),
  ownPages: z.object({ code: z.int().min(0).max(1), data: z.int().min(0).max(5) }).optional(),
  passesUpper: z.boolean().optional(),
  /** The program answers `{"states":true}` with its page states. */
  pageStates: z.boolean().optional(),
});
type Hello = z.infer<typeof hello>;
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

export interface StdioOptions {
  /** How long the program may take for one line. */
  readonly seconds?: number;
  /** How long it may take until it has described itself; at least ten seconds where nothing is said. */
  readonly startSeconds?: number;
}

const usualSeconds = 10;

const panicOf = ({ hung, message }: ProgramDied): Panic => ({ panic: hung ? 'hang' : 'EL2', message });

/** What a line says. Throws TargetProblem where that is not what was asked for. */
function parse<T>(line: string, what: string, shape: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new TargetProblem(`expected ${what} as one line of JSON, got ${excerpt(line)}`);
  }
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new TargetProblem(`expected ${what}: ${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''}`);
}

export class StdioTarget implements EventTarget {
  private readonly command: string;
  private readonly seconds: number;
  private readonly startSeconds: number;
  private program: Program | undefined;
  private hello: Hello | undefined;

  constructor(command: string, options: StdioOptions = {}) {
    this.command = command;
    this.seconds = options.seconds ?? usualSeconds;
    this.startSeconds = options.startSeconds ?? Math.max(usualSeconds, this.seconds);
  }

  async describe(): Promise<EventTargetDescription> {
    await this.greet();
    const { target, profile, calls, sizes, features, vcpus, ownPages, passesUpper } = this.hello as Hello;
    return { target, profile, calls, sizes, features, vcpus, ownPages, passesUpper };
  }

  /** The program, running; each time that it is started it says the same of itself. */
  private async greet(): Promise<Program> {
    if (this.program?.ended === false) return this.program;
    const program = new Program(this.command);
    this.program = program;
    const text = await this.read(program, 'a first line that describes the target', hello, this.startSeconds);
    this.hello ??= text;
    if (JSON.stringify(text) === JSON.stringify(this.hello)) return program;
    throw new TargetProblem('the program describes itself otherwise than it did before');
  }

  /** One line, where the program has to be alive. */
  private async read<T>(program: Program, what: string, shape: z.ZodType<T>, seconds = this.seconds): Promise<T> {
    try {
      return parse(await program.next(seconds), what, shape);
    } catch (error) {
      if (!(error instanceof ProgramDied)) throw error;
      const hint = error.hung ? ' (does it flush its output after each line?)' : '';
      throw new TargetProblem(`expected ${what}: ${error.message}${hint}`);
    }
  }

  async open(header: TranscriptHeader): Promise<void> {
    const program = await this.greet();
    program.send([{ format: 'pvm-trace', version: 1, pageSize: 4096, ...header }]);
    await this.read(program, '{"ready":true} after a header', ready);
  }

  private get opened(): Program {
    if (this.program === undefined) throw new TargetProblem('the program was asked before it was opened');
    return this.program;
  }

  async answerAll(questions: readonly Question[]): Promise<readonly Answer[]> {
    const program = this.opened;
    program.send(questions.map(({ op, args }, i) => ({ i, op, args })));
    const answers: Answer[] = [];
    for (const [asked, { op }] of questions.entries()) {
      const { i, ...answer } = await this.answerOf(program, op);
      if (i !== undefined && i !== asked) {
        throw new TargetProblem(`expected the answer to call ${asked}, ${op}, got that to call ${JSON.stringify(i)}`);
      }
      answers.push(answer);
      if ('panic' in answer || 'problem' in answer) break;
    }
    return answers;
  }

  /** What cannot be read is a finding, and the last that is taken from this program: it may be out of step. */
  private async answerOf(program: Program, op: string): Promise<Answer> {
    let line: string;
    try {
      line = await program.next(this.seconds);
    } catch (error) {
      if (error instanceof ProgramDied) return panicOf(error);
      throw error;
    }
    try {
      return parse(line, `an answer to ${op}`, answerShape);
    } catch (error) {
      program.stop();
      return { problem: (error as TargetProblem).message, message: new TargetProblem(line).message };
    }
  }

  async pageStates(): Promise<PageStates | Panic | undefined> {
    if (this.hello?.pageStates !== true) return undefined;
    const program = this.opened;
    program.send([{ states: true }]);
    try {
      return parse(await program.next(this.seconds), 'page states', statesShape);
    } catch (error) {
      if (!(error instanceof ProgramDied)) throw error;
      return panicOf(error);
    }
  }

  async close(): Promise<void> {
    this.program?.stop();
    this.program = undefined;
  }
}
