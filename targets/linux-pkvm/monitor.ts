/** The emulator's monitor (QMP): one command at a time over a socket. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { TargetProblem } from '../problem.ts';

type Message = Readonly<Record<string, unknown>>;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const openSocket = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });

/** How long the emulator may take for a message, or for a snapshot. */
const patience = 30_000;
const triesToConnect = 2000;

/** A connection as soon as somebody listens there. */
export async function listening(path: string, death: () => Error | undefined): Promise<Socket> {
  for (let tries = 1; ; tries++) {
    const dead = death();
    if (dead) throw dead;
    try {
      return await openSocket(path);
    } catch (error) {
      if (tries === triesToConnect) throw new TargetProblem(`no way to the emulator's socket: ${String(error)}`);
      await pause(5);
    }
  }
}

export class Monitor {
  private readonly socket: Socket;
  private readonly messages: Message[] = [];
  private wake: (() => void) | undefined;
  private closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
      this.wake?.();
    });
    const lines = createInterface({ input: socket });
    // why: it passes on what goes wrong with the socket, which is closed then.
    lines.on('error', () => undefined);
    lines.on('line', (line) => {
      this.messages.push(JSON.parse(line) as Message);
      this.wake?.();
    });
  }

  /** Connects as soon as the emulator listens; `death` says if it never will. */
  static async connect(path: string, death: () => Error | undefined): Promise<Monitor> {
    const monitor = new Monitor(await listening(path, death));
    await monitor.next();
    await monitor.execute('qmp_capabilities');
    return monitor;
  }

  private async next(): Promise<Message> {
    for (;;) {
      const message = this.messages.shift();
      if (message) return message;
      if (this.closed) throw new TargetProblem('the emulator closed its monitor, or no longer answers there');
      await this.news();
    }
  }

  /** A message, or the end: an emulator that says nothing is given up. */
  private news(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.socket.destroy(), patience);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async execute(command: string, args?: Message): Promise<Message> {
    this.socket.write(`${JSON.stringify({ execute: command, ...(args && { arguments: args }) })}\n`);
    for (;;) {
      const message = await this.next();
      if ('return' in message) return message['return'] as Message;
      if ('error' in message) throw new TargetProblem(`${command}: ${(message['error'] as { desc: string }).desc}`);
    }
  }

  /** A command for people; gives what is said to it, which is nothing where all is well. */
  async say(command: string): Promise<string> {
    const said: unknown = await this.execute('human-monitor-command', { 'command-line': command });
    return (said as string).trim();
  }

  /** Snapshots hold no memory: it lies in a file of its own. */
  async ignoreSharedMemory(): Promise<void> {
    await this.execute('migrate-set-capabilities', { capabilities: [{ capability: 'x-ignore-shared', state: true }] });
  }

  async migrate(uri: string): Promise<void> {
    await this.execute('migrate', { uri });
    const deadline = performance.now() + patience;
    for (;;) {
      const status = String((await this.execute('query-migrate'))['status']);
      if (status === 'completed') return;
      const isLate = performance.now() > deadline;
      if (isLate || ['failed', 'cancelled'].includes(status)) throw new TargetProblem(`no snapshot: ${status}`);
      await pause(5);
    }
  }

  close(): void {
    this.socket.destroy();
  }
}
