/**
 * The configuration of a system: how many of everything there is, and what cannot change. Pages, guest frames, VMs and
 * CPUs are numbered from 0; numbers that a caller may pass but that name nothing usable (a device's page, an address
 * beyond the range) are entries of the same lists with another kind, so that every argument of every call is a small
 * number.
 */
import type { BootConfig } from './boot/config.ts';
import type { PhoneConfig } from './device/config.ts';
import type { FlowConfig } from './attestation/config.ts';
import type { InsideConfig } from './inside/config.ts';
import type { StorageConfig } from './storage/config.ts';
import type { HostConfig } from './host/config.ts';
import type { InterruptConfig } from './interrupts/config.ts';

/** No page, no VM, no vCPU. */
export const none = -1;

/**
 * What lies at a page number. `wrapping`: the last page of the 64-bit space, whose end is address 0. `hypcode`: code of
 * the hypervisor, which lies in the image of the host's kernel and not in the carve-out.
 */
export const pageKinds = ['memory', 'mmio', 'carveout', 'hole', 'beyond', 'wrapping', 'hypcode'] as const;
export type PageKind = (typeof pageKinds)[number];
/** What is the hypervisor's from the start. */
export const hypervisorKinds = ['carveout', 'hypcode'] as const satisfies readonly PageKind[];

export interface PageShape {
  readonly kind: PageKind;
  /** The page number that is passed for it; numbers of pages from 0 are their places in the configuration's list. */
  readonly pfn: number;
  /** The page that this number reaches when it is shifted to an address modulo 2^64; itself unless it is an alias. */
  readonly of: number;
  /** How many pages from here on are contiguous and aligned to that number (512 at the head of a 2 MiB block). */
  readonly aligned: number;
  readonly name: string;
}

export interface GfnShape {
  readonly name: string;
  /** The frame number that is passed for it: exact up to 2^53, and beyond where few of its bits are set. */
  readonly frame: number;
  /** The entry of this list that the frame number reaches modulo 2^52. */
  readonly of: number;
  /** The entry of this list for the first frame of the same 2 MiB block; itself where no block can hold it. */
  readonly head: number;
  /** How many frames it lies behind that head. */
  readonly offset: number;
  /** The page tables (numbers from 0) that a walk to this frame passes below the root, the last one last. */
  readonly tables: readonly number[];
  /** False beyond the guest's address range. */
  readonly inRange: boolean;
}

/** Partitions that bring early VMs, and have a range of CIDs for them. */
export const earlyPartitions = ['system', 'system_ext or product'] as const;
export type EarlyPartition = (typeof earlyPartitions)[number];

/** How many pages each lifecycle call takes, counted in pages. */
export interface Sizes {
  readonly kvmPages: number;
  readonly vcpuPages: number;
  readonly hypVmPages: number;
  readonly hypVcpuPages: number;
  readonly pgdPages: number;
  readonly memcacheMin: number;
}

export interface Config {
  /** What boots; nothing where it is left out. */
  readonly boot?: BootConfig;
  /** What is attested; nothing where it is left out. */
  readonly flow?: FlowConfig;
  /** What is stored; nothing where it is left out. */
  readonly storage?: StorageConfig;
  /** What a payload runs in; nothing where it is left out. */
  readonly inside?: InsideConfig;
  /** The device as a whole; nothing where it is left out. */
  readonly phone?: PhoneConfig;
  /** What is interrupted; nothing where it is left out. */
  readonly interrupts?: InterruptConfig;
  readonly pages: readonly PageShape[];
  readonly gfns: readonly GfnShape[];
  /** Number of different page tables that `gfns` name. */
  readonly tables: number;
  /** Entries of the VM table. */
  readonly slots: number;
  /** vCPUs that a VM may have at the most. */
  readonly vcpus: number;
  readonly cpus: number;
  readonly devices: number;
  /** Addresses that a device can use. */
  readonly iovas: number;
  /** The host takes the mailbox for its messages to the secure world away, and makes it anew; false where nothing is said. */
  readonly mailbox?: boolean;
  /** Every device that can access memory is behind an IOMMU; true where nothing is said. */
  readonly socCoversDma?: boolean;
  /** Context ids in the allocator's range. */
  readonly cids: number;
  /** Clients of the service, each of which can have a VM; nobody where nothing is said. */
  readonly clients?: number;
  /** The fixed CIDs of early VMs, each with the partition that may use it. */
  readonly earlyCids?: readonly EarlyPartition[];
  /** The Android host with its apps; nothing where it is left out. */
  readonly host?: HostConfig;
  /**
   * 64-bit words of a page whose content is followed: 1 in configurations of symbols, more where a transcript has them.
   */
  readonly words: number;
  /** Contents are symbols rather than recorded words: what a VM writes is its secret until it shares the page. */
  readonly symbolic: boolean;
  /** Pages in a block mapping: 512 on real machines. */
  readonly block: number;
  readonly sizes: Sizes;
  /** The largest number that the count of a page's guest shares can hold. */
  readonly maxShares: number;
  /** The sets of permissions that are passed; where nothing is said, all of them and a number that is none. */
  readonly permissions?: readonly number[];
  /** Numbers that are passed besides those of every configuration, by the kind of argument. */
  readonly passed?: Readonly<Record<string, readonly number[]>>;
  /** A guest access to an old page makes it young by itself; without it the access faults. */
  readonly hardwareAccessFlag: boolean;
  /** Guest frame that holds the guest's code, or -1 where code is not followed. */
  readonly codeGfn: number;
  /** How many of the words that are followed the code fills, from the first on. */
  readonly codeWords: number;
}

/** Permission bits of a guest mapping: execute at EL1 and EL0, write, read. */
export const protBits = { PX: 1, UX: 2, W: 4, R: 8 } as const;
export const protAll = 15;
