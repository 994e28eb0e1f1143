/** What a transcript records: the shape of a pvm-trace file, version 1. The rules for reading one are in `docs/`. */

export type SpecialKind =
  | 'mmio'
  | 'hypervisor carve-out'
  | 'hypervisor code'
  | 'hypervisor data'
  | 'first page after the end of RAM'
  | 'last page before the start of RAM'
  | 'beyond the physical address range'
  | 'last page of the address space'
  | 'alias';

export interface SpecialPage {
  readonly kind: SpecialKind;
  /** For an alias: the page that it reaches, and by how much its number is larger, in hexadecimal. */
  readonly of?: string | undefined;
  readonly addPfn?: string | undefined;
}

export interface TranscriptHeader {
  readonly target: {
    readonly hypervisor: string;
    readonly release: string;
    readonly machine: string;
    readonly mode: string;
  };
  readonly profile: string;
  readonly pages: readonly string[];
  /** Number of pages of each contiguous block, which is aligned to its own size. */
  readonly blocks: Readonly<Record<string, number>>;
  readonly specialPages: Readonly<Record<string, SpecialPage>>;
  readonly sizes?: Readonly<Record<string, number>> | undefined;
  readonly features?: { readonly ipaBits: number; readonly hardwareAccessFlag: boolean } | undefined;
  readonly guestStubGfn?: number | undefined;
}

export type Scalar = string | number | boolean | null;

/** One call and its answer. The answer fields stand beside `op` and `args`. */
export interface TranscriptEvent {
  readonly i: number;
  readonly op: string;
  readonly args: Readonly<Record<string, Scalar | readonly number[]>>;
  readonly answer: Answer;
}

/** What was answered, by field: `ret`, `value`, `exit`, … */
export type Answer = Readonly<Record<string, Scalar | Readonly<Record<string, number>>>>;

export interface PageRecord {
  readonly host: string;
  readonly hyp: string;
  readonly refcount?: number | undefined;
  readonly guestShares?: number | undefined;
}

/** The hypervisor's own table of page states at one moment; pages that it does not name are as at the start. */
export interface TranscriptState {
  readonly i: number;
  readonly state: Readonly<Record<string, PageRecord>>;
  readonly otherPagesChanged: number;
}

export type TranscriptLine = TranscriptEvent | TranscriptState;
