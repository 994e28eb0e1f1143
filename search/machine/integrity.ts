/** Integrity: what a protected VM has in its unshared pages is changed by itself alone. */
import type { Vm } from '../../model/hypervisor/vm.ts';
import type { Machine } from '../../model/machine.ts';
import { pageOf } from './declassification.ts';
import type { Declassification } from './declassification.ts';
import { laws } from './laws.ts';
import type { MachineViolation } from '../../properties/machine-law.ts';
import type { Performed } from './performed.ts';

/** What was in the first words of a frame, and how often the frame had been written then. */
interface Kept {
  readonly frame: number;
  readonly edits: number;
  readonly words: readonly number[];
}

export class Integrity {
  private readonly machine: Machine;
  private readonly declassification: Declassification;
  /** By VM and frame: the page that was there, and what was in it. */
  private readonly pages = new Map<Vm, (Kept | 'lost' | undefined)[]>();

  constructor(machine: Machine, declassification: Declassification) {
    this.machine = machine;
    this.declassification = declassification;
  }

  reset(): void {
    this.pages.clear();
    for (const vm of this.machine.hv.vms.all()) {
      if (typeof vm !== 'object' || !vm.protected) continue;
      this.pages.set(vm, this.pagesOf(vm));
    }
  }

  look(one: Performed): MachineViolation | undefined {
    for (const vm of this.machine.hv.vms.all()) {
      if (typeof vm !== 'object' || !vm.protected) continue;
      const violation = this.lookAtPages(vm, one);
      if (violation !== undefined) return violation;
    }
    return undefined;
  }

  private pagesOf(vm: Vm): (Kept | undefined)[] {
    const { gfns, words } = this.machine.config;
    return gfns.map(({ of }, gfn) => {
      const frame = of !== gfn || this.declassification.isShared(vm.slot, gfn) ? -1 : pageOf(this.machine, vm, gfn);
      return frame < 0 ? undefined : this.keep(frame, words);
    });
  }

  private lookAtPages(vm: Vm, one: Performed): MachineViolation | undefined {
    const isByVm = one.rule.rule.actor === 'guest' && one.values['vm'] === vm.slot;
    const kept = this.pages.get(vm) ?? [];
    this.pages.set(vm, kept);
    for (let gfn = 0; gfn < this.machine.config.gfns.length; gfn++) {
      if (this.machine.config.gfns[gfn]?.of !== gfn) continue;
      const frame = this.declassification.isShared(vm.slot, gfn) ? -1 : pageOf(this.machine, vm, gfn);
      const before = kept[gfn];
      const isOwn = isByVm || this.declassification.isActing(vm.slot, gfn);
      if (before === 'lost') {
        if (frame >= 0 && !vm.isDying) return laws.poison;
        continue;
      }
      if (frame < 0) {
        // why: what was there is remembered until it is known who took it.
        if (isOwn || this.declassification.isShared(vm.slot, gfn)) kept[gfn] = undefined;
        else if (before !== undefined && one.call === 'force_reclaim_guest_page') kept[gfn] = 'lost';
        continue;
      }
      if (before === undefined || isOwn) kept[gfn] = this.keep(frame, this.machine.config.words);
      else if (before.frame !== frame || !this.isUnchanged(before, vm.isDying)) return laws.integrity;
    }
    return undefined;
  }

  private keep(frame: number, length: number): Kept {
    const words: number[] = [];
    for (let word = 0; word < length; word++) words.push(this.machine.cache.read(frame, word));
    return { frame, edits: this.editsOf(frame), words };
  }

  private editsOf(frame: number): number {
    return this.machine.memory.edits[frame] ?? 0;
  }

  /** A page of a dying VM is wiped before it is unmapped: a call beside the reclaim sees it half done. */
  private isUnchanged({ frame, edits, words }: Kept, mayBeWiped = false): boolean {
    if (this.editsOf(frame) === edits) return true;
    for (let word = 0; word < words.length; word++) {
      const now = this.machine.cache.read(frame, word);
      if (now !== words[word] && !(mayBeWiped && now === 0)) return false;
    }
    return true;
  }
}
