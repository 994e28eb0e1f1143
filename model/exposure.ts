/**
 * The register matrix: for each reason of an exit of a protected VM, the registers that the host sees, and those that
 * it may set before the next entry. The syndrome and, for aborts, the faulting frame go with each exit. For a
 * non-protected VM, and for every VM without CPU state isolation, all registers go both ways.
 */
import type { Register } from './cpu.ts';
import { registerNames } from './cpu.ts';

export interface ExposureRow {
  readonly out: readonly Register[];
  readonly in: readonly Register[];
}

export const matrix = {
  /** The guest waits for an interrupt: the host learns that, and no register. */
  wfx: { out: [], in: [] },
  /** A trapped system register: the value written, or the value to be read, in x0 whatever register the guest named. */
  sysreg: { out: ['x0'], in: ['x0'] },
  /** A call that the hypervisor leaves to the host: its number and its first argument; the result comes back. */
  hvc: { out: ['x0', 'x1'], in: ['x0'] },
  /** MEM_SHARE and its kin, when they need the host: the call is repeated, so nothing comes back. */
  memory_call: { out: ['x0', 'x1', 'x2', 'x3'], in: [] },
  inst_abort: { out: [], in: [] },
  /** A data abort on ordinary memory: no data and no register number. */
  data_abort: { out: [], in: [] },
  /** A data abort at an address that the guest declared to be a guarded device: data goes through x0. */
  guarded_mmio: { out: ['x0'], in: ['x0'] },
  irq: { out: [], in: [] },
} as const satisfies Record<string, ExposureRow>;
export type ExitReason = keyof typeof matrix;

const everything: ExposureRow = { out: registerNames, in: registerNames };

export class ExposureRules {
  private readonly isolates: boolean;

  constructor(isolates: boolean) {
    this.isolates = isolates;
  }

  rowFor(reason: ExitReason, isProtected: boolean): ExposureRow {
    return isProtected && this.isolates ? matrix[reason] : everything;
  }
}
