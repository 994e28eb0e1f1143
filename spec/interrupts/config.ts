/** What there is of interrupts: VMs with one vCPU and one page each, one CPU for them, and its list registers. */
import type { Config } from '../config.ts';
import type { Quantity } from '../given.ts';

export interface InterruptConfig {
  readonly vms: number;
  /** List registers of the virtual interrupt controller. */
  readonly listRegisters: number;
}
export const noInterrupts: InterruptConfig = { vms: 0, listRegisters: 0 };
const of = ({ interrupts }: Config): InterruptConfig => interrupts ?? noInterrupts;

/** Interrupt numbers: that of the device which the guest serves, and one for which it has no handler. */
export const intids = ['DEVICE', 'OTHER'] as const;
export const phases = ['NONE', 'LIVE', 'DYING'] as const;
/** The state field of a list register; `BOTH`: pending and active. */
export const lineStates = ['INVALID', 'PENDING', 'ACTIVE', 'BOTH'] as const;

/** What a page or a register holds, beside the secrets of VMs. */
export const held = { zeros: 0, host: 1, request: 2, firstSecret: 3 } as const;
export const heldNames = ['zeros', 'host data', 'the request', 'the secret of VM0', 'the secret of VM1'] as const;

export const interruptQuantities = {
  irqVms: { words: 'the number of VMs', read: (config) => of(config).vms },
  listRegisters: { words: 'the number of list registers', read: (config) => of(config).listRegisters },
} as const satisfies Record<string, Quantity>;

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
export const dimensionsOfInterrupts = (config: Config) => ({
  guest: of(config).vms,
  listRegister: of(config).listRegisters,
  intid: intids.length,
});
export const guestsOf = (config: Config): number[] => upTo(of(config).vms);
export const listRegistersOf = (config: Config): number[] => upTo(of(config).listRegisters);
