/** The emulator's monitor (QMP): one command at a time over a socket. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

type Message = Readonly<Record<string, unknown>>;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const openSocket = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });

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
    createInterface({ input: socket }).on('line', (line) => {
      this.messages.push(JSON.parse(line) as Message);
      this.wake?.();
    });
  }

  /** Connects as soon as the emulator listens; `death` says if it never will. */
  static async connect(path: string, death: () => Error | undefined): Promise<Monitor> {
    for (let tries = 0; ; tries++) {
      const dead = death();
      if (dead) throw dead;
      try {
        const monitor = new Monitor(await openSocket(path));
        await monitor.next();
        await monitor.execute('qmp_capabilities');
        return monitor;
      } catch (error) {
        if (tries === 2000) throw error;
        await pause(5);
      }
    }
  }

  private async next(): Promise<Message> {
    for (;;) {
      const message = this.messages.shift();
      if (message) return message;
      if (this.closed) throw new Error('the emulator closed its monitor');
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  async execute(command: string, args?: Message): Promise<Message> {
    this.socket.write(`${JSON.stringify({ execute: command, ...(args && { arguments: args }) })}\n`);
    for (;;) {
      const message = await this.next();
      if ('return' in message) return message['return'] as Message;
      if ('error' in message) throw new Error(`${command}: ${(message['error'] as { desc: string }).desc}`);
    }
  }

  /** Snapshots hold no memory: it lies in a file of its own. */
  async ignoreSharedMemory(): Promise<void> {
    await this.execute('migrate-set-capabilities', { capabilities: [{ capability: 'x-ignore-shared', state: true }] });
  }

  async migrate(uri: string): Promise<void> {
    await this.execute('migrate', { uri });
    for (;;) {
      const status = (await this.execute('query-migrate'))['status'];
      if (status === 'completed') return;
      if (status === 'failed' || status === 'cancelled') throw new Error(`the snapshot failed: ${status}`);
      await pause(5);
    }
  }

  close(): void {
    this.socket.destroy();
  }
}
