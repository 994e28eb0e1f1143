/** The chapters of properties, for a machine. */
import type { Machine } from '../spec/machine.ts';
import { android, cids } from './android.ts';
import { availability } from './availability.ts';
import { boot } from './boot.ts';
import { cpu } from './cpu.ts';
import { dma } from './dma.ts';
import { instance } from './instance.ts';
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

/** A machine that boots VMs has no memory of its own, and one that has does not boot. */
const bootChapters: typeof chapters = { boot, instance };

export const allProperties = (machine: Machine): readonly Property[] =>
  Object.values(machine.rules.has('pvmfw_boot') ? bootChapters : chapters).flatMap((chapter) => chapter(machine));
