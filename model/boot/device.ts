/**
 * A device that boots protected VMs, as things: disks with sealed entries, Secretkeeper, the memory of the one VM that
 * runs, and what an attacker has learnt. Secrets and images are bytes.
 */
import type { BootConfig } from '../../spec/boot/config.ts';
import type { stages } from '../../spec/fields.ts';
import type { parents, regimes } from '../../spec/boot/secrets.ts';
import type { Layer } from '../dice/certificate.ts';
import type { Measured } from './measure.ts';
import type { Memory } from './memory.ts';
import type { Started } from './secrets.ts';
import type { Code } from './stages.ts';

export type Parent = (typeof parents)[number];
export type Regime = (typeof regimes)[number];
export type Stage = Exclude<(typeof stages)[number], 'OFF'>;

/** What a sealing secret is derived from. Salts: first those of the instance ids, by their numbers, then random ones. */
export interface SecretInputs {
  readonly parent: Parent;
  /** Of whoever signed the kernel, in hexadecimal digits. */
  readonly publicKey: string;
  readonly isDebug: boolean;
  readonly regime: Regime;
  readonly salt: number;
}
/** A sealing secret, in hexadecimal digits, with what it should be derived from. */
export interface Secret extends SecretInputs {
  readonly seal: string;
}
export const isSame = (one: Secret | undefined, other: Secret | undefined): boolean => one?.seal === other?.seal;

/** What somebody has encrypted and authenticated with a key. */
export interface Sealed<Key, Body> {
  readonly key: Key;
  readonly body: Body;
}
/** An entry of an instance image. `garbage`: its identifier is there, and no key opens it. */
export type Entry<Key, Body> = 'free' | 'garbage' | Sealed<Key, Body>;

/** Digests and key are those of the bytes that were verified, in hexadecimal digits. */
export interface FirmwareRecord {
  readonly kernelDigest: string;
  readonly ramdiskDigest: string | undefined;
  readonly publicKey: string;
  readonly isDebug: boolean;
  readonly salt: number;
}
export interface PayloadRecord {
  readonly apk: number;
  readonly apex: number;
}
export interface Disk {
  isBroken: boolean;
  firmware: Entry<Parent, FirmwareRecord>;
  payload: Entry<Secret, PayloadRecord>;
}

/** Who has secrets, and the software that it has them for. */
export interface Bearer {
  secret?: Secret;
  payloadKey?: number;
  keeperSecret?: number;
  /** Kernel and ramdisk, as pvmfw has certified them. */
  measured?: Measured;
  apk?: number;
  apex?: number;
}

export interface Vm {
  stage: Stage;
  readonly parent: Parent;
  readonly isChained: boolean;
  /** What stages have certified of the next ones, in turn. */
  chain: readonly Layer[];
  /** What pvmfw has started. */
  readonly entry: Started;
  /** The bytes that are executed. */
  readonly code: Code;
  readonly tree: number;
  readonly regime: Regime;
  readonly disk: number | undefined;
  readonly instance: number | undefined;
  readonly isNew: boolean;
  readonly hasArguments: boolean;
  readonly hasPolicy: boolean;
  readonly bearer: Bearer;
  loaded?: number;
  system?: number;
  extra?: number;
  mounted?: number;
}

/** What Secretkeeper holds for an instance: a secret, and who may have it. */
export interface Kept {
  readonly secret: number;
  readonly key: number;
  readonly kernelVersion: number;
  readonly payloadVersion: number;
}

/** In what the releases of the framework differ. */
export interface Release {
  readonly salts: 'random' | 'of instance ids';
  /** The regime of an image that asks for none. */
  readonly usual: 'RECORD' | 'EPHEMERAL';
  readonly hasLoader: boolean;
  /** pvmfw reads the handover before anything else, and the device tree after all that it verifies. */
  readonly readsTreeLast: boolean;
}

export interface Device {
  readonly release: Release;
  readonly pieces: BootConfig;
  readonly disks: Disk[];
  readonly secretkeeper: Map<number, Kept>;
  /** What VMs have sealed and left with the host, each with whoever can open it. */
  readonly sealed: Bearer[];
  readonly knownSecrets: Secret[];
  readonly knownParents: Set<Parent>;
  /** What lies where a VM of the device has its memory, and whether pages of that are shared. */
  readonly memory: Memory;
  sharesPages: boolean;
  vm: Vm | undefined;
}

/** Numbered things, by the names that callers have for them; `none` is a thing that is not there. */
export type Offer = Readonly<Record<string, number>>;
const none = -1;
export const given = (offer: Offer, name: string): number | undefined => {
  const number = offer[name] ?? none;
  return number === none ? undefined : number;
};

/** A stage goes on, or stops with a reason. */
export type Reason = string | undefined;
