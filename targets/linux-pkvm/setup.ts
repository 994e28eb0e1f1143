/** Sets a release of Linux pKVM up: fetch, build, boot once, and keep what is needed to run it in one folder. */
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { buildFirmware, buildGuest, fitTree, imageIn, portModulesIn, releaseOf, wrapTools } from './build.ts';
import { Emulator, MachineDied, defaultHardware, emulatorVersion } from './driver.ts';
import { learn } from './features.ts';
import { packInitramfs } from './initramfs.ts';
import { bootIn, cacheFolder, files, findInstalled, folderFor, headers } from './installed.ts';
import type { Installed } from './installed.ts';
import { Packages, SetupProblem, installTools } from './packages.ts';
import { probed } from './probe.ts';

export interface SetupOptions {
  /** The line of releases: `7`, `7.2`, `6.12`, `6.1`, or one release in full. */
  readonly release?: string;
  /** A kernel build tree of the user's own, and the image built from it. */
  readonly kdir?: string;
  readonly image?: string;
  readonly cache?: string;
  /** Another CPU model than the default. */
  readonly cpu?: string;
  /** With firmware and a secure world below the hypervisor. */
  readonly secureWorld?: true;
  readonly vhe?: boolean;
  /** Set up again, and look for a newer release. */
  readonly again?: boolean;
  /** There is a fault in the hypervisor: what no guest can tell for it is taken to be as the CPU has it. */
  readonly faulty?: boolean;
}

export interface SetupReport {
  readonly installed: Installed;
  /** False if it was there already, and nothing was done. */
  readonly fresh: boolean;
}

/** Where to get at a kernel: its build tree, its image, and what both are of. */
interface Source {
  readonly release: string;
  readonly tree: string;
  readonly image: string;
  /** Modules of its own that the agent needs. */
  readonly modules: readonly Buffer[];
}

const newestLine = '7';
const temporary = '.setup-';

export async function setUp(options: SetupOptions, print: (line: string) => void): Promise<SetupReport> {
  const cache = cacheFolder(options.cache);
  const own = options.kdir === undefined ? undefined : releaseOf(resolve(options.kdir));
  if (options.again !== true && own === undefined) {
    const there = findInstalled(cache, options.release ?? newestLine, options);
    if (there) return { installed: there, fresh: false };
  }
  mkdirSync(cache, { recursive: true });
  sweep(cache);
  const work = mkdtempSync(join(cache, `${temporary}${process.pid}-`));
  const drop = (): void => rmSync(work, { recursive: true, force: true });
  const interrupted = (): never => (drop(), process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const release = await new Setup(work, options, print).run();
    const folder = join(cache, folderFor(release, options));
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(work, 'out'), folder);
    const installed = findInstalled(cache, release, options);
    if (!installed) throw new Error('unreachable: what was set up is not there');
    return { installed, fresh: true };
  } finally {
    drop();
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}

/** What an earlier set-up left that was killed. */
function sweep(cache: string): void {
  for (const name of readdirSync(cache)) {
    const pid = Number(name.slice(temporary.length).split('-')[0]);
    if (name.startsWith(temporary) && !existsSync(`/proc/${pid}`)) {
      rmSync(join(cache, name), { recursive: true, force: true });
    }
  }
}

class Setup {
  private readonly work: string;
  private readonly out: string;
  private readonly options: SetupOptions;
  private readonly report: (line: string) => void;
  private since = performance.now();

  constructor(work: string, options: SetupOptions, report: (line: string) => void) {
    this.work = work;
    this.out = join(work, 'out');
    this.options = options;
    this.report = report;
    mkdirSync(this.out);
  }

  private print(line: string): void {
    const now = performance.now();
    this.report(`${((now - this.since) / 1000).toFixed(1).padStart(6)} s  ${line}`);
    this.since = now;
  }

  async run(): Promise<string> {
    const tools = installTools();
    this.print(tools.length > 0 ? `installed ${tools.join(', ')}` : 'emulator and cross compiler are there');
    const source = this.options.kdir === undefined ? this.fetch() : this.ownKernel(this.options.kdir);
    const guest = buildGuest(source.tree, this.work);
    writeFileSync(join(this.out, files.initramfs), packInitramfs(guest.agent, [...source.modules, guest.module]));
    copyFileSync(source.image, join(this.out, files.kernel));
    if (this.options.secureWorld) writeFileSync(join(this.out, files.firmware), buildFirmware(this.work));
    this.print(`built the guest module for ${source.release}`);
    this.keepHeaders();
    await this.bootOnce(source.release, guest.types);
    return source.release;
  }

  private fetch(): Source {
    const line = this.options.release ?? newestLine;
    const packages = new Packages(join(this.work, 'apt'), line);
    packages.update();
    const kernel = packages.newest(line);
    this.print(`found ${kernel.release}, the newest of ${line} with headers`);
    const root = join(this.work, 'root');
    let bytes = packages.unpack([kernel.image, ...kernel.build], root);
    const { tree, runs } = fitTree(root, kernel.release);
    if (!runs) {
      const libraries = join(root, 'libraries');
      bytes += packages.unpack(packages.libraries(), libraries);
      wrapTools(root, libraries);
    }
    this.print(`fetched and unpacked ${(bytes / 1e6).toFixed(0)} MB of packages`);
    const { release } = kernel;
    return { release, tree, image: imageIn(root, release), modules: portModulesIn(root, release) };
  }

  /** What a module is built against; a tree of the user's own stays where it is. */
  private keepHeaders(): void {
    const root = join(this.work, 'root');
    if (!existsSync(root)) return;
    for (const kernel of ['boot', 'lib/modules', 'usr/lib/modules']) {
      rmSync(join(root, kernel), { recursive: true, force: true });
    }
    renameSync(root, join(this.out, headers));
  }

  private ownKernel(kdir: string): Source {
    const { image } = this.options;
    if (image === undefined || !existsSync(image)) {
      throw new SetupProblem('--kdir needs --image FILE beside it: the kernel to boot, such as arch/arm64/boot/Image');
    }
    const tree = resolve(kdir);
    return { release: releaseOf(tree), tree, image: resolve(image), modules: [] };
  }

  private async bootOnce(release: string, types: Buffer | undefined): Promise<void> {
    const at = (name: string): string => join(this.out, name);
    const { cpu = defaultHardware.cpu, vhe = false, secureWorld } = this.options;
    const hardware = { ...defaultHardware, cpu, vhe, ...(secureWorld && { secureWorld }) };
    const from = bootIn(this.out, hardware);
    const runs = join(this.work, 'runs');
    const snapshot = { memory: at(files.memory), devices: at(files.devices) };
    const emulator = await Emulator.boot(runs, hardware, from, snapshot.memory).catch(explainDeath);
    try {
      const learnt = await learn(emulator, {
        release,
        hardware,
        emulator: emulatorVersion() ?? 'unknown',
        image: () => readFileSync(snapshot.memory),
        types,
      });
      await emulator.save(snapshot.devices);
      const probe = probed({ folder: this.out, features: learnt, hardware, boot: from, snapshot, runs });
      const features = await probe.catch((error: unknown) => {
        if (this.options.faulty === true && error instanceof SetupProblem) return learnt;
        throw error;
      });
      writeFileSync(at(files.features), `${JSON.stringify(features, undefined, 2)}\n`);
      const table = features.memory.pageTable
        ? 'its table of page states can be read'
        : 'it shows no table of page states';
      this.print(`booted ${features.target.release} (${features.target.mode}, ${features.target.machine}); ${table}`);
    } finally {
      await emulator.stop();
    }
    const all = readdirSync(this.out, { recursive: true, encoding: 'utf8' });
    const size = all.reduce((bytes, name) => bytes + lstatSync(at(name)).blocks * 512, 0);
    this.report(`          it takes ${(size / 1e6).toFixed(0)} MB on disk`);
  }
}

function explainDeath(error: unknown): never {
  if (!(error instanceof MachineDied)) throw error;
  throw new SetupProblem(`the kernel did not come up: ${error.message}; its last words: ${lastWords(error.console)}`);
}

/** What the agent said, or the kernel if it did not get that far. */
function lastWords(console: readonly string[]): string {
  const agent = console.filter((line) => line.includes('pkvm-target:'));
  return (agent.length > 0 ? agent : console.slice(-2)).join(' / ');
}
