/**
 * The part of a configuration that boots: what the bootloader left, and what the host may supply. Each piece is one
 * entry of a list, whole or with one flaw; a call names it by its number. What a stage would take from a flawed piece,
 * if it looked past the flaw, stands beside it, so that properties need not trust the checks.
 */
import { none } from '../config.ts';

/** What can be wrong with each piece; the first is what a piece without a flaw has. */
export const flaws = {
  /** Of pvmfw's configuration, or of the handover in it. */
  handoff: ['none', 'region', 'magic', 'version', 'bounds', 'order', 'no handover', 'form', 'no chain'],
  tree: ['none', 'form', 'memory', 'cpus', 'pci', 'watchdog', 'bounce', 'reference', 'untrusted', 'assigned'],
  kernel: ['none', 'absent', 'signature', 'not enforced', 'digest', 'descriptors', 'capabilities'],
  apk: ['none', 'signature', 'content'],
  extra: ['none', 'signature', 'count'],
  apex: ['none', 'signature'],
} as const;
type FlawOf<P extends keyof typeof flaws> = Exclude<(typeof flaws)[P][number], 'none'>;
export type HandoffFlaw = FlawOf<'handoff'>;
export type TreeFlaw = FlawOf<'tree'>;
export type KernelFlaw = FlawOf<'kernel'>;

/** The configuration and the handover that the bootloader leaves behind pvmfw. */
export interface HandoffShape {
  readonly name: string;
  readonly flaw?: HandoffFlaw;
  /** The device's secrets are in it; otherwise what pvmfw reads as secrets are other bytes. */
  readonly given: boolean;
  readonly chained: boolean;
  /** The device booted in debug mode. */
  readonly debug: boolean;
  /** There is a debug policy in the configuration. */
  readonly policy: boolean;
}

/** A device tree of the host. */
export interface TreeShape {
  readonly name: string;
  readonly flaw?: TreeFlaw;
  /** All memory that it names is the VM's, and no device lies over it. */
  readonly confined: boolean;
  /** Properties that the bootloader has fixed have that value. */
  readonly fixed: boolean;
  /** The digest of the vendor partition that it passes on. */
  readonly vendor: number;
  /** It has boot arguments beyond those that every guest may have. */
  readonly argued: boolean;
}

export const capabilities = ['NONE', 'SECRETKEEPER', 'SERVICE'] as const;

/**
 * A kernel with its description: who signed it, and the digests (as numbers, or none) of the ramdisks that it lists.
 */
export interface KernelShape {
  readonly name: string;
  readonly digest: number;
  readonly flaw?: KernelFlaw;
  readonly key: number;
  readonly normal: number;
  readonly debug: number;
  readonly securityVersion: number;
  readonly capability: (typeof capabilities)[number];
}

export interface RamdiskShape {
  readonly name: string;
  readonly digest: number;
  /** It does not lie apart from the kernel, and the bytes that are used are not those that are digested. */
  readonly misplaced: boolean;
  /** The digest of the system's description in the boot configuration. */
  readonly vbmeta: number;
}

/** What the guest's first process finds on the disks of the system. */
export interface SystemShape {
  readonly name: string;
  readonly vbmeta: number;
  /** The root digest is the one in the description. */
  readonly rooted: boolean;
  readonly vendor: number;
}

export interface ApkShape {
  readonly name: string;
  readonly flaw?: FlawOf<'apk'>;
  readonly key: number;
  readonly version: number;
}

/** The further APKs of a payload, taken together. */
export interface ExtraShape {
  readonly name: string;
  readonly flaw?: FlawOf<'extra'>;
}

export interface ApexShape {
  readonly name: string;
  readonly flaw?: FlawOf<'apex'>;
}

export interface BootConfig {
  readonly handoffs: readonly HandoffShape[];
  readonly trees: readonly TreeShape[];
  /** Keys that images are signed with, by whether pvmfw trusts them. */
  readonly trusted: readonly boolean[];
  readonly kernels: readonly KernelShape[];
  readonly ramdisks: readonly RamdiskShape[];
  /** The security version that pvmfw knows for the VM that signs certificates. */
  readonly serviceVersion: number;
  readonly loaded: readonly { readonly name: string; readonly genuine: boolean }[];
  readonly systems: readonly SystemShape[];
  readonly apks: readonly ApkShape[];
  readonly extras: readonly ExtraShape[];
  readonly apexes: readonly ApexShape[];
  /** Instance ids, instance images and copies of them, and random salts before randomness runs out. */
  readonly ids: number;
  readonly disks: number;
  readonly randomSalts: number;
  /** How many things that VMs sealed are followed. */
  readonly kept: number;
}

/** A configuration in which nothing boots. */
export const noBoot: BootConfig = {
  handoffs: [],
  trees: [],
  trusted: [],
  kernels: [],
  ramdisks: [],
  serviceVersion: 0,
  loaded: [],
  systems: [],
  apks: [],
  extras: [],
  apexes: [],
  ids: 0,
  disks: 0,
  randomSalts: 0,
  kept: 0,
};

/** What is in kernel and ramdisk as one number. */
export const kernelIn = (boot: BootConfig, code: number): KernelShape | undefined =>
  boot.kernels[Math.floor(code / (boot.ramdisks.length + 1))];
export const ramdiskIn = (boot: BootConfig, code: number): RamdiskShape | undefined =>
  boot.ramdisks[(code % (boot.ramdisks.length + 1)) - 1];

/** The digests of kernel and ramdisk as one number: what is recorded of them. */
export const digestOf = (boot: BootConfig, code: number): number =>
  (kernelIn(boot, code)?.digest ?? none) * (boot.ramdisks.length + 1) + (ramdiskIn(boot, code)?.digest ?? none) + 1;

/** The mode of what pvmfw starts: debug if the ramdisk is the one for debugging. */
export const isDebug = (kernel: KernelShape | undefined, ramdisk: RamdiskShape | undefined): boolean =>
  kernel !== undefined && ramdisk !== undefined && kernel.normal !== ramdisk.digest && kernel.debug === ramdisk.digest;
