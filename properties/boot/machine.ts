/** What must hold on a machine of the first code that a VM runs. */
import { law } from '../machine-law.ts';
import type { MachineLaw } from '../machine-law.ts';

export const bootOnMachine = {
  firmwareFirst: law(
    'each',
    'BOOT-FIRST',
    'the first vCPU of a protected VM that is entered begins at the entry of pvmfw',
    'a protected VM begins with code of the host',
  ),
} as const satisfies Record<string, MachineLaw>;
