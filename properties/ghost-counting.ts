/** How the ghost state is kept: what a state has is counted, taken out of the count, and counted afresh. */
import { none } from '../spec/config.ts';
import { families, GhostState } from './ghost.ts';
import { LIFE, MAPPING, USE } from './view.ts';
import type { View } from './view.ts';

export class CountedGhost extends GhostState {
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
