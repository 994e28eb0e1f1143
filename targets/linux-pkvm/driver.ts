/** One emulated machine: started from a kernel or from a snapshot, asked in batches, and never left behind. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { TargetProblem } from '../problem.ts';
import { Batches, batchOf } from './batches.ts';
import { startedByFirmware, withSecureWorld } from './firmware.ts';
import { Monitor, listening } from './monitor.ts';

export interface Hardware {
  readonly cpu: string;
  readonly megabytes: number;
  /** Leave the kernel its VHE, also where this emulator gets it wrong. */
  readonly vhe?: boolean;
  /** Two, and a debugger can stop each of them; the machine's own programs stay on the first. One where nothing is said. */
  readonly cpus?: 2;
  /** Below the hypervisor there is firmware, with a secure world that takes memory by FF-A (see secure-world/). */
  readonly secureWorld?: true;
}

/** The CPU on which page contents are known to be kept as the architecture says (see docs/targets.md). */
export const defaultHardware: Hardware = { cpu: 'neoverse-n1', megabytes: 256 };

export interface Boot {
  readonly kernel: string;
  readonly initramfs: string;
  /** The flash of a machine with a secure world. */
  readonly firmware?: string;
}

/** The two files of a snapshot: the machine's memory, and the state of its devices and CPU. */
export interface Snapshot {
  readonly memory: string;
  readonly devices: string;
}

/** Of what a machine printed before it died. */
const mostLines = 400;

/** The machine stopped for good, or gave no answer in time. `console`: the last lines that it printed. */
export class MachineDied extends TargetProblem {
  readonly console: readonly string[];
  readonly hung: boolean;

  constructor(message: string, console: readonly string[], hung: boolean) {
    super(message);
    this.console = console;
    this.hung = hung;
  }
}

const program = 'qemu-system-aarch64';
const debuggerSocket = 'debugger';
const ownMemory = 'ram';
const bootSeconds = 120;
/** A call that walks whole tables has a hundred thousand instructions; each is noted in 800 bytes. */
const mostNoted = 128 << 20;

/** What was noted, or the beginning of it. */
export interface Noted {
  readonly log: string;
  readonly isWhole: boolean;
}

function headOf(file: string, most: number): Noted {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.alloc(Math.min(size, most));
    readSync(descriptor, bytes, 0, bytes.length, 0);
    return { log: bytes.toString('latin1'), isWhole: size <= most };
  } finally {
    closeSync(descriptor);
  }
}

/** The emulator's version as it says it, or undefined where it is not installed. */
export function emulatorVersion(): string | undefined {
  const { stdout, status } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? /version (\d+\.\d+)/.exec(stdout)?.[1] : undefined;
}

/**
 * Before 8.2 QEMU does not drop EL2's own translations while HCR_EL2.E2H is set (TLBI VAE2): the hypervisor then clears
 * another page than the one it has just mapped, and wipes get lost. There the kernel is told to do without VHE.
 */
function emulatorMends(): string {
  const [major, minor] = (emulatorVersion() ?? '0.0').split('.').map(Number) as [number, number];
  return major < 8 || (major === 8 && minor < 2) ? 'id_aa64mmfr1.vh=0 arm64_sw.hvhe=0' : '';
}

function machineArguments(hardware: Hardware, memory: string, shared: boolean, folder: string): string[] {
  const backend = `memory-backend-file,id=ram,size=${hardware.megabytes}M,mem-path=${memory},share=${shared ? 'on' : 'off'}`;
  const secure = hardware.secureWorld ? `,${withSecureWorld}` : '';
  return [
    ...['-M', `virt,virtualization=on,gic-version=3,memory-backend=ram${secure}`, '-object', backend],
    ...['-cpu', hardware.cpu, '-smp', String(hardware.cpus ?? 1), '-m', String(hardware.megabytes)],
    ...(hardware.cpus === undefined ? [] : ['-gdb', `unix:${join(folder, debuggerSocket)},server=on,wait=off`]),
    ...['-display', 'none', '-nic', 'none', '-no-reboot', '-nodefaults'],
    ...['-chardev', 'stdio,id=port,signal=off', '-device', 'virtio-serial-pci'],
    ...['-device', 'virtserialport,chardev=port,name=pkvm'],
    ...['-serial', `file:${join(folder, 'console')}`, '-qmp', `unix:${join(folder, 'qmp')},server=on,wait=off`],
  ];
}

/** The emulator dies with us, however we die. */
const withParent = (args: readonly string[]): [string, string[]] => {
  const setpriv = '/usr/bin/setpriv';
  return existsSync(setpriv) ? [setpriv, ['--pdeathsig', 'KILL', '--', program, ...args]] : [program, [...args]];
};

/** Folders of emulators whose driver was killed are swept away by the next one. */
function sweep(runs: string): void {
  for (const name of readdirSync(runs)) {
    const pid = Number(name.split('-')[0]);
    if (!existsSync(`/proc/${pid}`)) rmSync(join(runs, name), { recursive: true, force: true });
  }
}

/** Folders of emulators that run: whatever ends us in an orderly way takes them along. */
const inUse = new Set<string>();
const drop = (folder: string): void => {
  inUse.delete(folder);
  rmSync(folder, { recursive: true, force: true });
};
process.once('exit', () => inUse.forEach(drop));

export class Emulator {
  private readonly process: ChildProcess;
  private readonly folder: string;
  private readonly commandLine: string;
  private monitor: Monitor | undefined;
  private readonly batches = new Batches();
  private death: MachineDied | undefined;
  private complaint = '';

  private constructor(folder: string, args: readonly string[]) {
    this.folder = folder;
    const [command, all] = withParent(args);
    this.commandLine = [command, ...all].join(' ');
    this.process = spawn(command, all, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.process.stdout?.setEncoding('latin1').on('data', (text: string) => this.receive(text));
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.complaint += text));
    this.process.stdin?.on('error', () => undefined);
    this.process.on('error', (error) => this.die(error.message, false));
    this.process.on('exit', (code, signal) =>
      this.die(`the emulator ended (${signal ?? `status ${code ?? '?'}`})`, false),
    );
  }

  private static folderIn(runs: string): string {
    mkdirSync(runs, { recursive: true });
    sweep(runs);
    const folder = mkdtempSync(join(runs, `${process.pid}-`));
    inUse.add(folder);
    return folder;
  }

  /**
   * Start the kernel and wait until its agent is ready. Memory is kept in the file given, for a snapshot; without one in
   * a file of its own, which goes with the machine.
   */
  static async boot(
    runs: string,
    hardware: Hardware,
    from: Boot,
    file?: string,
    seconds = bootSeconds,
  ): Promise<Emulator> {
    if (hardware.cpus !== undefined && hardware.secureWorld) {
      throw new TargetProblem('two CPUs are not for a machine with a secure world: its firmware starts one');
    }
    const folder = Emulator.folderIn(runs);
    const memory = file ?? join(folder, ownMemory);
    const alone = hardware.cpus === undefined ? '' : 'isolcpus=1 nohlt';
    const append = `console=ttyAMA0 kvm-arm.mode=protected ${hardware.vhe === true ? '' : emulatorMends()} ${alone} panic=-1`;
    const started = hardware.secureWorld
      ? startedByFirmware(program, hardware, from, append, folder)
      : ['-kernel', from.kernel, '-initrd', from.initramfs, '-append', append];
    const emulator = new Emulator(folder, [...machineArguments(hardware, memory, true, folder), ...started]);
    await emulator.next(seconds);
    return emulator;
  }

  /** Start from a snapshot, whose files stay as they are: `resume` comes next. */
  static paused(runs: string, hardware: Hardware, from: Boot, snapshot: Snapshot): Emulator {
    const folder = Emulator.folderIn(runs);
    return new Emulator(folder, [
      ...machineArguments(hardware, snapshot.memory, false, folder),
      // Not loaded again: a machine that has a kernel answers its calls to switch off.
      ...(from.firmware === undefined ? ['-kernel', from.initramfs] : ['-bios', from.firmware]),
      ...['-incoming', 'defer'],
    ]);
  }

  /** Go on where the snapshot was taken. */
  async resume({ devices }: Snapshot): Promise<void> {
    const monitor = await this.control();
    await monitor.ignoreSharedMemory();
    await monitor.execute('migrate-incoming', { uri: `exec:cat '${devices}'` });
  }

  /** Write a snapshot beside the memory file; the machine stands still afterwards. */
  async save(devices: string): Promise<void> {
    const monitor = await this.control();
    await monitor.ignoreSharedMemory();
    await monitor.migrate(`exec:cat > '${devices}'`);
  }

  private async control(): Promise<Monitor> {
    return (this.monitor ??= await Monitor.connect(join(this.folder, 'qmp'), () => this.death));
  }

  /** Bytes of the machine's memory as they are now. */
  async memory(address: number, size: number): Promise<Buffer> {
    const file = join(this.folder, 'memory');
    const monitor = await this.control();
    await monitor.execute('pmemsave', { val: address, size, filename: file });
    return readFileSync(file);
  }

  /** What each CPU holds before each instruction that it makes while something is done. */
  async noting(act: () => Promise<void>): Promise<Noted> {
    const file = join(this.folder, 'log');
    const monitor = await this.control();
    await monitor.say(`logfile ${file}`);
    await this.oneByOne('on');
    await monitor.say('log cpu,nochain');
    try {
      await act();
    } finally {
      await monitor.say('log none');
      await this.oneByOne('off');
    }
    const noted = headOf(file, mostNoted);
    rmSync(file, { force: true });
    return noted;
  }

  /** Instructions are translated one by one; QEMU 8.1 has another word for that. */
  private async oneByOne(onOff: 'on' | 'off'): Promise<void> {
    const monitor = await this.control();
    if ((await monitor.say(`one-insn-per-tb ${onOff}`)) !== '') await monitor.say(`singlestep ${onOff}`);
  }

  /** The file behind the machine's memory, where it has one of its own. */
  get memoryFile(): string {
    return join(this.folder, ownMemory);
  }

  /** The way to its debugger, where it has one. */
  debugger(): Promise<Socket> {
    return listening(join(this.folder, debuggerSocket), () => this.death);
  }

  get console(): string {
    const file = join(this.folder, 'console');
    return existsSync(file) ? readFileSync(file, 'latin1') : '';
  }

  /** Send requests, and wait for the agent's lines: one each, unless it has gone wrong. Throws MachineDied. */
  ask(requests: readonly string[], seconds: number): Promise<string[]> {
    this.process.stdin?.write(batchOf(requests));
    return this.next(seconds);
  }

  /** The same, each in a batch of its own, so that what was answered before the machine died is known. */
  async askEach(
    requests: readonly string[],
    seconds: number,
  ): Promise<{ readonly answers: readonly (readonly string[])[]; readonly death: MachineDied | undefined }> {
    const answers: string[][] = [];
    this.process.stdin?.write(requests.map((request) => batchOf([request])).join(''));
    try {
      while (answers.length < requests.length) answers.push(await this.next(seconds));
    } catch (error) {
      if (error instanceof MachineDied) return { answers, death: error };
      throw error;
    }
    return { answers, death: undefined };
  }

  private next(seconds: number): Promise<string[]> {
    return this.batches.next(seconds, () => {
      this.die(`no answer within ${seconds} s`, true);
      this.process.kill('SIGKILL');
    });
  }

  private receive(text: string): void {
    if (this.batches.take(text)) return;
    this.die('the agent says more than anyone asked for', false);
    this.process.kill('SIGKILL');
  }

  private die(message: string, hung: boolean): void {
    if (this.death) return;
    const complaint = this.complaint.trim();
    const lines = this.console.split(/\r?\n/).filter((line) => line.trim() !== '');
    this.death = new MachineDied(
      complaint === '' ? message : `${message}: ${complaint}`,
      lines.slice(-mostLines),
      hung,
    );
    this.batches.close(this.death);
  }

  /** Ends the machine and everything that belongs to it. */
  async stop(): Promise<void> {
    const { process: child } = this;
    this.monitor?.close();
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    drop(this.folder);
  }

  /** The command that started it, for whoever wants to repeat a run by hand. */
  describe(): string {
    return this.commandLine;
  }
}
