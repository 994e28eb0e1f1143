/** The chapters of properties, for a machine. */
import type { TransitionSystem } from '../spec/transition-system.ts';
import { cidSteps } from './android/cid-steps.ts';
import { cids } from './android/cids.ts';
import { android } from './android/laws.ts';
import { availability } from './availability/laws.ts';
import { boot } from './boot/laws.ts';
import { cpu } from './cpu/laws.ts';
import { dma } from './dma/laws.ts';
import { host } from './android/host.ts';
import { flow } from './attestation/all.ts';
import { instance } from './instance/all.ts';
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
  cids,
  cidSteps,
  availability,
} as const satisfies Readonly<Record<string, Chapter>>;

/** A machine that boots VMs, or attests them, has no memory of its own, and one that has does neither. */
type Chapters = Readonly<Record<string, Chapter>>;
const bootChapters: Chapters = { boot, instance };
const flowChapters: Chapters = { flow };
const hostChapters: Chapters = { host };

const chaptersOf = ({ rules }: TransitionSystem): Chapters => {
  if (rules.has('host_falls')) return hostChapters;
  if (rules.has('rkp_vm_appraise')) return flowChapters;
  return rules.has('pvmfw_boot') ? bootChapters : chapters;
};

export const allProperties = (system: TransitionSystem): readonly Property[] =>
  Object.values(chaptersOf(system)).flatMap((chapter) => chapter(system));
