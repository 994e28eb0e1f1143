/** Linux pKVM as a target: the real EL2 binary of an installed release, in an emulated machine. */
import type { EventTarget, EventTargetDescription, PageStates, Question } from '../../spec/target.ts';
import type { Answer, PageRecord, TranscriptHeader } from '../../spec/transcript.ts';
import { Emulator, MachineDied } from './driver.ts';
import type { Installed } from './installed.ts';
import { entryBytes, readEntry, statesOf } from './pages.ts';
import { callsWith, requestOf } from './protocol.ts';
import type { Places, Request } from './protocol.ts';

export interface LinuxPkvmOptions {
  /** How long one batch of calls may take until the machine counts as hung. */
  readonly seconds?: number;
}

/** The world that is asked for is not the one that this hypervisor has. */
export class Misfit extends Error {}

/** How many requests go in one batch: well below the 64 KiB that the agent takes. */
const batchSize = 256;
const pageAliasBits = 52n;
const uartPage = 0x9000n;
const outOfRange = 1n << 40n;

export class LinuxPkvm implements EventTarget {
  private readonly installed: Installed;
  private readonly seconds: number;
  private emulator: Emulator | undefined;
  private header: TranscriptHeader | undefined;
  private readonly pages = new Map<string, bigint>();
  /** Whatever was asked since the machine was opened, to find out which call of a batch it died of. */
  private asked: Question[] = [];
  private initial: Buffer | undefined;

  constructor(installed: Installed, options: LinuxPkvmOptions = {}) {
    this.installed = installed;
    this.seconds = options.seconds ?? 20;
  }

  async describe(): Promise<EventTargetDescription> {
    const { target, profile, sizes, features, calls } = this.installed.facts;
    return { target, profile, sizes, features, calls: callsWith((name) => name in calls) };
  }

  async open(header: TranscriptHeader): Promise<void> {
    this.mustFit(header);
    await this.close();
    const { hardware, boot, snapshot, runs } = this.installed;
    this.emulator = await Emulator.restore(runs, hardware, boot, snapshot);
    this.header = header;
    this.asked = [];
    await this.placePages(header);
    this.initial = await this.pageTable();
  }

  private mustFit(header: TranscriptHeader): void {
    const { sizes, features } = this.installed.facts;
    for (const [name, pages] of Object.entries(header.sizes ?? {})) {
      if (sizes?.[name] === pages) continue;
      throw new Misfit(`this hypervisor takes ${sizes?.[name] ?? 'no'} pages as ${name}, not ${pages}`);
    }
    const ipaBits = header.features?.ipaBits;
    if (ipaBits !== undefined && ipaBits !== features?.ipaBits) {
      throw new Misfit(`guest addresses have ${features?.ipaBits ?? 0} bits here, not ${ipaBits}`);
    }
  }

  private async placePages(header: TranscriptHeader): Promise<void> {
    this.pages.clear();
    const blocks: [string, number][] = [
      ...header.pages.map((name): [string, number] => [name, 1]),
      ...Object.entries(header.blocks),
    ];
    const orders = blocks.map(([, pages]) => Math.ceil(Math.log2(pages)));
    const answers = await this.ask(orders.map((order) => `alloc ${order.toString(16)}`));
    for (const [i, [name, pages]] of blocks.entries()) {
      const first = BigInt(`0x${answers[i]?.[0] ?? ''}`);
      this.pages.set(name, first);
      if (!(name in header.blocks)) continue;
      for (let page = 0; page < pages; page++) this.pages.set(`${name}+${page}`, first + BigInt(page));
    }
    for (const [name, special] of Object.entries(header.specialPages)) {
      const alias = (this.pages.get(special.of ?? '') ?? 0n) + BigInt(special.addPfn ?? 1n << pageAliasBits);
      this.pages.set(name, special.kind === 'alias' ? alias : this.specialPage(special.kind));
    }
  }

  private specialPage(kind: Exclude<TranscriptHeader['specialPages'][string]['kind'], 'alias'>): bigint {
    const { firstPage, pages, carveout } = this.installed.facts.memory;
    switch (kind) {
      case 'mmio':
        return uartPage;
      case 'hypervisor carve-out':
        return BigInt(carveout.firstPage + Math.floor(carveout.pages / 2));
      case 'first page after the end of RAM':
        return BigInt(firstPage + pages);
      case 'last page before the start of RAM':
        return BigInt(firstPage - 1);
      case 'beyond the physical address range':
        return outOfRange;
      case 'last page of the address space':
        return (1n << pageAliasBits) - 1n;
    }
  }

  private get places(): Places {
    const { calls } = this.installed.facts;
    return {
      page: (name) => {
        const page = this.pages.get(name);
        if (page === undefined) throw new Error(`the header declares no page ${name}`);
        return page;
      },
      call: (name) => {
        const number = calls[name];
        if (number === undefined) throw new Error(`this release has no hypercall ${name}`);
        return number;
      },
      maybe: (name) => calls[name] ?? 0,
      codeGfn: this.header?.guestStubGfn ?? 0,
    };
  }

  private requestFor(question: Question): Request {
    const request = requestOf(question, this.places);
    if (request === undefined) throw new Error(`linux-pkvm cannot be asked ${question.op}`);
    return request;
  }

  private async ask(lines: readonly string[]): Promise<string[][]> {
    if (!this.emulator) throw new Error('linux-pkvm was asked before it was opened');
    const answers = await this.emulator.ask(lines, this.seconds);
    const wrong = answers.findIndex((answer) => answer.startsWith('?'));
    if (wrong >= 0) throw new Error(`the guest refused "${lines[wrong] ?? ''}": ${answers[wrong]?.slice(1) ?? ''}`);
    return answers.map((answer) => answer.split(' '));
  }

  async answerAll(questions: readonly Question[]): Promise<readonly Answer[]> {
    const all: Answer[] = [];
    for (let start = 0; start < questions.length; start += batchSize) {
      const batch = questions.slice(start, start + batchSize);
      const answers = await this.answerBatch(batch);
      all.push(...answers);
      this.asked.push(...batch);
      if (answers.length < batch.length || 'panic' in (answers.at(-1) ?? {})) break;
    }
    return all;
  }

  private async answerBatch(batch: readonly Question[]): Promise<Answer[]> {
    const requests = batch.map((question) => this.requestFor(question));
    try {
      const answers = await this.ask(requests.map((request) => request.line));
      return requests.map((request, i) => request.read(answers[i] ?? []));
    } catch (error) {
      // A machine that was closed meanwhile has not died of a call.
      if (!(error instanceof MachineDied) || this.emulator === undefined) throw error;
      return batch.length === 1 ? [panicOf(error)] : this.answerOneByOne(batch, error);
    }
  }

  /** The machine died within the batch: go there again from the start, and then call by call. */
  private async answerOneByOne(batch: readonly Question[], first: MachineDied): Promise<Answer[]> {
    const { asked, header } = this;
    if (header === undefined) throw first;
    await this.open(header);
    await this.answerAll(asked);
    const answers: Answer[] = [];
    for (const question of batch) {
      const [answer] = await this.answerBatch([question]);
      answers.push(answer ?? {});
      if (answer && 'panic' in answer) return answers;
    }
    answers[answers.length - 1] = { panic: 'hang', message: `${first.message}; not so when asked call by call` };
    return answers;
  }

  private async pageTable(): Promise<Buffer | undefined> {
    const { pageTable } = this.installed.facts.memory;
    if (!pageTable || !this.emulator) return undefined;
    return this.emulator.memory(pageTable.address, pageTable.pages * entryBytes);
  }

  async pageStates(): Promise<PageStates | undefined> {
    const table = await this.pageTable();
    const first = this.installed.facts.memory.pageTable?.firstPage;
    if (!table || !this.initial || first === undefined) return undefined;
    const entry = (from: Buffer, page: number): bigint => from.readBigUInt64LE(page * entryBytes);
    const followed = new Set<number>();
    const state: Record<string, PageRecord> = {};
    for (const [name, page] of this.pages) {
      const index = Number(page) - first;
      if (index < 0 || index * entryBytes >= table.length || followed.has(index)) continue;
      // A block's bare name is another name of its first page.
      if (name in (this.header?.blocks ?? {}) || name in (this.header?.specialPages ?? {})) continue;
      followed.add(index);
      const { host, hyp, refcount, guestShares } = readEntry(entry(table, index));
      if (host === 'OWNED' && hyp === 'NOPAGE' && refcount === 0 && guestShares === 0) continue;
      state[name] = { host, hyp, ...(refcount > 0 && { refcount }), ...(guestShares > 0 && { guestShares }) };
    }
    return { state, otherPagesChanged: this.othersChanged(table, followed) };
  }

  private othersChanged(table: Buffer, followed: ReadonlySet<number>): number {
    const { initial } = this;
    if (!initial || table.equals(initial)) return 0;
    let changed = 0;
    for (let index = 0; index * entryBytes < table.length; index++) {
      if (followed.has(index)) continue;
      const [was, is] = [initial, table].map((from) => statesOf(from.readBigUInt64LE(index * entryBytes)));
      if (was !== is) changed++;
    }
    return changed;
  }

  /** The last lines that the machine printed. */
  get console(): string {
    return this.emulator?.console ?? '';
  }

  async close(): Promise<void> {
    const { emulator } = this;
    this.emulator = undefined;
    await emulator?.stop();
  }
}

/** What the console says when the hypervisor itself stops the machine. */
const hypervisorStops = /HYP panic|nVHE hyp (BUG|panic)|kvm \[\d+\]:.*(BUG|panic)/;

function panicOf(death: MachineDied): Answer {
  const said = death.console
    .filter((line) => hypervisorStops.test(line))
    .map((line) => line.replace(/^\[[^\]]*\] /, ''));
  if (death.hung) return { panic: 'hang', message: [...said, death.message].join(' / ') };
  const message = said.length > 0 ? said.join(' / ') : `${death.message}: ${death.console.slice(-3).join(' / ')}`;
  return { panic: 'EL2', message };
}
