/** The chapters of properties, for a machine. */
import type { Machine } from '../spec/machine.ts';
import { android, cids } from './android.ts';
import { availability } from './availability.ts';
import { boot } from './boot.ts';
import { cpu } from './cpu.ts';
import { dma } from './dma.ts';
import { flow } from './flow.ts';
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

/** A machine that boots VMs, or attests them, has no memory of its own, and one that has does neither. */
const bootChapters: typeof chapters = { boot, instance };
const flowChapters: typeof chapters = { flow };

const chaptersOf = ({ rules }: Machine): typeof chapters => {
  if (rules.has('rkp_vm_appraise')) return flowChapters;
  return rules.has('pvmfw_boot') ? bootChapters : chapters;
};

export const allProperties = (machine: Machine): readonly Property[] =>
  Object.values(chaptersOf(machine)).flatMap((chapter) => chapter(machine));
