/** The host's lists of table pages, one for each vCPU that a VM may have. They are the host's own memory. */
import { emptyList, type PageList } from './page-list.ts';

export class HostLists {
  private readonly vcpus: number;
  private readonly lists: PageList[];

  constructor(slots: number, vcpus: number) {
    this.vcpus = vcpus;
    this.lists = Array.from({ length: slots * vcpus }, emptyList);
  }

  at(slot: number, vcpu: number): PageList | undefined {
    return vcpu >= 0 && vcpu < this.vcpus ? this.lists[slot * this.vcpus + vcpu] : undefined;
  }

  /** The host writes an empty list into its structure before it asks for a vCPU. */
  empty(slot: number, vcpu: number): PageList {
    const list = this.at(slot, vcpu) ?? emptyList();
    list.top = 0;
    list.length = 0;
    return list;
  }

  save(): readonly (readonly [number, number])[] {
    return this.lists.map(({ top, length }) => [top, length] as const);
  }

  load(saved: readonly (readonly [number, number])[]): void {
    saved.forEach(([top, length], i) => {
      this.lists[i]!.top = top;
      this.lists[i]!.length = length;
    });
  }
}
