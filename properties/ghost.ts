/**
 * The ghost state: what can be counted from the mappings and structures of a state, page by page and VM by VM, and
 * which mappings were lost when their VM was finalised. The state's own counts are held against it.
 */
import type { Layout } from '../spec/state.ts';

export const families = ['lent', 'held', 'strandedLent', 'strandedHeld', 'relied', 'structures', 'tables'] as const;
type Family = (typeof families)[number];

export class GhostState {
  /** Mappings that borrow a page, and mappings that own it. */
  readonly lent: Int32Array;
  readonly held: Int32Array;
  /** The same, of VMs that were finalised before the page was taken back. */
  readonly strandedLent: Int32Array;
  readonly strandedHeld: Int32Array;
  /** VMs and vCPUs whose host structure lies in a page. */
  readonly relied: Int32Array;
  /** Pages that serve a VM as structures, and as stage 2. */
  readonly structures: Int32Array;
  readonly tables: Int32Array;

  constructor(layout: Layout) {
    const pages = layout.config.pages.length;
    this.lent = new Int32Array(pages);
    this.held = new Int32Array(pages);
    this.strandedLent = new Int32Array(pages);
    this.strandedHeld = new Int32Array(pages);
    this.relied = new Int32Array(pages);
    this.structures = new Int32Array(layout.config.slots);
    this.tables = new Int32Array(layout.config.slots);
  }

  copyFrom(other: GhostState): void {
    for (const family of families) this[family].set(other[family]);
  }

  /** The first family of counts in which two ghost states differ. */
  differsFrom(other: GhostState): Family | undefined {
    return families.find((family) => this[family].some((count, i) => count !== other[family][i]));
  }

  isStranded(page: number): boolean {
    return (this.strandedHeld[page] as number) + (this.strandedLent[page] as number) > 0;
  }
}
