/** Scopes of interrupts: two VMs that take turns on one CPU. */
import { noMemory } from './boot.ts';
import type { Scope } from './linux.ts';

export const interrupts: Scope = {
  name: 'interrupts',
  config: { ...noMemory, interrupts: { vms: 2, listRegisters: 2 } },
  prelude: [],
  // VMs live for a while, runs last for some steps, and guests do not mask interrupts all the time.
  weights: {
    host_inject_irq: 2,
    host_forge_irq: 0.2,
    host_withdraw_irq: 0.4,
    host_answer_device: 0.7,
    host_run_guest: 4,
    host_timer_irq: 0.3,
    host_look: 0.3,
    host_read_guest_page: 2,
    host_end_guest: 0.3,
    guest_mask_irq: 0.2,
    guest_unmask_irq: 2,
    guest_spin: 0.4,
    guest_ask_device: 0.5,
    guest_take_irq: 3,
    guest_finish_irq: 2,
  },
};
