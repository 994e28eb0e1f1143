/** What must hold on a machine of what the host always gets back. */
import { law } from '../machine-law.ts';
import type { MachineLaw } from '../machine-law.ts';

export const availabilityOnMachine = {
  deadlock: law(
    'always',
    'AVAIL-RECLAIM',
    'some CPU can always go on, whatever the schedule',
    'the CPUs wait for each other for ever',
  ),
  givenBack: law(
    'always',
    'AVAIL-RECLAIM',
    'at the end the host has calls of its own that give it back every page, but those that are stranded',
    'the host loses a page for good',
  ),
} as const satisfies Record<string, MachineLaw>;
