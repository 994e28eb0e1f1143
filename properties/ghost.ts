/**
 * The ghost state: what can be counted from the mappings and structures of a state, page by page and VM by VM, and
 * which mappings were lost when their VM was finalised. The state's own counts are held against it.
 */
import { none } from '../spec/config.ts';
import type { Layout } from '../spec/state.ts';
import { LIFE, MAPPING, USE } from './view.ts';
import type { View } from './view.ts';

const families = ['lent', 'held', 'strandedLent', 'strandedHeld', 'relied', 'structures', 'tables'] as const;
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

  /** Count a mapping, or take it out of the count. */
  countMapping(view: View, mapping: number, by: 1 | -1): void {
    this.spread(view, mapping, by, this.lent, this.held);
  }

  /** The mapping goes with its VM, and its page is not taken back. */
  strand(before: View, mapping: number, by: 1 | -1): void {
    this.spread(before, mapping, by, this.strandedLent, this.strandedHeld);
  }

  private spread(view: View, mapping: number, by: 1 | -1, lent: Int32Array, held: Int32Array): void {
    const state = view.mapping(mapping);
    const first = view.mapped(mapping);
    if (first < 0 || state === MAPPING.NOPAGE || state >= MAPPING.POISON) return;
    const counts = state === MAPPING.SHARED_BORROWED ? lent : held;
    const end = first + view.span(mapping);
    for (let page = first; page < end; page++) counts[page] = (counts[page] as number) + by;
  }

  countVm(view: View, vm: number, by: 1 | -1): void {
    const life = view.life(vm);
    if (life !== LIFE.LIVE && life !== LIFE.DYING) return;
    this.rely(view.kvm(vm), view.config.sizes.kvmPages, by);
  }

  countVcpu(view: View, vcpu: number, by: 1 | -1): void {
    if (view.present(vcpu) === 1) this.rely(view.hostVcpu(vcpu), view.config.sizes.vcpuPages, by);
  }

  private rely(first: number, count: number, by: 1 | -1): void {
    if (first === none) return;
    for (let page = first; page < first + count; page++) this.relied[page] = (this.relied[page] as number) + by;
  }

  countUse(view: View, page: number, by: 1 | -1): void {
    const use = view.use(page);
    if (use === USE.NONE) return;
    const counts = use === USE.METADATA ? this.structures : this.tables;
    const vm = view.useVm(page);
    counts[vm] = (counts[vm] as number) + by;
  }

  /** Count everything afresh: the definition, of which the counting step by step is the fast form. */
  recount(view: View, stranded?: GhostState): void {
    if (stranded) this.copyFrom(stranded);
    for (const family of families) {
      if (stranded === undefined || !family.startsWith('stranded')) this[family].fill(0);
    }
    const { size } = view.layout;
    for (let mapping = 0; mapping < size.mapping; mapping++) this.countMapping(view, mapping, 1);
    for (let vm = 0; vm < size.life; vm++) this.countVm(view, vm, 1);
    for (let vcpu = 0; vcpu < size.present; vcpu++) this.countVcpu(view, vcpu, 1);
    for (let page = 0; page < size.host; page++) this.countUse(view, page, 1);
  }
}
