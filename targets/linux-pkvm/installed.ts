/** Which releases are set up, and where: everything that a set-up leaves lies in one folder of the cache. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EventTargetDescription } from '../../spec/target.ts';
import type { TranscriptHeader } from '../../spec/transcript.ts';
import { defaultHardware } from './driver.ts';
import type { Boot, Hardware, Snapshot } from './driver.ts';
import { secureWorldFolder } from './firmware.ts';
import type { OwnPages } from './own-pages.ts';
import type { PageTable } from './pages.ts';

/** What is known of a release after it was booted once. */
export interface Features {
  /** The version of the guest's side that it was set up with. */
  readonly guest: string;
  readonly target: TranscriptHeader['target'];
  readonly profile: string;
  readonly hardware: Hardware;
  /** Numbers of the hypercalls, by name. */
  readonly calls: Readonly<Record<string, number>>;
  /** Whether a guest's CPU has atomic instructions (FEAT_LSE). */
  readonly atomics: boolean;
  /** Whether a secure world takes memory from the host. */
  readonly secureWorld: boolean;
  readonly sizes: TranscriptHeader['sizes'];
  readonly features: TranscriptHeader['features'];
  /** Where the fields of `struct kvm` and `struct kvm_vcpu` lie, where the kernel has type information. */
  readonly hostFields?: EventTargetDescription['hostFields'];
  readonly memory: {
    readonly firstPage: number;
    readonly pages: number;
    readonly carveout: { readonly firstPage: number; readonly pages: number };
    readonly pageTable: PageTable | undefined;
    /** Pages that the guest's module passes to the secure world beside those that it is asked to. */
    readonly spare?: { readonly firstPage: number; readonly pages: number };
    /** Pages of the hypervisor outside the carve-out, where its table shows them. */
    readonly own?: OwnPages;
  };
}

export interface Installed {
  readonly folder: string;
  readonly features: Features;
  readonly hardware: Hardware;
  readonly boot: Boot;
  readonly snapshot: Snapshot;
  /** Where emulators keep what they need while they run. */
  readonly runs: string;
}

export const guestFolder = fileURLToPath(new URL('guest', import.meta.url));

/** Changes whenever the guest's side does: what was set up with another version does not understand us. */
export function guestVersion(): string {
  const hash = createHash('sha256');
  for (const folder of [guestFolder, secureWorldFolder]) {
    for (const name of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

export const files = {
  features: 'target.json',
  kernel: 'kernel',
  initramfs: 'initramfs',
  firmware: 'firmware',
  memory: 'memory',
  devices: 'devices',
} as const;

/** Beside them: what a module for this kernel is built against. */
export const headers = 'headers';

/** The tree that a module for this release is built against; none where the kernel was the user's own. */
export function treeOf({ folder, features }: Installed): string | undefined {
  const tree = join(folder, headers, 'usr/src', `linux-headers-${features.target.release}`);
  return existsSync(tree) ? tree : undefined;
}

/** The folder for everything that is kept between runs, unless the user names another. */
export function cacheRoot(chosen?: string): string {
  return chosen ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'pvm-spec');
}

/** Where releases are set up. */
export const cacheFolder = (chosen?: string): string => join(cacheRoot(chosen), 'linux-pkvm');

/** Nothing where a set-up was cut short. */
function factsIn(file: string): Features | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Features;
  } catch {
    return undefined;
  }
}

function read(cache: string, name: string): Installed | undefined {
  const folder = join(cache, name);
  const file = join(folder, files.features);
  if (name.startsWith('.') || !existsSync(file)) return undefined;
  const features = factsIn(file);
  if (features?.guest !== guestVersion()) return undefined;
  return {
    folder,
    features,
    hardware: features.hardware,
    boot: bootIn(folder, features.hardware),
    snapshot: { memory: join(folder, files.memory), devices: join(folder, files.devices) },
    runs: join(cache, '.runs'),
  };
}

/** What a machine in this folder is started from. */
export const bootIn = (folder: string, { secureWorld }: Hardware): Boot => ({
  kernel: join(folder, files.kernel),
  initramfs: join(folder, files.initramfs),
  ...(secureWorld && { firmware: join(folder, files.firmware) }),
});

/** Compares releases number by number: 7.10 is newer than 7.9. */
export function byRelease(a: string, b: string): number {
  const numbers = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Is this release of that line? `7.3.4+deb13` is of 7.3 and of 7, not of 7.30. */
export const isOfLine = (release: string, line: string): boolean =>
  release === line ||
  release.startsWith(`${line}.`) ||
  release.startsWith(`${line}+`) ||
  release.startsWith(`${line}-`);

/** What tells the machines of one release apart. */
export type Machine = Partial<Pick<Hardware, 'cpu' | 'secureWorld'>>;

/** The folder of a release; on another CPU than the default, or with a secure world, it has one of its own. */
export const folderFor = (release: string, { cpu = defaultHardware.cpu, secureWorld }: Machine): string =>
  [release, ...(cpu === defaultHardware.cpu ? [] : [cpu]), ...(secureWorld ? ['secure-world'] : [])].join('@');

/** The newest release that is set up for a machine, of the line given if one is. */
export function findInstalled(cache: string, line?: string, machine: Machine = {}): Installed | undefined {
  const { cpu = defaultHardware.cpu, secureWorld } = machine;
  if (!existsSync(cache)) return undefined;
  const all = readdirSync(cache).flatMap((name) => read(cache, name) ?? []);
  return all
    .filter(({ hardware }) => hardware.cpu === cpu && hardware.secureWorld === secureWorld)
    .filter(({ features }) => line === undefined || isOfLine(features.target.release, line))
    .sort((a, b) => byRelease(a.features.target.release, b.features.target.release))
    .at(-1);
}
