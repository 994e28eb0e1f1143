/**
 * Whether the places of a machine agree with each other: what TLBs hold with the tables, the records of pages with the
 * host's table. Where they do not, the machine stands for no abstract state, and a guarantee is already lost.
 */
import { annotation, annotationOf, protOf, prots, state } from './descriptor.ts';
import { vmidOf } from './hypervisor/vm.ts';
import type { Machine } from './machine.ts';
import type { TranslationTable } from './table.ts';
import { deviceRegime, hostVmid, type TlbEntry } from './tlb.ts';

/** Why a machine stands for no abstract state, if it stands for none. */
export function contradiction(machine: Machine): string | undefined {
  if (machine.panic !== undefined) return `EL2 has stopped: ${machine.panic}`;
  if (!machine.isQuiet) return 'a call is half done';
  return siblingTranslation(machine) ?? staleTranslation(machine) ?? contradictedRecord(machine);
}

/** Siblings share a VMID but not a stage 1: what one vCPU left in the TLB is not for the other. */
function siblingTranslation(machine: Machine): string | undefined {
  for (const { loaded, number } of machine.cpus) {
    if (loaded === undefined) continue;
    const vmid = vmidOf(loaded.vm.slot);
    const other = machine.tlb.entries(number).find((entry) => entry.vmid === vmid && entry.vcpu !== loaded.index);
    if (other !== undefined)
      return `CPU ${number} holds a translation of vCPU ${other.vcpu} while its sibling is loaded`;
  }
  return undefined;
}

function staleTranslation(machine: Machine): string | undefined {
  for (let observer = 0; observer < machine.config.cpus + machine.config.devices; observer++) {
    for (const entry of machine.tlb.entries(observer)) {
      if (entry.isOwed === true) continue;
      const table = tableOf(machine, entry.vmid);
      if (table === undefined)
        return `${nameOf(machine, observer)} holds a translation of VMID ${entry.vmid}, which nobody has`;
      if (!isBacked(table, entry))
        return `${nameOf(machine, observer)} holds a translation that its table does not have`;
    }
  }
  return undefined;
}

const nameOf = (machine: Machine, observer: number): string =>
  observer < machine.config.cpus ? `CPU ${observer}` : `device ${observer - machine.config.cpus}`;

function tableOf(machine: Machine, vmid: number): TranslationTable | undefined {
  if (vmid === hostVmid) return machine.hv.host.table;
  if (vmid >= deviceRegime) return machine.hv.iommu.tables[vmid - deviceRegime];
  return machine.hv.vms.find(vmid - 1)?.table;
}

/** Whether the table still says what the TLB says, or allows more. */
function isBacked(table: TranslationTable, entry: TlbEntry): boolean {
  for (let i = 0; i < entry.pages; i++) {
    if (!table.find(entry.ipa + i) || !table.isValid) return false;
    if (table.frameFor(entry.ipa + i) !== entry.frame + i) return false;
    if ((protOf(table.low, table.high) & entry.prot) !== entry.prot) return false;
    i += Math.min(entry.pages, table.spans[table.height]!) - 1;
  }
  return true;
}

/** The record of a page and the host's table must agree on whether the host has it; code may be shown to it. */
function contradictedRecord(machine: Machine): string | undefined {
  const { board, hv } = machine;
  for (const { page, frame } of board.recordedPages) {
    hv.host.table.find(frame);
    const { isValid, low, high } = hv.host.table;
    const isGone = hv.pages.host[frame] === state.NOPAGE;
    const isShown = isValid && frame >= board.codeStart && frame < board.heapStart && protOf(low, high) === prots.R;
    if (isGone !== (isShown || annotationOf(low, high) === annotation.donated)) {
      return `page ${page} is ${isGone ? 'given away' : 'with the host'} in the records, and not in the host’s table`;
    }
    if (isValid && hv.host.table.frameFor(frame) !== frame) return `page ${page} is not mapped to itself for the host`;
  }
  return undefined;
}

const farMore = 2 ** 30;

/** The same judgement for a machine that is asked after every step: it looks only where something has changed. */
export class Watch {
  private readonly machine: Machine;
  private records = -1;
  private translations = -1;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Forget what was seen, as after `restore`. */
  reset(): void {
    this.records = -1;
    this.translations = -1;
  }

  contradiction(): string | undefined {
    const { machine } = this;
    if (machine.panic !== undefined || !machine.isQuiet) return contradiction(machine);
    const { host, iommu, vms } = machine.hv;
    const records = host.edits + host.table.edits;
    // why: a VM that goes takes its count with it, so changes of the VM table have to outweigh all counts.
    let translations = vms.edits * farMore + host.table.edits + machine.tlb.fills;
    for (const table of iommu.tables) translations += table.edits;
    for (const slot of vms.all()) if (typeof slot === 'object') translations += slot.table.edits;
    let why = siblingTranslation(machine);
    if (why === undefined && translations !== this.translations) why = staleTranslation(machine);
    if (why === undefined && records !== this.records) why = contradictedRecord(machine);
    this.records = why === undefined ? records : -1;
    this.translations = why === undefined ? translations : -1;
    return why;
  }
}
