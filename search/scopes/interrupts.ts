/** Scopes of interrupts: two VMs that take turns on one CPU. */
import { noMemory } from './boot.ts';
import type { Scope } from './linux.ts';

export const interrupts: Scope = {
  name: 'interrupts',
  config: { ...noMemory, interrupts: { vms: 2, listRegisters: 2 } },
  prelude: [],
  // VMs live for a while, and runs last for some steps.
  weights: {
    host_inject_irq: 2,
    host_withdraw_irq: 0.5,
    host_answer_device: 0.7,
    host_timer_irq: 0.7,
    host_end_guest: 0.2,
    host_run_guest: 2,
    guest_take_irq: 2,
    guest_finish_irq: 2,
    guest_spin: 0.5,
  },
};
