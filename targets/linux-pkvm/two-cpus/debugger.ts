/** The emulator's debugger stub, spoken to over a socket: it stops and resumes CPUs one by one. */
import type { Socket } from 'node:net';
import { TargetProblem } from '../../problem.ts';
import { PacketReader, packetOf } from './packets.ts';
import { Registers } from './registers.ts';

/** How long the stub may take for an answer while the machine stands still. */
const patience = 10_000;

/** The machine went on for longer than it was given. */
export class StillRunning extends TargetProblem {}

const hex = (value: bigint | number): string => value.toString(16);
const thread = (cpu: number): string => `p1.${cpu + 1}`;

export class Debugger {
  private readonly socket: Socket;
  private readonly reader = new PacketReader();
  private readonly packets: string[] = [];
  private readonly system = new Map<string, number>();
  private readonly breakpoints = new Set<bigint>();
  private wake: (() => void) | undefined;
  private problem: string | undefined;
  private chosen: number | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.setNoDelay(true);
    socket.on('error', (error) => this.end(error.message));
    socket.on('close', () => this.end('the emulator closed its debugger'));
    socket.on('data', (text) => this.receive(String(text)));
  }

  /** The machine stands still afterwards. */
  static async over(socket: Socket): Promise<Debugger> {
    const made = new Debugger(socket);
    // The stub stops the machine for whoever connects, and says so.
    await made.next(patience);
    await made.ask('qSupported:multiprocess+;vContSupported+');
    await made.learnSystemRegisters();
    return made;
  }

  private receive(text: string): void {
    try {
      for (const packet of this.reader.take(text)) {
        this.packets.push(packet);
        this.socket.write('+');
      }
    } catch (error) {
      this.end(`the debugger says what is no packet: ${(error as Error).message}`);
      this.socket.destroy();
    }
    this.wake?.();
  }

  private end(why: string): void {
    this.problem ??= why;
    this.wake?.();
  }

  private async next(milliseconds: number): Promise<string> {
    for (;;) {
      const packet = this.packets.shift();
      if (packet !== undefined) return packet;
      if (this.problem !== undefined) throw new TargetProblem(this.problem);
      if (!(await this.news(milliseconds))) throw new StillRunning('the debugger says nothing');
    }
  }

  private news(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const told = (something: boolean): void => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve(something);
      };
      const timer = setTimeout(() => told(false), milliseconds);
      this.wake = () => told(true);
    });
  }

  private send(text: string): void {
    if (this.packets.length > 0)
      throw new TargetProblem(`the debugger says what nobody asked for: ${this.packets[0] ?? ''}`);
    this.socket.write(packetOf(text));
  }

  private async ask(text: string): Promise<string> {
    this.send(text);
    return this.next(patience);
  }

  private async must(text: string): Promise<void> {
    const answer = await this.ask(text);
    if (answer !== 'OK')
      throw new TargetProblem(`the debugger answers ${text.slice(0, 40)} with ${answer || 'nothing'}`);
  }

  private async choose(cpu: number): Promise<void> {
    if (this.chosen === cpu) return;
    await this.must(`Hg${thread(cpu)}`);
    this.chosen = cpu;
  }

  /** Numbers of the system registers, by name: the stub describes them in XML. */
  private async learnSystemRegisters(): Promise<void> {
    let text = '';
    for (let more = true; more;) {
      const part = await this.ask(`qXfer:features:read:system-registers.xml:${hex(text.length)},800`);
      text += part.slice(1);
      more = part.startsWith('m') && part.length > 1;
    }
    for (const [_, name, number] of text.matchAll(/name="(\w+)"[^>]*regnum="(\d+)"/g)) {
      this.system.set(name as string, Number(number));
    }
  }

  private async register(cpu: number, number: number): Promise<bigint> {
    await this.choose(cpu);
    const text = await this.ask(`p${hex(number)}`);
    if (!/^([0-9a-f]{2})+$/.test(text)) throw new TargetProblem(`the debugger has no register ${number}`);
    return BigInt(`0x${Buffer.from(text, 'hex').reverse().toString('hex')}`);
  }

  /** By the first of these names that the stub knows. */
  async systemRegister(cpu: number, ...names: readonly string[]): Promise<bigint> {
    const known = names.find((name) => this.system.has(name));
    const number = known === undefined ? undefined : this.system.get(known);
    if (number === undefined) throw new TargetProblem(`this emulator's debugger does not show ${names.join(' or ')}`);
    return this.register(cpu, number);
  }

  general(cpu: number, number: number): Promise<bigint> {
    return this.register(cpu, number);
  }

  pc(cpu: number): Promise<bigint> {
    return this.register(cpu, 32);
  }

  async registers(cpu: number): Promise<Registers> {
    await this.choose(cpu);
    return new Registers(await this.ask('g'));
  }

  async setRegisters(cpu: number, registers: Registers): Promise<void> {
    await this.choose(cpu);
    await this.must(`G${registers.text}`);
  }

  breaksAt(address: bigint): boolean {
    return this.breakpoints.has(address);
  }

  async breakAt(address: bigint): Promise<void> {
    await this.must(`Z0,${hex(address)},4`);
    this.breakpoints.add(address);
  }

  async unbreak(address: bigint): Promise<void> {
    await this.must(`z0,${hex(address)},4`);
    this.breakpoints.delete(address);
  }

  /** Writes where a CPU sees memory now. */
  async writeVirtual(cpu: number, address: bigint, bytes: Buffer): Promise<void> {
    await this.choose(cpu);
    await this.must(`M${hex(address)},${hex(bytes.length)}:${bytes.toString('hex')}`);
  }

  /** The emulator's CPUs forget every translation: it does so for a watchpoint that crosses a page. */
  async flushTranslations(): Promise<void> {
    const acrossPages = 'ffc,8';
    await this.must(`Z2,${acrossPages}`);
    await this.must(`z2,${acrossPages}`);
  }

  /** One instruction of one CPU. */
  async step(cpu: number): Promise<void> {
    this.send(`vCont;s:${thread(cpu)}`);
    await this.stoppedAt(cpu, patience);
  }

  private async stoppedAt(cpu: number, milliseconds: number): Promise<void> {
    const stopped = await this.stopped(milliseconds);
    if (stopped !== cpu) throw new TargetProblem(`CPU ${stopped} stops instead of CPU ${cpu}`);
  }

  /** One CPU, until a breakpoint. Throws StillRunning; then the machine goes on. */
  async resume(cpu: number, milliseconds: number): Promise<void> {
    this.send(`vCont;c:${thread(cpu)}`);
    await this.stoppedAt(cpu, milliseconds);
  }

  /** The next stop of a machine that goes on. */
  private async stopped(milliseconds: number): Promise<number> {
    const text = await this.next(milliseconds);
    const number = /^T[0-9a-f]{2}thread:p0*1\.([0-9a-f]+);/.exec(text)?.[1];
    if (number === undefined) throw new TargetProblem(`the machine does not stop, but ends: ${text}`);
    // The stub itself chooses the CPU that stopped.
    this.chosen = parseInt(number, 16) - 1;
    return this.chosen;
  }

  /** All CPUs, until a breakpoint or until something has happened; then gives undefined. Throws StillRunning. */
  async resumeUntil(happens: Promise<unknown>, milliseconds: number): Promise<number | undefined> {
    let [isRunning, hasHappened] = [true, false];
    const stop = (): void => {
      if (!isRunning) return;
      hasHappened = true;
      this.socket.write('\x03');
    };
    happens.then(stop, stop);
    this.send('vCont;c');
    const cpu = await this.stopped(milliseconds);
    isRunning = false;
    if (!hasHappened) return cpu;
    this.chosen = undefined;
    return undefined;
  }

  close(): void {
    this.socket.destroy();
  }
}
