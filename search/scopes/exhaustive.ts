/**
 * Scopes so small that every state of them can be reached in a moment. What makes a scope large is left to a scope of
 * its own: in most of them VMs cost no pages; in some there is no content, and then nobody loads or stores.
 */
import type { BootConfig } from '../../spec/boot/config.ts';
import type { FlowConfig } from '../../spec/attestation/config.ts';
import type { Profile } from '../../spec/profile.ts';
import { android15 } from '../../spec/profiles/android.ts';
import { android16 } from '../../spec/profiles/android16-6.12.ts';
import { attest15 } from '../../spec/profiles/attest-15.ts';
import { avf15 } from '../../spec/profiles/avf-15.ts';
import { avf2026 } from '../../spec/profiles/avf-2026.ts';
import { cids13, cids15, cids2025, cidsCyclic, cidsStrict } from '../../spec/profiles/cids.ts';
import { guest15 } from '../../spec/profiles/guest-15.ts';
import { device15 } from '../../spec/profiles/device-15.ts';
import { interrupts73 } from '../../spec/profiles/interrupts-7.3.ts';
import { system15 } from '../../spec/profiles/system-15.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { authfs15, images15, store13, store15 } from '../../spec/profiles/storage.ts';
import { protAll } from '../../spec/config.ts';
import type { Config, Sizes } from '../../spec/config.ts';
import { cidClients, cids } from './android.ts';
import { instanceIds, oneVm, twoApps as twoHostApps } from './host.ts';
import { phone } from './device.ts';
import { oneOwner } from './system.ts';
import { images, instances, recordsAlone, versions } from './boot.ts';
import { somePermissions } from '../explore/values.ts';
import type { Most } from '../explore/explore.ts';
import { attestation } from './attestation.ts';
import { oneArea, payload } from './inside.ts';
import { fewBlocks, files, oneSector } from './storage.ts';
import { interrupts } from './interrupts.ts';
import type { Suite } from './suite.ts';
import { makeConfig, nothing } from './linux.ts';
import type { Scope, Shape } from './linux.ts';

export interface ExhaustiveSuite extends Suite {
  /** What would grow for ever is followed up to these numbers. */
  readonly most: Most;
}

const inScope = (profile: Profile, scope: Scope, most: Most = {}): ExhaustiveSuite => ({
  chapter: 'complete',
  profile,
  scope,
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
const scope = (name: string, shape: Partial<Shape>, more: Partial<Config> = {}): Scope => ({
  name,
  config: { ...makeConfig({ ...least, ...shape }), permissions: somePermissions, ...more },
  prelude: [],
  weights: {},
});
/** Nobody loads or stores, so that permissions matter to nobody. */
const noContent: Partial<Config> = { words: 0, permissions: [protAll] };
const everyPermission: Partial<Config> = { permissions: Array.from({ length: protAll + 2 }, (_, set) => set) };
const oneDevice: Partial<Config> = { devices: 1, iovas: 1 };

const vmPages: Sizes = { ...nothing, kvmPages: 1, hypVmPages: 1, pgdPages: 1 };
const vcpuPages: Sizes = { ...nothing, vcpuPages: 1, hypVcpuPages: 1 };
const allPages: Sizes = { ...vmPages, vcpuPages: 1, hypVcpuPages: 1 };
const tablePages: Sizes = { ...nothing, memcacheMin: 1 };
const rootAndTables: Sizes = { ...tablePages, pgdPages: 1 };

/** The host offers no pages for page tables, or a few. */
const noList: Most = { listLength: 0 };
const shortList: Most = { listLength: 2 };

const linux = (name: string, shape: Partial<Shape>, more: Partial<Config> = {}, most = noList): ExhaustiveSuite =>
  inScope(linux73, scope(name, shape, more), most);
const android = (name: string, shape: Partial<Shape>, more: Partial<Config> = {}, most = noList): ExhaustiveSuite =>
  inScope(android16, scope(name, shape, { ...oneDevice, ...more }), most);

const only = <T>(list: readonly T[], ...places: readonly number[]): readonly T[] =>
  list.filter((_, place) => places.includes(place));
const without = <T extends { readonly name: string }>(list: readonly T[], ...names: readonly string[]): readonly T[] =>
  list.filter(({ name }) => !names.includes(name));

const booting = (name: string, from: Scope, part: (boot: BootConfig) => Partial<BootConfig>): Scope => {
  const boot = from.config.boot as BootConfig;
  return { ...from, name, config: { ...from.config, boot: { ...boot, randomSalts: 1, ...part(boot) } } };
};
const otherKernels = ['by the vendor', 'alone', 'service', 'for normal mode alone', 'for debugging alone'];
/** One whole piece of each kind, and every flaw. */
const flaws = booting('flaws', images, (boot) => ({
  handoffs: without(boot.handoffs, 'unlocked', 'unlocked without a policy'),
  trees: without(boot.trees, 'with a vendor partition', 'without arguments'),
  kernels: without(boot.kernels, ...otherKernels),
  ramdisks: without(boot.ramdisks, 'debug'),
  systems: without(boot.systems, 'system with vendor'),
  apexes: without(boot.apexes, 'other APEXes'),
}));
/** One piece of each kind, one instance, one instance image, and one thing that is followed of all that VMs seal. */
const single = (boot: BootConfig): Partial<BootConfig> => ({
  handoffs: only(boot.handoffs, 0),
  kernels: only(boot.kernels, 0),
  ramdisks: only(boot.ramdisks, 0),
  apks: only(boot.apks, 0),
  apexes: only(boot.apexes, 0),
  ids: 1,
  disks: 1,
  kept: 1,
});
const oneRecord = booting('one-record', recordsAlone, (boot) => ({
  ...single(boot),
  kernels: boot.kernels,
  apexes: boot.apexes,
}));
const twoApps = booting('two-apps', recordsAlone, (boot) => ({ ...single(boot), apks: only(boot.apks, 0, 1) }));
const strangeApp = booting('strange-app', instances, (boot) => ({ ...single(boot), apks: only(boot.apks, 0, 2) }));
const twoIds = booting('two-ids', instances, (boot) => ({ ...single(boot), ids: 2 }));
const twoVersions = booting('two-versions', versions, () => ({}));

const attesting = (name: string, part: (flow: FlowConfig) => Partial<FlowConfig>): ExhaustiveSuite => {
  const flow = attestation.config.flow as FlowConfig;
  const scope = {
    ...attestation,
    name,
    config: { ...attestation.config, flow: { ...flow, sessions: 1, ...part(flow) } },
  };
  return inScope(attest15, scope);
};
/** A device with one page to lose. */
const onePage: Scope = {
  ...phone,
  name: 'phone-of-one-page',
  config: { ...phone.config, phone: { pages: 1, memProtect: true } },
};
const interrupting = (name: string, vms: number, listRegisters: number): ExhaustiveSuite =>
  inScope(interrupts73, {
    ...interrupts,
    name,
    config: { ...interrupts.config, interrupts: { vms, listRegisters } },
  });
const honest = ({ issuers }: FlowConfig): Partial<FlowConfig> => ({ forged: [], issuers: only(issuers, 0) });

/** A host that has fallen is judged, and not gone into; nor VMs that are not the plainest. */
const honestHost: Most = { hostFallen: 0 };
const plainVms: Most = { hostVmCustom: 0, hostVmDebug: 0, hostVmProtected: 0, appSees: 0 };

/** In the hands of one owner, with the system of the vendor; CIDs are gone round once. */
const oneLife: Most = { unlockAllowed: 0, debugger: 0, resetSecret: 0, userData: 0, sealedOld: 0, cidGranted: 2 };

/** All of these in some seconds, the smaller ones first. */
export const exhaustiveSuites: readonly ExhaustiveSuite[] = [
  inScope(cidsStrict, cids),
  inScope(cidsCyclic, cids, { cidGranted: 2 }),
  inScope(authfs15, files),
  inScope(guest15, oneArea),
  inScope(images15, fewBlocks),
  inScope(device15, onePage),
  inScope(system15, oneOwner, oneLife),
  inScope(cids13, cids),
  inScope(cids15, cidClients, { cidGranted: 2, earlyStarts: 2 }),
  inScope(cids2025, cidClients, { cidGranted: 2, earlyStarts: 2 }),
  inScope(android15, instanceIds, { ...honestHost, appGranted: 0, idAge: 3 }),
  inScope(android15, oneVm, honestHost),
  inScope(android15, twoHostApps, { ...honestHost, ...plainVms }),
  interrupting('one-interrupted', 1, 1),
  linux('vcpu-pages', { memory: 2, sizes: vcpuPages }),
  linux('vm-pages', { memory: 3, sizes: vmPages }),
  linux('all-pages', { memory: 4, sizes: allPages }, noContent),
  inScope(avf2026, flaws),
  linux('code', { near: 0, far: true, code: true, hardwareAccessFlag: false }),
  linux('two-cpus', { vcpus: 2, cpus: 2 }, noContent),
  attesting('one-session', ({ vms }) => ({ vms: only(vms, 0, 1, 2) })),
  attesting('other-payloads', (flow) => ({ ...honest(flow), vms: only(flow.vms, 0, 3, 4) })),
  attesting('two-sessions', (flow) => ({ ...honest(flow), vms: only(flow.vms, 0, 5), sessions: 2 })),
  android('device-pages', { memory: 2, levels: 1, sizes: rootAndTables }, noContent, shortList),
  linux('two-vcpus', { memory: 3, vcpus: 2, sizes: vcpuPages }, noContent),
  inScope(guest15, payload),
  inScope(store15, oneSector, { storedFlip: 0 }),
  inScope(store13, oneSector, { storedFlip: 0 }),
  inScope(avf15, twoApps),
  inScope(avf2026, strangeApp),
  inScope(avf15, oneRecord),
  android('one-device', {}),
  linux('blocks', { memory: 2, near: 2, block: 2 }, noContent),
  inScope(avf2026, twoVersions),
  inScope(avf2026, twoIds),
  linux('tables', { memory: 2, levels: 1, sizes: tablePages }, noContent, shortList),
  linux('permissions', { hardwareAccessFlag: false }, everyPermission),
  linux('two-vms', { slots: 2 }, noContent),
  linux('two-pages', { memory: 2 }),
];

/** The same with more in them: minutes. */
export const largerSuites: readonly ExhaustiveSuite[] = [
  linux('two-cpus-contents', { vcpus: 2, cpus: 2 }),
  linux('all-pages-and-one', { memory: 5, sizes: allPages }, noContent),
  linux('vm-pages-contents', { memory: 4, sizes: vmPages }),
  linux('tables-contents', { memory: 2, levels: 1, sizes: tablePages }, {}, shortList),
  linux('two-vms-contents', { slots: 2 }),
  linux('two-frames', { memory: 2, far: true }),
  android('one-device-two-pages', { memory: 2 }),
  linux('blocks-contents', { memory: 2, near: 2, block: 2 }),
  inScope(avf15, twoVersions),
  inScope(store15, { ...oneSector, name: 'one-sector-flipped' }),
  linux('blocks-unaligned', { memory: 3, near: 2, block: 2, far: true }, noContent),
];
