/** Scopes of a whole device, and of one whose firmware is older than PSCI 1.1. */
import { noMemory } from './boot.ts';
import type { Scope } from './linux.ts';

export const phone: Scope = {
  name: 'phone',
  config: { ...noMemory, phone: { pages: 2, memProtect: true } },
  prelude: [],
  // What ends a boot is rare, so that much happens in between; and boots are begun as soon as they can be.
  weights: {
    power_on: 3,
    boot_system: 3,
    psci_system_reset: 0.3,
    psci_system_reset2: 0.3,
    psci_system_off: 0.3,
    watchdog_reset: 0.3,
    cut_power: 0.4,
    start_vm: 3,
    factory_reset: 0.3,
    lock: 0.5,
  },
};

/** Nobody clears memory: MEM-RESET-WIPE cannot be met, and what rests on it does not hold. */
export const oldPhone: Scope = {
  ...phone,
  name: 'old-phone',
  config: { ...phone.config, phone: { pages: 2, memProtect: false } },
};
