/** Debian packages, found and unpacked through an apt of our own: its state is a folder, /etc/apt is only read. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TargetProblem } from '../problem.ts';
import { byRelease, isOfLine } from './installed.ts';

/** What cannot be done here, in one line, for the user. */
export class SetupProblem extends TargetProblem {}

const withoutSetup = 'recorded transcripts can be checked without it: pvm-spec trace check FILE';

/** What must be installed on the machine, and the packages that have it. */
export type Tools = Readonly<Record<string, string>>;

const tools: Tools = {
  'qemu-system-aarch64': 'qemu-system-arm',
  'aarch64-linux-gnu-gcc': 'gcc-aarch64-linux-gnu',
  make: 'make',
};

export interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Run {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  return { stdout: result.stdout, stderr: result.stderr, status: result.error ? -1 : result.status };
}

/** Run a command that must succeed. */
export function must(command: string, args: readonly string[], options: Parameters<typeof run>[2] = {}): string {
  const { stdout, stderr, status } = run(command, args, options);
  if (status === 0) return stdout;
  const text = (stderr || stdout).trim().split('\n').slice(-3).join(' / ');
  throw new SetupProblem(`${command} ${args.slice(0, 3).join(' ')} failed: ${text}`);
}

const isInstalled = (tool: string): boolean => run('sh', ['-c', `command -v ${tool}`]).status === 0;

/** Install the tools that are missing, with the machine's own apt. Returns what was installed. */
export function installTools(wanted: Tools = tools): string[] {
  const missing = Object.keys(wanted).filter((tool) => !isInstalled(tool));
  if (missing.length === 0) return [];
  const packages = missing.flatMap((tool) => (wanted[tool] as string).split(' '));
  if (!isInstalled('apt-get') || process.getuid?.() !== 0) {
    const why = isInstalled('apt-get') ? 'only root can install them' : 'there is no apt here to install them';
    throw new SetupProblem(
      `${missing.join(', ')} not found, and ${why} (in Debian: ${packages.join(' ')}); ${withoutSetup}`,
    );
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  must('apt-get', ['update', '-qq'], { env });
  must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
  return packages;
}

const sourcesFolder = '/etc/apt';

function sourceFiles(): string[] {
  const parts = join(sourcesFolder, 'sources.list.d');
  const more = existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : [];
  return [join(sourcesFolder, 'sources.list'), ...more].filter((file) => existsSync(file) && statSync(file).isFile());
}

/** The Debian mirror that the machine itself uses. */
function mirror(): string {
  for (const file of sourceFiles()) {
    const found = /^(?:deb\s.*?|URIs:.*?)(\S+:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(readFileSync(file, 'utf8'));
    if (found?.[1]) return found[1];
  }
  throw new SetupProblem(`this machine's apt names no Debian mirror; ${withoutSetup}`);
}

/** Where Debian has kernels of each line. A suite that the mirror lacks is passed over. */
const suitesOf = (line: string): string[] => {
  if (isOfLine(line, '6.1')) return ['bookworm', 'bookworm-updates'];
  if (isOfLine(line, '6.12')) return ['trixie', 'trixie-updates'];
  return ['trixie', 'trixie-backports'];
};

export interface Kernel {
  readonly release: string;
  readonly image: string;
  /** Headers and build tools. */
  readonly build: readonly string[];
}

export class Packages {
  private readonly folder: string;
  private readonly env: NodeJS.ProcessEnv;
  private readonly host: string;

  constructor(folder: string, line: string) {
    this.folder = folder;
    this.host = must('dpkg', ['--print-architecture']).trim();
    for (const part of ['lists/partial', 'cache/archives/partial', 'debs']) {
      mkdirSync(join(folder, part), { recursive: true });
    }
    const [status, sources, config] = ['status', 'sources.list', 'apt.conf'].map((name) => join(folder, name)) as [
      ...[string, string, string],
    ];
    writeFileSync(status, '');
    const from = mirror();
    writeFileSync(
      sources,
      suitesOf(line)
        .map((suite) => `deb ${from} ${suite} main\n`)
        .join(''),
    );
    writeFileSync(config, this.settings(status, sources));
    this.env = { ...process.env, APT_CONFIG: config };
  }

  private settings(status: string, sources: string): string {
    const at = (name: string): string => join(this.folder, name);
    return [
      `Dir::State::Lists "${at('lists')}";`,
      `Dir::Cache "${at('cache')}";`,
      `Dir::State::status "${status}";`,
      `Dir::Etc::SourceList "${sources}";`,
      ...['SourceParts', 'Preferences', 'PreferencesParts'].map((name) => `Dir::Etc::${name} "/dev/null";`),
      'APT::Architecture "arm64";',
      `APT::Architectures { "arm64"; "${this.host}"; };`,
      'Acquire::Languages "none";',
      'APT::Sandbox::User "root";',
      '',
    ].join('\n');
  }

  update(): void {
    if (!isInstalled('apt-get')) throw new SetupProblem(`there is no apt here to fetch kernels with; ${withoutSetup}`);
    const { status, stderr } = run('apt-get', ['update', '-qq'], { env: this.env });
    const lists = readdirSync(join(this.folder, 'lists')).some((name) => name.includes('_Packages'));
    if (status !== 0 && !lists) {
      throw new SetupProblem(`apt cannot reach the mirror (${stderr.trim().split('\n')[0] ?? ''}); ${withoutSetup}`);
    }
  }

  /** The newest kernel of a line that has both an image and headers. */
  newest(line: string): Kernel {
    const names = must('apt-cache', ['pkgnames', 'linux-'], { env: this.env }).split('\n');
    const all = new Set(names);
    const releases = names
      .flatMap((name) => /^linux-headers-(\d+\.\d+\..*-cloud-arm64)$/.exec(name)?.[1] ?? [])
      .filter((release) => isOfLine(release, line))
      .sort(byRelease)
      .reverse();
    for (const release of releases) {
      const image = [`linux-binary-${release}`, `linux-image-${release}`].find((name) => all.has(name));
      if (image) return { release, image, build: this.buildPackages(release) };
    }
    throw new SetupProblem(`Debian has no cloud kernel ${line} for arm64 with headers here; ${withoutSetup}`);
  }

  /** The version of a package that can be had now. */
  versionOf(name: string): string {
    const version = /Candidate: (\d\S*)/.exec(must('apt-cache', ['policy', name], { env: this.env }))?.[1];
    if (version === undefined) throw new SetupProblem(`Debian has no package ${name} here`);
    return version;
  }

  private buildPackages(release: string): string[] {
    const headers = `linux-headers-${release}`;
    const shown = must('apt-cache', ['show', headers], { env: this.env });
    const depends = /^Depends: (.*)$/m.exec(shown)?.[1] ?? '';
    const needed = depends.split(/,\s*/).map((part) => part.split(/[\s:]/)[0] ?? '');
    const tools = needed.filter((name) => name.startsWith('linux-kbuild-')).map((name) => `${name}:${this.host}`);
    return [headers, ...needed.filter((name) => /^linux-headers-.*-common$/.test(name)), ...tools];
  }

  /** The C library and friends of the same suites, for build tools that want newer ones than the machine has. */
  libraries(): string[] {
    const names = new Set(must('apt-cache', ['pkgnames', 'libelf1'], { env: this.env }).split('\n'));
    const elf = names.has('libelf1t64') ? 'libelf1t64' : 'libelf1';
    return ['libc6', elf, 'zlib1g', 'libzstd1'].map((name) => `${name}:${this.host}`);
  }

  /** Fetch packages and unpack them into a folder. Returns how many bytes were fetched. */
  unpack(names: readonly string[], into: string): number {
    const debs = join(this.folder, 'debs');
    const before = new Set(readdirSync(debs));
    must('apt-get', ['download', '-qq', ...names], { cwd: debs, env: this.env });
    mkdirSync(into, { recursive: true });
    const fetched = readdirSync(debs).filter((name) => !before.has(name));
    for (const name of fetched) must('dpkg', ['-x', join(debs, name), into]);
    return fetched.reduce((bytes, name) => bytes + statSync(join(debs, name)).size, 0);
  }
}
