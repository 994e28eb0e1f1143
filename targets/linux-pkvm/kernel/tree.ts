/** A kernel built from the distribution's source package, into which one change at a time can be planted. */
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Packages, SetupProblem, installTools, must, run } from '../packages.ts';
import type { Tools } from '../packages.ts';
import type { Patch } from './patch.ts';

const configFile = fileURLToPath(new URL('config', import.meta.url));

const buildTools: Tools = {
  'aarch64-linux-gnu-gcc': 'gcc-aarch64-linux-gnu',
  gcc: 'gcc libc6-dev',
  make: 'make',
  bc: 'bc',
  bison: 'bison',
  flex: 'flex',
  patch: 'patch',
  xz: 'xz-utils',
};

/** Fetch and unpack a source package, unless that was done before. Returns the folder for everything about it. */
export function fetchSource(root: string, { name, version }: Patch['source'], print: (line: string) => void): string {
  const installed = installTools(buildTools);
  if (installed.length > 0) print(`installed ${installed.join(' ')}`);
  if (existsSync(join(root, version, 'source'))) return join(root, version);
  const work = join(root, '.fetch');
  rmSync(work, { recursive: true, force: true });
  try {
    const packages = new Packages(join(work, 'apt'), name.replace(/^linux-source-/, ''));
    packages.update();
    const here = packages.versionOf(name);
    const folder = join(root, here);
    if (existsSync(join(folder, 'source'))) return folder;
    const bytes = packages.unpack([name], join(work, 'package'));
    const unpacked = join(work, 'source');
    mkdirSync(unpacked);
    must('tar', ['-xf', join(work, 'package/usr/src', `${name}.tar.xz`), '--strip-components=1', '-C', unpacked]);
    mkdirSync(folder, { recursive: true });
    renameSync(unpacked, join(folder, 'source'));
    print(`fetched and unpacked ${name} ${here} (${(bytes / 1e6).toFixed(0)} MB)`);
    return folder;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

export class KernelTree {
  private readonly source: string;
  /** Every file that a patch has ever changed, as the package has it. */
  private readonly pristine: string;
  /** The same files with the patch in them. */
  private readonly planted: string;
  private readonly log: string;
  readonly build: string;

  constructor(folder: string) {
    this.source = join(folder, 'source');
    this.pristine = join(folder, 'pristine');
    this.planted = join(folder, 'planted');
    mkdirSync(this.pristine, { recursive: true });
    this.build = join(folder, 'build');
    this.log = join(folder, 'build.log');
  }

  get image(): string {
    return join(this.build, 'arch/arm64/boot/Image');
  }

  /** Make the source what the package has, with one patch in it or with none. False if the patch does not apply. */
  plant(patch?: Patch): boolean {
    for (const path of patch?.changes ?? []) this.keep(path);
    rmSync(this.planted, { recursive: true, force: true });
    cpSync(this.pristine, this.planted, { recursive: true });
    if (patch && run('patch', ['-p1', '-s', '-F0', '-d', this.planted, '-i', patch.file]).status !== 0) return false;
    for (const path of filesBelow(this.pristine)) {
      const [from, to] = [join(this.planted, path), join(this.source, path)];
      if (!readFileSync(from).equals(readFileSync(to))) writeFileSync(to, readFileSync(from));
    }
    return true;
  }

  /** A file is changed only after it was copied, so what has no copy is as the package has it. */
  private keep(path: string): void {
    const copy = join(this.pristine, path);
    if (existsSync(copy)) return;
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(join(this.source, path), `${copy}.new`);
    renameSync(`${copy}.new`, copy);
  }

  /** Compile whatever changed. */
  async compile(): Promise<void> {
    writeFileSync(this.log, '');
    if (!this.isConfigured()) await this.configure();
    await this.make('Image', 'modules');
  }

  private isConfigured(): boolean {
    const config = join(this.build, '.config');
    const lines = new Set(existsSync(config) ? readFileSync(config, 'utf8').split('\n') : []);
    return wanted().every((line) => lines.has(line));
  }

  private async configure(): Promise<void> {
    mkdirSync(this.build, { recursive: true });
    await this.make('tinyconfig');
    appendFileSync(join(this.build, '.config'), `${wanted().join('\n')}\n`);
    await this.make('olddefconfig');
    if (!this.isConfigured()) throw new SetupProblem(`${this.source} does not take the options of ${configFile}`);
  }

  private make(...targets: string[]): Promise<void> {
    const flags = ['-C', this.source, `O=${this.build}`, '-j2', 'ARCH=arm64', 'CROSS_COMPILE=aarch64-linux-gnu-'];
    const log = openSync(this.log, 'a');
    const child = spawn('make', ['-s', ...flags, ...targets], { stdio: ['ignore', log, log] });
    return new Promise((resolve, reject) => {
      child.on('error', reject).on('exit', (status) => {
        closeSync(log);
        if (status === 0) resolve();
        else reject(new SetupProblem(`the kernel does not build: ${this.complaint()} (${this.log})`));
      });
    });
  }

  private complaint(): string {
    const lines = readFileSync(this.log, 'utf8').trim().split('\n');
    return lines.find((line) => /error:|Error \d/.test(line)) ?? lines.at(-1) ?? '';
  }
}

const wanted = (): string[] =>
  readFileSync(configFile, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('CONFIG_'));

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.new'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
