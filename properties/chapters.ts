/** The chapters of properties, for a machine. */
import type { Machine } from '../spec/machine.ts';
import { android, cids } from './android.ts';
import { availability } from './availability.ts';
import { cpu } from './cpu.ts';
import { dma } from './dma.ts';
import { lifecycle } from './lifecycle.ts';
import { memory } from './memory.ts';
import type { Property } from './property.ts';

const chapters: Readonly<Record<string, (machine: Machine) => readonly Property[]>> = {
  memory: () => memory,
  lifecycle,
  dma,
  cpu: () => cpu,
  android,
  cids,
  availability,
};

export const allProperties = (machine: Machine): readonly Property[] =>
  Object.values(chapters).flatMap((chapter) => chapter(machine));
