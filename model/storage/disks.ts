/**
 * All that a device stores for its VMs, in bytes: images with their trees, the disk of an encrypted store that VMs of
 * several instances use in turn, and a file that a VM writes through AuthFS. All of it is the host's, but for what a
 * VM that runs has in its memory.
 */
import type { Bytes } from '../bytes.ts';
import { ascii, hex, sameBytes } from '../bytes.ts';
import type { Served, Written } from './authfs.ts';
import type { Mode } from './crypt.ts';
import { openSector, payloadSecret, sealSector, storeKey } from './crypt.ts';
import type { Image, Trusted } from './verity.ts';

export type Medium =
  | ({ readonly kind: 'verity'; readonly trusted: Trusted } & Pick<Image, 'data' | 'hashes'>)
  | { readonly kind: 'authfs'; readonly trusted: Bytes; readonly served: Served }
  | { readonly kind: 'none'; readonly data: Bytes };

/** A write of a VM, remembered for those who ask later what was written where. */
export interface Journaled {
  readonly instance: number;
  readonly sector: number;
  readonly datum: number;
}

export interface Disks {
  readonly mode: Mode;
  readonly media: Medium[];
  /** The sectors of the store, and behind them the host's copy of one. */
  readonly sectors: Bytes[];
  /** The sealing secret of each instance. */
  readonly secrets: readonly Bytes[];
  /** The instance whose VM runs. */
  running: number | undefined;
  journal: Journaled[];
  /** Keys and data that the host has come by. */
  readonly hostKeys: Set<string>;
  readonly hostData: Set<number>;
  /** The file as the host has it, and what the VM keeps of it and has written to it. */
  file: Bytes[] | undefined;
  own: (Written & { readonly wrote: (number | undefined)[] }) | undefined;
}

export interface Origin {
  readonly key: Bytes | undefined;
  readonly datum: number;
}

/** Bytes of each kind that anybody stores, by number: 2 is the root of a file system, larger ones are data. */
export interface Samples {
  readonly fileSystem: number;
  readonly plain: (datum: number) => Bytes;
  readonly chunk: (datum: number) => Bytes;
  readonly block: (partition: number, block: number, content: number) => Bytes;
  /** The number of a part of a sector that was read, or of a chunk; 0 where nobody has written that. */
  readonly datumOf: (part: Bytes, at: number) => number;
  readonly chunkNumber: (chunk: Bytes) => number;
  /** Of what some bytes of the disk are the ciphertext, and under which key: the host has seen all that was written. */
  readonly originOf: (part: Bytes, at: number) => Origin;
}

/** Where a sector is cut in two: whatever the cipher does with its first bytes, it does with more than one block. */
const cut = 32;
export const partOf = (sector: Bytes, part: number): Bytes =>
  part === 0 ? sector.subarray(0, cut) : sector.subarray(cut);
export function setPart(sectors: Bytes[], sector: number, part: number, bytes: Bytes): void {
  const next = Uint8Array.from(sectors[sector] ?? []);
  next.set(bytes, part === 0 ? 0 : cut);
  sectors[sector] = next;
}

type Derives = Pick<Disks, 'secrets' | 'mode'>;
export const keyOf = ({ secrets, mode }: Derives, instance: number): Bytes => storeKey(secrets[instance]!, mode);
/** What the payload of an instance gets when it asks for a secret, as long as a key of the store. */
export const secretOf = ({ secrets, mode }: Derives, instance: number): Bytes =>
  payloadSecret(secrets[instance]!, ascii('secret of the payload'), mode.keySize);

export const seal = (disks: Disks, instance: number, sector: number, plain: Bytes): void => {
  disks.sectors[sector] = sealSector(disks.mode, keyOf(disks, instance), sector, plain);
};
export const open = (disks: Disks, instance: number, sector: number): Bytes =>
  openSector(disks.mode, keyOf(disks, instance), sector, disks.sectors[sector]!);

export const knows = ({ hostKeys }: Disks, key: Bytes): boolean => hostKeys.has(hex(key));
export const startsWith = (bytes: Bytes, start: Bytes): boolean => sameBytes(bytes.subarray(0, start.length), start);
