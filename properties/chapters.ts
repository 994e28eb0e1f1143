/** The chapters of properties, for a machine. */
import type { TransitionSystem } from '../spec/transition-system.ts';
import { android, cids } from './android/laws.ts';
import { availability } from './availability/laws.ts';
import { boot } from './boot/laws.ts';
import { cpu } from './cpu/laws.ts';
import { dma } from './dma/laws.ts';
import { flow } from './attestation/all.ts';
import { instance } from './instance/all.ts';
import { interrupts } from './interrupts/all.ts';
import { lifecycle } from './lifecycle/laws.ts';
import { memory } from './memory/all.ts';
import type { Property } from './property.ts';

type Chapter = (system: TransitionSystem) => readonly Property[];
export const chapters = {
  memory: () => memory,
  lifecycle,
  dma,
  // Where guests run without it, nothing is said of vCPUs.
  cpu: ({ rules }) => (rules.has('vcpu_load') ? cpu : []),
  android,
  availability,
} as const satisfies Readonly<Record<string, Chapter>>;

/** A machine that boots VMs, attests, names or interrupts them has no memory of its own, and one that has does none of these. */
type Chapters = Readonly<Record<string, Chapter>>;
const bootChapters: Chapters = { boot, instance };
const flowChapters: Chapters = { flow };
const cidChapters: Chapters = { cids };
const interruptChapters: Chapters = { interrupts };

const chaptersOf = ({ rules }: TransitionSystem): Chapters => {
  if (rules.has('rkp_vm_appraise')) return flowChapters;
  if (rules.has('allocate_cid')) return cidChapters;
  if (rules.has('host_timer_irq')) return interruptChapters;
  return rules.has('pvmfw_boot') ? bootChapters : chapters;
};

export const allProperties = (system: TransitionSystem): readonly Property[] =>
  Object.values(chaptersOf(system)).flatMap((chapter) => chapter(system));
