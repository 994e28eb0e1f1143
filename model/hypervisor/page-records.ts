/** What the hypervisor records of each page of memory, beside its tables. */
import type { Board } from '../board.ts';
import { state } from '../descriptor.ts';

export class PageRecords {
  /** How the host and the hypervisor see each page. */
  readonly host: Uint8Array;
  readonly hyp: Uint8Array;
  /**
   * References: pins of a page that is shared with the hypervisor or mapped for DMA, entries in use of a table page,
   * loaded vCPUs of the VM whose structure starts here.
   */
  readonly refs: Uint16Array;
  /** Mappings of a host page in non-protected VMs. */
  readonly shares: Uint32Array;

  constructor(board: Board) {
    const { ownStart, end, limit } = board;
    this.host = new Uint8Array(limit).fill(state.NOPAGE, ownStart, end);
    this.hyp = new Uint8Array(limit).fill(state.NOPAGE).fill(state.OWNED, ownStart, end);
    this.refs = new Uint16Array(limit);
    this.shares = new Uint32Array(limit);
  }

  save(): PageRecordsSaved {
    return {
      host: this.host.slice(),
      hyp: this.hyp.slice(),
      refs: this.refs.slice(),
      shares: this.shares.slice(),
    };
  }

  load(saved: PageRecordsSaved): void {
    this.host.set(saved.host);
    this.hyp.set(saved.hyp);
    this.refs.set(saved.refs);
    this.shares.set(saved.shares);
  }
}

export interface PageRecordsSaved {
  readonly host: Uint8Array;
  readonly hyp: Uint8Array;
  readonly refs: Uint16Array;
  readonly shares: Uint32Array;
}
