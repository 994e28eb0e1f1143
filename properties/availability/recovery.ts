/** What the host does to get every page back: it ends all VMs, takes their pages, and lends no page any more. */
import { none } from '../../spec/config.ts';
import { LIFE, MAILBOX, OWNER, PAGE } from '../view.ts';
import type { View } from '../view.ts';

/** Arguments by name; what a profile's form of a call does not take is not passed. */
export type NamedArgs = Readonly<Record<string, number>>;

export class Recovery {
  private readonly view: View;
  private readonly make: (call: string, cpu: number, args: NamedArgs) => void;

  /** Calls are chosen by a view of the state that they change; one that a profile does not have is passed over. */
  constructor(view: View, make: (call: string, cpu: number, args: NamedArgs) => void) {
    this.view = view;
    this.make = make;
  }

  run(): void {
    const { view } = this;
    const { config } = view;
    for (let cpu = 0; cpu < config.cpus; cpu++) if (view.loaded(cpu) !== none) this.make('vcpu_put', cpu, {});
    for (let vm = 0; vm < config.slots; vm++) this.endVm(vm);
    for (let device = 0; device < config.devices; device++) {
      for (let iova = 0; iova < config.iovas; iova++) this.make('iommu_unmap', 0, { device, iova });
    }
    for (let page = 0; page < config.pages.length; page++) {
      if (view.hyp(page) === PAGE.SHARED_BORROWED) this.make('host_unshare_hyp', 0, { page });
    }
    this.makeMailbox();
    for (let page = 0; page < config.pages.length; page++) {
      if (this.isPassedOn(page)) this.make('ffa_reclaim', 0, { page });
    }
    if (view.mailbox === MAILBOX.NAMED) this.make('ffa_rxtx_unmap', 0, {});
  }

  /** Without one, nothing comes back from the secure world. */
  private makeMailbox(): void {
    const { view } = this;
    if (view.mailbox !== MAILBOX.NONE) return;
    const isFree = (page: number): boolean =>
      view.config.pages[page]?.kind === 'memory' && view.host(page) === PAGE.OWNED;
    const [tx, rx] = [...view.config.pages.keys()].filter(
      (page) => isFree(page) && view.config.pages[page]?.of === page,
    );
    if (tx !== undefined && rx !== undefined) this.make('ffa_rxtx_map', 0, { tx, rx });
  }

  /** The secure world has it, or has had it: nobody else whom the hypervisor knows of. */
  private isPassedOn(page: number): boolean {
    const { view } = this;
    if (view.host(page) !== PAGE.SHARED_OWNED) return view.owner(page) === OWNER.FFA;
    return view.hyp(page) === PAGE.NOPAGE && view.shares(page) === 0;
  }

  private endVm(vm: number): void {
    const { view } = this;
    if (view.life(vm) === LIFE.NONE) return;
    if (view.life(vm) === LIFE.RESERVED) {
      this.make('unreserve_vm', 0, { vm });
      return;
    }
    if (view.life(vm) === LIFE.LIVE) {
      if (!view.isProtected(vm)) this.eachMapped(vm, (gfn, nr) => this.make('unshare_guest', 0, { vm, gfn, nr }));
      this.make('start_teardown_vm', 0, { vm });
    }
    this.eachMapped(vm, (gfn, nr, mapping) => {
      if (!view.isProtected(vm)) this.make('unshare_guest', 0, { vm, gfn, nr });
      const page = view.mapped(mapping);
      if (page !== none) this.make('reclaim_dying_guest_page', 0, { vm, gfn, page, nr });
    });
    this.make('finalize_teardown_vm', 0, { vm });
    // Older releases do all of this in one step.
    this.make('teardown_vm', 0, { vm });
  }

  private eachMapped(vm: number, act: (gfn: number, pages: number, mapping: number) => void): void {
    const { view } = this;
    for (let gfn = 0; gfn < view.frames; gfn++) {
      const mapping = vm * view.frames + gfn;
      if (view.mapped(mapping) !== none) act(gfn, view.span(mapping), mapping);
    }
  }
}
