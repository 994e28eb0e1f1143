/**
 * The register matrix: for each reason of an exit of a protected VM, the registers that the host sees, and those that
 * it may set before the next entry; and for each class of other state, what crosses at every exit and entry. The
 * syndrome and, for aborts, the faulting frame go with each exit. For a non-protected VM, and for every VM without CPU
 * state isolation, all general registers go both ways.
 */
import type { Register, StateClass } from './cpu.ts';
import { classNames, generalNames } from './cpu.ts';

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
  /** A vCPU asks for another to be switched on. The host sees which, and its answer counts as a yes or a no. */
  cpu_on: { out: ['x0', 'x1'], in: [] },
  /** A call to the firmware, of whose arguments the host sees nothing. */
  smc: { out: [], in: [] },
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

/** Whether the host sees a class after each exit, and whether EL2 takes it from the host at each entry. */
interface Crossing {
  readonly out: boolean;
  readonly in: boolean;
}
const stays: Crossing = { out: false, in: false };
const taken: Crossing = { out: false, in: true };
const both: Crossing = { out: true, in: true };

interface ClassRow {
  /** What the class stands for. */
  readonly says: string;
  readonly isolated: Crossing;
  readonly shared: Crossing;
}

/**
 * By class, what crosses: with isolation (Android, Linux from 7.4 on), and without, as in Linux 7.3, where EL2 copies
 * the whole context from the host's structure and back.
 */
export const crossings: Readonly<Record<StateClass, ClassRow>> = {
  fp: { says: 'floating point, vectors and SVE', isolated: stays, shared: both },
  debug: { says: 'breakpoints, watchpoints, MDSCR_EL1', isolated: stays, shared: both },
  pmu: { says: 'performance monitors', isolated: stays, shared: both },
  timer: { says: 'the virtual timer, CNTV_CVAL_EL0 and CNTV_CTL_EL0', isolated: stays, shared: both },
  keys: { says: 'keys of pointer authentication', isolated: stays, shared: both },
  // why: interrupts are the host's to give, and it is told which were taken.
  vgic: { says: 'list registers and ICH_HCR_EL2', isolated: both, shared: both },
  // why: both are ways to deny service, and no more.
  hcr: { says: 'HCR_EL2: whether WFI and WFE trap, and whether an SError is pending', isolated: taken, shared: taken },
  mdcr: { says: 'MDCR_EL2: traps of debug and of performance monitors', isolated: stays, shared: taken },
};

type Design = 'isolated' | 'shared';
const crossing = (way: keyof Crossing, design: Design): readonly StateClass[] =>
  classNames.filter((name) => crossings[name][design][way]);
const withClasses = (row: ExposureRow, design: Design): ExposureRow => ({
  out: [...row.out, ...crossing('out', design)],
  in: [...row.in, ...crossing('in', design)],
});

const everything = withClasses({ out: generalNames, in: generalNames }, 'shared');
const isolated = Object.fromEntries(
  Object.entries(matrix).map(([reason, row]) => [reason, withClasses(row, 'isolated')]),
) as Readonly<Record<ExitReason, ExposureRow>>;

export class ExposureRules {
  private readonly isolates: boolean;

  constructor(isolates: boolean) {
    this.isolates = isolates;
  }

  rowFor(reason: ExitReason, isProtected: boolean): ExposureRow {
    return isProtected && this.isolates ? isolated[reason] : everything;
  }
}
