/** What must hold on a machine of what a VM leaves behind. */
import { law } from '../machine-law.ts';
import type { MachineLaw } from '../machine-law.ts';

export const lifecycleOnMachine = {
  stateWiped: law(
    'twoRun',
    'LIFE-STATE-WIPE',
    'a page that served the hypervisor comes back the same, whatever a VM had in its registers',
    'a page comes back with registers of a VM',
  ),
} as const satisfies Record<string, MachineLaw>;
