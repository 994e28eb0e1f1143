/** Translation as hardware does it: the TLB first, then a walk of the tables, which fills the TLB. */
import { accessFlag, protOf } from './descriptor.ts';
import type { TranslationTable } from './table.ts';
import type { Tlb } from './tlb.ts';

export type Fault = 'translation' | 'access_flag' | 'permission';

/** Who translates: a CPU or a device, under which VMID, and for which vCPU (-1: none). */
export interface Regime {
  readonly observer: number;
  readonly vmid: number;
  readonly vcpu: number;
}

export class Mmu {
  private readonly tlb: Tlb;
  private readonly marksYoung: boolean;

  constructor(tlb: Tlb, marksYoung: boolean) {
    this.tlb = tlb;
    this.marksYoung = marksYoung;
  }

  /** The physical frame, or the fault. A cached entry that does not permit the access is not believed: walk again. */
  translate(regime: Regime, table: TranslationTable, ipa: number, needs: number): number | Fault {
    const hit = this.tlb.find(regime.observer, regime.vmid, ipa);
    if (hit !== undefined && (hit.prot & needs) === needs) return hit.frame + (ipa - hit.ipa);
    if (!table.find(ipa) || !table.isValid) return 'translation';
    const isOld = (table.low & accessFlag) === 0;
    if (isOld && !this.marksYoung) return 'access_flag';
    const prot = protOf(table.low, table.high);
    if ((prot & needs) !== needs) return 'permission';
    if (isOld) table.markYoung();
    const pages = table.spans[table.height]!;
    const start = ipa - (ipa % pages);
    const { observer, vmid, vcpu } = regime;
    this.tlb.fill(observer, { vmid, vcpu, ipa: start, pages, frame: table.frameFor(start), prot });
    return table.frameFor(ipa);
  }
}
