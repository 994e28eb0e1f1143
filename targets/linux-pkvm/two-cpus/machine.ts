/**
 * One emulated machine with two CPUs, each stopped and resumed by itself. Between calls both stand in the host's kernel;
 * a hypercall is made on a CPU by putting its registers there.
 */
import { TargetProblem } from '../../problem.ts';
import { Emulator, MachineDied } from '../driver.ts';
import type { Noted } from '../driver.ts';
import { carveoutOf, locateTable } from '../features.ts';
import type { Installed } from '../installed.ts';
import { entryBytes, readEntry } from '../pages.ts';
import type { PageTable } from '../pages.ts';
import { Code } from './code.ts';
import { Debugger, StillRunning } from './debugger.ts';
import { Memory } from './memory.ts';
import type { Registers } from './registers.ts';
import { rootIn } from './tables.ts';

/** x0 to x6 of a hypercall. */
export type Hypercall = readonly bigint[];
/** x0 to x3 after it. */
export type Returned = readonly bigint[];

/** What the module sees of a hypercall, given the CPU that would have made it. */
export type Answering = (call: Hypercall, cpu: number) => Promise<Returned>;

/** What a host's program does on a CPU: one instruction of `Gadgets`, with these first registers. */
export interface Act {
  readonly gadget: keyof typeof gadgets;
  readonly registers: readonly bigint[];
}

/** Instructions that are put where the kernel has vectors that it never uses: those of EL1 with the stack of EL0. */
const gadgets = {
  hypercall: 0xd4000002,
  load: 0xf9400020,
  store: 0xf9000020,
  setPriority: 0xd5184600,
} as const;
const nothing = 0xd503201f;
const gadgetBytes = 16;
/** Behind each gadget nothing is done. why: now and then a single step makes two instructions, and passes the first. */
const endsOf = [4n, 8n, 12n];
const offsetOf = (gadget: Act['gadget']): bigint => BigInt(Object.keys(gadgets).indexOf(gadget) * gadgetBytes);

/** Offsets of vectors: synchronous exceptions from the same level, and from the one below. */
const [fromSame, fromBelow] = [0x200n, 0x400n];
/** EL1 with its own stack, and all interrupts masked. */
const undisturbed = 0x3c5;
const hypercallPrefix = 0xc6000000n;
/** A number that no hypercall has. */
const nobody = 0xffffn;
const callOfNobody = `call ${nobody.toString(16)}`;
export const notSupported = -1n;
const foreverSeconds = 1e6;
const lowBits = 0xffffffffn;
const cpus = [0, 1] as const;

/** The lowest priority that gets through. */
const noInterrupt = 0n;

export class Machine {
  readonly memory: Memory;
  readonly debugger: Debugger;
  readonly code: Code;
  /** The root of the hypervisor's own page table. */
  readonly root: bigint;
  readonly table: PageTable;
  /** Where the CPU stands once a gadget is done, and where it stands if its access faulted. */
  readonly ends: ReadonlySet<bigint>;
  private readonly emulator: Emulator;
  private readonly seconds: number;
  private readonly gadgetBase: bigint;
  private readonly faultVector: bigint;
  /** The module's one instruction that makes hypercalls. */
  private readonly site: bigint;

  private constructor(
    parts: Pick<Machine, 'memory' | 'debugger' | 'root' | 'table'> & {
      readonly emulator: Emulator;
      readonly seconds: number;
      readonly vectors: bigint;
      readonly site: bigint;
    },
  ) {
    const { memory, root, table, emulator, seconds, vectors, site } = parts;
    this.memory = memory;
    this.debugger = parts.debugger;
    this.root = root;
    this.code = new Code(memory, root);
    this.table = table;
    this.emulator = emulator;
    this.seconds = seconds;
    this.gadgetBase = vectors;
    this.faultVector = vectors + fromSame;
    this.site = site;
    const all = Object.keys(gadgets) as Act['gadget'][];
    const ends = all.flatMap((gadget) => endsOf.map((end) => vectors + offsetOf(gadget) + end));
    this.ends = new Set([...ends, this.faultVector]);
  }

  /** Boots, and stands still. `seconds`: how long the machine may go on without a stop. */
  static async boot({ runs, hardware, boot, features }: Installed, seconds: number): Promise<Machine> {
    const emulator = await Emulator.boot(runs, { ...hardware, cpus: 2 }, boot);
    try {
      const table = await locateTable(emulator, features.calls, { hardware });
      if (table === undefined)
        throw new TargetProblem('this hypervisor shows no table of page states, which two CPUs are judged by');
      const memory = new Memory(emulator.memoryFile, features.memory.firstPage);
      const stub = await Debugger.over(await emulator.debugger());
      const root = rootIn(await stub.systemRegister(0, 'TTBR0_EL2'));
      const site = await hypercallSite(emulator, stub, seconds);
      const vectors = await stub.systemRegister(0, 'VBAR_EL1', 'VBAR');
      const machine = new Machine({ memory, debugger: stub, root, table, emulator, seconds, vectors, site });
      await machine.prepare();
      return machine;
    } catch (error) {
      await emulator.stop();
      throw error;
    }
  }

  private async prepare(): Promise<void> {
    const words = Object.values(gadgets).flatMap((word) => [word, ...endsOf.map(() => nothing)]);
    const bytes = Buffer.alloc(4 * words.length);
    words.forEach((word, i) => bytes.writeUInt32LE(word, 4 * i));
    // why: the second CPU idles in the kernel, where the vectors can be seen.
    await this.debugger.writeVirtual(1, this.gadgetBase, bytes);
    for (const end of this.ends) if (end !== this.faultVector) await this.debugger.breakAt(end);
    await this.debugger.breakAt(this.site);
  }

  get carveout(): { readonly firstPage: number; readonly pages: number } {
    return carveoutOf(this.emulator.console);
  }

  /** Numbers of all pages that are the hypervisor's, as its own table says. */
  ownPages(): number[] {
    const { address, firstPage, pages } = this.table;
    const entries = this.memory.read({ address, bytes: pages * entryBytes });
    return Array.from({ length: pages }, (_, i) => i)
      .filter((i) => {
        const { host, hyp } = readEntry(entries.readBigUInt64LE(i * entryBytes));
        return host === 'NOPAGE' && hyp === 'OWNED';
      })
      .map((i) => firstPage + i);
  }

  /**
   * Ask the agent. Each hypercall that the module is about to make is given to `answer` instead, with the CPU that would
   * have made it; what comes back is what the module sees.
   */
  async ask(line: string, answer: Answering, seconds = this.seconds): Promise<string> {
    const { debugger: stub } = this;
    const answered = this.emulator.ask([line], seconds).then(([first = '']) => first);
    for (;;) {
      const cpu = await stub.resumeUntil(answered, 1000 * this.seconds);
      if (cpu === undefined) return answered;
      const registers = await stub.registers(cpu);
      if (registers.pc !== this.site) throw new TargetProblem(`the machine stops at ${registers.pc.toString(16)}`);
      const call = Array.from({ length: 7 }, (_, i) => registers.x(i));
      const returned = await answer(call, cpu);
      await stub.setRegisters(cpu, registers.with(registers.pc + 4n, returned));
    }
  }

  /**
   * From now on the agent's CPU stands in the kernel, about to make a call that nobody answers, and no interrupt reaches
   * either CPU: one would take a guest out of its VM. Nothing can be asked of the agent any more.
   */
  async park(): Promise<void> {
    await new Promise<void>((stands, failed) => {
      const never = new Promise<Returned>(() => undefined);
      this.ask(callOfNobody, () => (stands(), never), foreverSeconds).catch(failed);
    });
    for (const cpu of cpus) await this.perform(cpu, { gadget: 'setPriority', registers: [noInterrupt] });
    // why: until here the kernel takes faults of its own there.
    await this.debugger.breakAt(this.faultVector);
  }

  /** Where a CPU stands before it does something, given where it stood. */
  before(registers: Registers, { gadget, registers: first }: Act): Registers {
    return registers.with(this.gadgetBase + offsetOf(gadget), first, undisturbed);
  }

  /** Do something on one CPU alone, to its end; the CPU then stands where it stood. */
  async perform(cpu: number, act: Act): Promise<Returned | 'faulted'> {
    const stub = this.debugger;
    const stood = await stub.registers(cpu);
    await stub.setRegisters(cpu, this.before(stood, act));
    for (;;) {
      await this.proceed(cpu);
      const registers = await stub.registers(cpu);
      if (!this.ends.has(registers.pc)) continue;
      await stub.setRegisters(cpu, stood);
      return this.returned(registers);
    }
  }

  /** The module's hypercalls are made on one CPU, to their ends. */
  passing(cpu: number): Answering {
    return async (call) => {
      const returned = await this.perform(cpu, { gadget: 'hypercall', registers: call });
      if (returned === 'faulted') throw new TargetProblem('a hypercall faults in the host');
      return returned;
    };
  }

  /** What a CPU that stands at an end has come to. */
  returned(registers: Registers): Returned | 'faulted' {
    if (registers.pc === this.faultVector) return 'faulted';
    return [0, 1, 2, 3].map((number) => registers.x(number));
  }

  /** What the emulator notes while something is done: the registers before each instruction. */
  noted(act: () => Promise<void>): Promise<Noted> {
    return this.emulator.noting(act);
  }

  /** From where a CPU stands to the next breakpoint. Throws StillRunning. */
  async proceed(cpu: number): Promise<void> {
    await this.debugger.step(cpu);
    await this.resume(cpu);
  }

  /** To the next breakpoint; a CPU that stands at one stays there. Throws StillRunning. */
  async resume(cpu: number): Promise<void> {
    await this.debugger.resume(cpu, 1000 * this.seconds);
  }

  /** Gives the machine up, and says what its console said. */
  death(error: unknown): MachineDied {
    const lines = this.emulator.console.split(/\r?\n/).filter((line) => line.trim() !== '');
    const hung = error instanceof StillRunning;
    return new MachineDied(
      hung ? `no answer within ${this.seconds} s` : (error as Error).message,
      lines.slice(-40),
      hung,
    );
  }

  async stop(): Promise<void> {
    this.debugger.close();
    this.memory.close();
    await this.emulator.stop();
  }
}

/** The instruction of the guest's module that makes hypercalls, found by one that nobody answers. */
async function hypercallSite(emulator: Emulator, stub: Debugger, seconds: number): Promise<bigint> {
  const vector = (await stub.systemRegister(0, 'VBAR_EL2')) + fromBelow;
  await stub.breakAt(vector);
  const answered = emulator.ask([callOfNobody], seconds);
  let site: bigint | undefined;
  while (site === undefined) {
    const cpu = await stub.resumeUntil(answered, 1000 * seconds);
    if (cpu === undefined) throw new TargetProblem('no hypercall reaches the hypervisor');
    const made = (await stub.general(cpu, 0)) & lowBits;
    if (made === (hypercallPrefix | nobody)) site = (await stub.systemRegister(cpu, 'ELR_EL2')) - 4n;
    await stub.step(cpu);
  }
  await stub.unbreak(vector);
  await stub.resumeUntil(answered, 1000 * seconds);
  return site;
}
