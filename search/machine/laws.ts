/** All laws that are judged on the machine, by the names under which its judges know them. */
import { availabilityOnMachine } from '../../properties/availability/machine.ts';
import { bootOnMachine } from '../../properties/boot/machine.ts';
import { cpuOnMachine } from '../../properties/cpu/machine.ts';
import { dmaOnMachine } from '../../properties/dma/machine.ts';
import { lifecycleOnMachine } from '../../properties/lifecycle/machine.ts';
import { memoryOnMachine } from '../../properties/memory/machine.ts';

export const laws = {
  ...memoryOnMachine,
  ...lifecycleOnMachine,
  ...cpuOnMachine,
  ...dmaOnMachine,
  ...availabilityOnMachine,
  ...bootOnMachine,
};
