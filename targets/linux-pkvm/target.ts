/** Linux pKVM as a target: the real EL2 binary of an installed release, in an emulated machine. */
import type { EventTarget, EventTargetDescription, PageStates, Panic, Question } from '../../spec/target.ts';
import type { Answer, TranscriptHeader } from '../../spec/transcript.ts';
import { TargetProblem } from '../problem.ts';
import { Emulator, MachineDied } from './driver.ts';
import type { Installed } from './installed.ts';
import { entryBytes, pageStatesOf } from './pages.ts';
import { panicOf } from './panic.ts';
import { placePages, placesOf } from './placing.ts';
import { callsOn, readAnswer, requestFor } from './protocol.ts';
import type { Places, Request } from './asking.ts';

export interface LinuxPkvmOptions {
  /** How long one batch of calls may take until the machine counts as hung. */
  readonly seconds?: number;
}

/** How many requests go in one batch: well below the 64 KiB that the agent takes. */
const batchSize = 256;
/** How long one call may take, in seconds: each takes far less. */
const leastPatience = 1;

export class LinuxPkvm implements EventTarget {
  private readonly installed: Installed;
  private readonly seconds: number;
  private emulator: Emulator | undefined;
  /** Changes whenever it is opened or closed. */
  private turn = 0;
  private header: TranscriptHeader | undefined;
  private pages: ReadonlyMap<string, bigint> = new Map();
  /** Whatever was asked since the machine was opened, to find out which call of a batch it died of. */
  private asked: Question[] = [];
  private initial: Buffer | undefined;
  /** The machine has died before: each call is answered by itself, so that it is known at which one it dies. */
  private isCareful = false;

  constructor(installed: Installed, options: LinuxPkvmOptions = {}) {
    this.installed = installed;
    this.seconds = options.seconds ?? 20;
  }

  async describe(): Promise<EventTargetDescription> {
    const { target, profile, sizes, features, memory, hostFields } = this.installed.features;
    const { own } = memory;
    const ownPages = own && { code: own.code.length, data: own.data.length };
    return {
      target,
      profile,
      sizes,
      features,
      ownPages,
      hostFields,
      passesUpper: true,
      calls: callsOn(this.installed.features),
    };
  }

  async open(header: TranscriptHeader): Promise<void> {
    this.mustFit(header);
    const turn = ++this.turn;
    await this.stop();
    if (turn !== this.turn) throw new TargetProblem('the machine was closed before it was started');
    const { hardware, boot, snapshot, runs } = this.installed;
    this.emulator = Emulator.paused(runs, hardware, boot, snapshot);
    await this.emulator.resume(snapshot);
    this.header = header;
    this.asked = [];
    this.pages = await placePages(header, this.installed.features.memory, (lines) => this.ask(lines));
    this.initial = await this.pageTable();
  }

  private mustFit(header: TranscriptHeader): void {
    const { sizes, features } = this.installed.features;
    for (const [name, pages] of Object.entries(header.sizes ?? {})) {
      if (sizes?.[name] === pages) continue;
      throw new TargetProblem(`this hypervisor takes ${sizes?.[name] ?? 'no'} pages as ${name}, not ${pages}`);
    }
    const ipaBits = header.features?.ipaBits;
    if (ipaBits !== undefined && ipaBits !== features?.ipaBits) {
      throw new TargetProblem(`guest addresses have ${features?.ipaBits ?? 0} bits here, not ${ipaBits}`);
    }
  }

  private get places(): Places {
    return placesOf(this.installed.features.calls, this.pages, this.header?.guestStubGfn);
  }

  private async ask(lines: readonly string[]): Promise<string[]> {
    return this.opened.ask(lines, this.seconds);
  }

  private get opened(): Emulator {
    if (this.emulator) return this.emulator;
    throw new TargetProblem('linux-pkvm was asked before it was opened');
  }

  async answerAll(questions: readonly Question[]): Promise<readonly Answer[]> {
    const all: Answer[] = [];
    for (let start = 0; start < questions.length; start += batchSize) {
      const batch = questions.slice(start, start + batchSize);
      const answers = await this.answerBatch(batch);
      all.push(...answers);
      this.asked.push(...batch);
      if (answers.length < batch.length || isLast(answers.at(-1))) break;
    }
    return all;
  }

  private async answerBatch(batch: readonly Question[]): Promise<Answer[]> {
    const { places } = this;
    const requests = batch.map((question) => requestFor(question, places));
    if (this.isCareful) return this.answerEach(requests);
    try {
      const lines = await this.ask(requests.map((request) => request.line));
      if (lines.length === batch.length) return requests.map((request, i) => readAnswer(request, lines[i] ?? ''));
      return await this.within(batch, { problem: `${lines.length} answers to ${batch.length} requests` });
    } catch (error) {
      // A machine that was closed meanwhile has not died of a call.
      if (!(error instanceof MachineDied) || this.emulator === undefined) throw error;
      return this.within(batch, panicOf(error));
    }
  }

  /** Up to the call of which the machine dies, or that it does not answer with one line. */
  private async answerEach(requests: readonly Request[]): Promise<Answer[]> {
    const lines = requests.map((request) => request.line);
    const seconds = Math.max(leastPatience, this.seconds / 4);
    const { answers: all, death } = await this.opened.askEach(lines, seconds);
    // A machine that was closed meanwhile has not died of a call.
    if (death && this.emulator === undefined) throw death;
    const answers: Answer[] = [];
    for (const [i, text] of all.entries()) {
      const problem = `${text.length} answers to 1 request`;
      answers.push(text.length === 1 ? readAnswer(requests[i] as Request, text[0] ?? '') : { problem });
      if (isLast(answers.at(-1))) return answers;
    }
    return death ? [...answers, panicOf(death)] : answers;
  }

  /** What became of a batch was brought about by one of its calls: go there again from the start, and call by call. */
  private async within(batch: readonly Question[], end: Answer): Promise<Answer[]> {
    const { asked, header } = this;
    this.isCareful = true;
    if (batch.length === 1 || header === undefined) return [end];
    await this.open(header);
    await this.answerAll(asked);
    const answers = await this.answerBatch(batch);
    if (isLast(answers.at(-1))) return answers;
    answers[answers.length - 1] = { ...end, note: 'not so when asked call by call' };
    return answers;
  }

  private async pageTable(): Promise<Buffer | undefined> {
    const { pageTable } = this.installed.features.memory;
    if (!pageTable || !this.emulator) return undefined;
    return this.emulator.memory(pageTable.address, pageTable.pages * entryBytes);
  }

  async pageStates(): Promise<PageStates | Panic | undefined> {
    try {
      return this.statesIn(await this.pageTable());
    } catch (error) {
      if (!(error instanceof TargetProblem) || this.emulator === undefined) throw error;
      return { panic: 'hang', message: error.message };
    }
  }

  private statesIn(table: Buffer | undefined): PageStates | undefined {
    const { pageTable, spare } = this.installed.features.memory;
    const first = pageTable?.firstPage;
    if (!table || !this.initial || !this.header || first === undefined) return undefined;
    return pageStatesOf({ before: this.initial, now: table, firstPage: first, spare }, this.header, this.pages);
  }

  /** The last lines that the machine printed. */
  get console(): string {
    return this.emulator?.console ?? '';
  }

  /** Also a machine that is about to be started. */
  async close(): Promise<void> {
    this.turn++;
    await this.stop();
  }

  private async stop(): Promise<void> {
    const { emulator } = this;
    this.emulator = undefined;
    await emulator?.stop();
  }
}

/** Behind this answer there is no other that means anything. */
const isLast = (answer: Answer | undefined): boolean =>
  answer === undefined || 'panic' in answer || 'problem' in answer;
