/** The device tree of a host, as facts: what pvmfw reads of it, and what the bootloader says of the same things. */
import type { FdtForm } from './fdt.ts';

/** Addresses from `start` on; where they are written. */
export interface Span {
  readonly at: number;
  readonly start: bigint;
  readonly size: bigint;
}

/** Something that a tree says: not at all, in no form that is read, or so. */
export type Said<T> =
  | { readonly kind: 'absent' }
  | { readonly kind: 'misread'; readonly at: number }
  | { readonly kind: 'given'; readonly at: number; readonly value: T };

export interface PciRange extends Span {
  /** 0 to 3: configuration, ports, memory of 32 bits, memory of 64 bits. */
  readonly space: number;
  /** The address on the bus; `start` is that of the CPU. */
  readonly bus: bigint;
}
/** Numbers that belong together, and where they are written. */
export interface Row {
  readonly at: number;
  readonly cells: readonly number[];
}
export interface Pci {
  /** The two that are used. */
  readonly ranges: readonly PciRange[];
  readonly masks: readonly Row[];
  readonly interrupts: readonly Row[];
}

export interface Watchdog extends Span {
  readonly interrupt: readonly number[];
}

/** The bounce buffer: at a place, or of a size and an alignment. */
export interface Bounce {
  readonly at: number;
  readonly start: bigint | undefined;
  readonly size: bigint;
  readonly alignment: bigint | undefined;
}

export interface Named {
  readonly at: number;
  readonly name: string;
  readonly value: string;
}
/** A property under `/avf`, and what the reference tree has under that name. Values are hexadecimal digits. */
export interface Fixed extends Named {
  readonly reference: string | undefined;
}

/** A device that the overlay describes and the host's tree has. */
export interface Assigned {
  readonly at: number;
  readonly path: string;
  readonly registers: Said<readonly Span[]>;
  /** How many registers the overlay says that it has, and where they are in the device; none if it says nothing. */
  readonly physical: readonly bigint[] | undefined;
  /** Cells of its interrupts. */
  readonly interrupts: number | undefined;
  /** Pairs of an IOMMU and a stream, each as one text; nothing if one refers to no IOMMU. */
  readonly streams: readonly string[] | undefined;
  readonly physicalStreams: number;
}

export interface TreeFacts {
  readonly form: FdtForm;
  readonly memory: Said<Span>;
  readonly kernel: Said<Span>;
  readonly ramdisk: Said<Span>;
  readonly arguments: Said<string>;
  readonly cpus: number;
  readonly frequency: Said<Span>;
  readonly pci: Said<Pci>;
  readonly serial: readonly Said<Span>[];
  readonly watchdog: Said<Watchdog>;
  readonly bounce: Said<Bounce>;
  readonly untrusted: readonly Named[];
  readonly fixed: readonly Fixed[];
  /** The reference tree and the overlay: not there, unreadable, or read. */
  readonly reference: 'none' | 'misread' | 'read';
  readonly overlay: 'none' | 'misread' | 'read';
  readonly assigned: readonly Assigned[];
  /** The bytes of which some check depends. */
  readonly covered: readonly { readonly from: number; readonly to: number }[];
}
