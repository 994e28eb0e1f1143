/** The chapters of properties, for a machine. */
import type { TransitionSystem } from '../spec/transition-system.ts';
import { cidSteps } from './android/cid-steps.ts';
import { cids } from './android/cids.ts';
import { android } from './android/laws.ts';
import { availability } from './availability/laws.ts';
import { boot } from './boot/laws.ts';
import { cpu } from './cpu/laws.ts';
import { device } from './device/laws.ts';
import { dma } from './dma/laws.ts';
import { host } from './android/host.ts';
import { flow } from './attestation/all.ts';
import { inside } from './inside/laws.ts';
import { instance } from './instance/all.ts';
import { interrupts } from './interrupts/all.ts';
import { lifecycle } from './lifecycle/laws.ts';
import { memoryOf } from './memory/all.ts';
import type { Property } from './property.ts';
import { storage } from './storage/all.ts';
import { system } from './system/laws.ts';

type Chapter = (system: TransitionSystem) => readonly Property[];
export const chapters = {
  memory: memoryOf,
  lifecycle,
  dma,
  // Where guests run without it, nothing is said of vCPUs.
  cpu: ({ rules }) => (rules.has('vcpu_load') ? cpu : []),
  android,
  availability,
} as const satisfies Readonly<Record<string, Chapter>>;

/**
 * Machines without memory that changes hands, each known by a call that no other has: they boot VMs, attest or name them,
 * or are what a VM has inside.
 */
type Chapters = Readonly<Record<string, Chapter>>;
const apart: readonly (readonly [call: string, chapters: Chapters])[] = [
  ['rkp_vm_appraise', { flow }],
  ['pvmfw_boot', { boot, instance }],
  ['connect_cid', { system }],
  ['allocate_cid', { cids }],
  ['pick_cid', { cidSteps }],
  ['host_falls', { host }],
  ['boot_system', { device }],
  ['host_timer_irq', { interrupts }],
  ['read_block', { storage }],
  ['authfs_create', { storage }],
  ['store_open', { storage }],
  ['payload_map', { inside }],
];

const chaptersOf = ({ rules }: TransitionSystem): Chapters => apart.find(([call]) => rules.has(call))?.[1] ?? chapters;

export const allProperties = (system: TransitionSystem): readonly Property[] =>
  Object.values(chaptersOf(system)).flatMap((chapter) => chapter(system));
