/**
 * Worlds so small that every state of them can be reached in a moment. What makes a world large is left to a world of
 * its own: in most of them VMs cost no pages; in some there is no content, and then nobody loads or stores.
 */
import type { BootWorld } from '../spec/boot/world.ts';
import type { FlowWorld } from '../spec/flow/world.ts';
import type { Profile } from '../spec/profile.ts';
import { android16 } from '../spec/profiles/android16-6.12.ts';
import { attest15 } from '../spec/profiles/attest-15.ts';
import { avf15 } from '../spec/profiles/avf-15.ts';
import { avf2026 } from '../spec/profiles/avf-2026.ts';
import { cidsCyclic, cidsStrict } from '../spec/profiles/cids.ts';
import { linux73 } from '../spec/profiles/linux-7.3.ts';
import { protAll } from '../spec/world.ts';
import type { Sizes, World } from '../spec/world.ts';
import { cids } from './android-worlds.ts';
import { recordsAlone, versions } from './boot-worlds.ts';
import { somePermissions } from './enumerate.ts';
import type { Most } from './explore.ts';
import { attestation } from './flow-worlds.ts';
import type { Suite } from './suites.ts';
import { makeWorld, nothing } from './worlds.ts';
import type { NamedWorld, Shape } from './worlds.ts';

export interface CompleteWorld extends Suite {
  /** What would grow for ever is followed up to these numbers. */
  readonly most: Most;
}

const inWorld = (profile: Profile, named: NamedWorld, most: Most = {}): CompleteWorld => ({
  chapter: 'complete',
  profile,
  named,
  unsafe: false,
  most,
});

/** One page, one frame, one VM at a time, one CPU. */
const least: Shape = {
  memory: 1,
  near: 1,
  block: 1,
  levels: 0,
  far: false,
  slots: 1,
  vcpus: 1,
  cpus: 1,
  sizes: nothing,
};
const world = (name: string, shape: Partial<Shape>, more: Partial<World> = {}): NamedWorld => ({
  name,
  world: { ...makeWorld({ ...least, ...shape }), permissions: somePermissions, ...more },
  prelude: [],
  weights: {},
});
/** Nobody loads or stores, so that permissions matter to nobody. */
const noContent: Partial<World> = { words: 0, permissions: [protAll] };
const everyPermission: Partial<World> = { permissions: Array.from({ length: protAll + 2 }, (_, set) => set) };
const oneDevice: Partial<World> = { devices: 1, iovas: 1 };

const vmPages: Sizes = { ...nothing, kvmPages: 1, hypVmPages: 1, pgdPages: 1 };
const vcpuPages: Sizes = { ...nothing, vcpuPages: 1, hypVcpuPages: 1 };
const allPages: Sizes = { ...vmPages, vcpuPages: 1, hypVcpuPages: 1 };
const tablePages: Sizes = { ...nothing, memcacheMin: 1 };

/** The host offers no pages for page tables. */
const noList: Most = { listLength: 0 };
const shortList: Most = { listLength: 2 };

const booting = (name: string, from: NamedWorld, part: (boot: BootWorld) => Partial<BootWorld>): NamedWorld => {
  const boot = from.world.boot as BootWorld;
  return { ...from, name, world: { ...from.world, boot: { ...boot, ...part(boot) } } };
};
const attesting = (name: string, part: (flow: FlowWorld) => Partial<FlowWorld>): NamedWorld => {
  const flow = attestation.world.flow as FlowWorld;
  return { ...attestation, name, world: { ...attestation.world, flow: { ...flow, ...part(flow) } } };
};
const first = <T>(list: readonly T[], count: number): readonly T[] => list.slice(0, count);

/** All of these in some seconds, the smaller ones first. */
export const completeWorlds: readonly CompleteWorld[] = [
  inWorld(cidsStrict, cids),
  inWorld(cidsCyclic, cids, { cidGranted: 2 }),
  inWorld(linux73, world('vcpu-pages', { memory: 2, sizes: vcpuPages }), noList),
  inWorld(linux73, world('vm-pages', { memory: 3, sizes: vmPages }), noList),
  inWorld(linux73, world('code', { near: 0, far: true, code: true, hardwareAccessFlag: false }), noList),
  inWorld(linux73, world('two-cpus', { vcpus: 2, cpus: 2 }, noContent), noList),
  inWorld(
    attest15,
    attesting('one-session', ({ vms }) => ({ vms: first(vms, 3), sessions: 1 })),
  ),
  inWorld(linux73, world('permissions', { hardwareAccessFlag: false }, everyPermission), noList),
  inWorld(linux73, world('blocks', { memory: 2, near: 2, block: 2 }, noContent), noList),
  inWorld(linux73, world('tables', { memory: 2, levels: 1, sizes: tablePages }, noContent), shortList),
  inWorld(linux73, world('two-vms', { slots: 2 }, noContent), noList),
  inWorld(android16, world('one-device', {}, oneDevice), noList),
  inWorld(
    avf15,
    booting('one-record', recordsAlone, ({ apks, ramdisks }) => ({
      ids: 1,
      disks: 1,
      randomSalts: 1,
      apks: first(apks, 1),
      ramdisks: first(ramdisks, 1),
    })),
  ),
  inWorld(linux73, world('all-pages', { memory: 5, sizes: allPages }, noContent), noList),
  inWorld(
    avf2026,
    booting('one-salt', versions, () => ({ randomSalts: 1 })),
  ),
  inWorld(linux73, world('two-pages', { memory: 2 }), noList),
];

/** The same with more in them: minutes. */
export const largerWorlds: readonly CompleteWorld[] = [
  inWorld(linux73, world('two-vms-contents', { slots: 2 }), noList),
  inWorld(linux73, world('two-cpus-contents', { vcpus: 2, cpus: 2 }), noList),
  inWorld(linux73, world('two-frames', { memory: 2, far: true }), noList),
  inWorld(linux73, world('blocks-contents', { memory: 2, near: 2, block: 2 }), noList),
  inWorld(linux73, world('blocks-unaligned', { memory: 3, near: 2, block: 2, far: true }, noContent), noList),
  inWorld(linux73, world('tables-contents', { memory: 2, levels: 1, sizes: tablePages }), shortList),
  inWorld(linux73, world('vm-pages-contents', { memory: 4, sizes: vmPages }), noList),
  inWorld(android16, world('one-device-two-pages', { memory: 2 }, oneDevice), noList),
  inWorld(
    avf15,
    booting('one-salt', versions, () => ({ randomSalts: 1 })),
  ),
];
