/** Scopes that boot: one with every flaw that a piece can have, and one of whole pieces with instances to mix up. */
import type { ApexShape, ApkShape, BootConfig, ExtraShape, HandoffShape, KernelShape } from '../../spec/boot/config.ts';
import type { RamdiskShape, SystemShape, TreeShape } from '../../spec/boot/config.ts';
import { noBoot } from '../../spec/boot/config.ts';
import { none } from '../../spec/config.ts';
import { makeConfig } from './linux.ts';
import type { Scope } from './linux.ts';
import type { Weights } from '../generate/generator.ts';

const locked: HandoffShape = { name: 'locked', given: true, chained: true, debug: false, policy: true };
const unlocked: HandoffShape = { ...locked, name: 'unlocked', debug: true };
/** What would be read as secrets in a configuration with this flaw is not the device's. */
const misread = (name: string, flaw: HandoffShape['flaw']): HandoffShape => ({
  ...locked,
  name,
  ...(flaw === undefined ? {} : { flaw }),
  given: false,
});
const flawedHandoffs: readonly HandoffShape[] = [
  misread('cut off', 'region'),
  misread('without magic', 'magic'),
  misread('of version 2', 'version'),
  misread('with an entry outside', 'bounds'),
  misread('with entries that overlap', 'order'),
  misread('without a handover', 'no handover'),
  misread('with another map', 'form'),
  { ...locked, name: 'without a chain', flaw: 'no chain', chained: false },
];

const plainTree: TreeShape = { name: 'plain', confined: true, fixed: true, vendor: none, argued: true };
const vendorTree: TreeShape = { ...plainTree, name: 'with a vendor partition', vendor: 0 };
const stray = (name: string, flaw: TreeShape['flaw']): TreeShape => ({
  ...plainTree,
  name,
  ...(flaw === undefined ? {} : { flaw }),
  confined: false,
});
const flawedTrees: readonly TreeShape[] = [
  { ...stray('broken', 'form'), fixed: false },
  stray('with memory elsewhere', 'memory'),
  { ...plainTree, name: 'without a CPU', flaw: 'cpus' },
  stray('with PCI over memory', 'pci'),
  stray('with a watchdog elsewhere', 'watchdog'),
  stray('with a bounce buffer elsewhere', 'bounce'),
  { ...plainTree, name: 'with another vendor digest', flaw: 'reference', fixed: false, vendor: 1 },
  { ...plainTree, name: 'that refers to untrusted values', flaw: 'untrusted', fixed: false },
  stray('with a device over pvmfw', 'assigned'),
];

const normal: RamdiskShape = { name: 'normal', digest: 0, misplaced: false, vbmeta: 0 };
const ramdisks: readonly RamdiskShape[] = [normal, { ...normal, name: 'debug', digest: 1 }];
const flawedRamdisks: readonly RamdiskShape[] = [
  { ...normal, name: 'changed', digest: 2, vbmeta: 1 },
  { ...normal, name: 'lengthened', digest: 3 },
];

const v2: KernelShape = {
  name: 'v2',
  digest: 0,
  key: 0,
  normal: 0,
  debug: 1,
  securityVersion: 2,
  capability: 'SECRETKEEPER',
};
const v1: KernelShape = { ...v2, name: 'v1', digest: 1, securityVersion: 1 };
const service: KernelShape = { ...v2, name: 'service', digest: 2, capability: 'SERVICE' };
const oldService: KernelShape = { ...service, name: 'old service', digest: 3, securityVersion: 1 };
const flawedKernels: readonly KernelShape[] = [
  { ...v2, name: 'no kernel', flaw: 'absent' },
  { ...v2, name: 'unsigned', flaw: 'signature' },
  { ...v2, name: 'signed by a stranger', key: 2 },
  { ...v2, name: 'with verification off', flaw: 'not enforced' },
  { ...v2, name: 'changed', flaw: 'digest' },
  { ...v2, name: 'with another digest', flaw: 'descriptors' },
  { ...v2, name: 'with an unknown capability', flaw: 'capabilities' },
];

const system: SystemShape = { name: 'system', vbmeta: 0, rooted: true, vendor: none };
const vendorSystem: SystemShape = { ...system, name: 'system with vendor', vendor: 0 };
const flawedSystems: readonly SystemShape[] = [
  { ...system, name: 'another system', vbmeta: 1 },
  { ...system, name: 'changed system', rooted: false },
  { ...system, name: 'system with another vendor', vendor: 1 },
];

const app1: ApkShape = { name: 'app v1', key: 0, version: 1 };
const app2: ApkShape = { ...app1, name: 'app v2', version: 2 };
const strange: ApkShape = { name: "a stranger's app", key: 1, version: 2 };
const extras: readonly ExtraShape[] = [{ name: 'as listed' }];
const apexes: readonly ApexShape[] = [{ name: 'APEXes' }, { name: 'other APEXes' }];

/** A machine whose memory is not followed. */
export const noMemory = {
  ...makeConfig({
    memory: 0,
    near: 0,
    block: 1,
    levels: 0,
    slots: 0,
    vcpus: 0,
    cpus: 1,
    sizes: { kvmPages: 0, vcpuPages: 0, hypVmPages: 0, hypVcpuPages: 0, pgdPages: 0, memcacheMin: 0 },
  }),
  pages: [],
  gfns: [],
};
/** Boots come to their end more often than not, and the host's hand is in some of them. */
const seldom: Weights = {
  power_off: 0.15,
  take_over: 0.02,
  guest_seal: 0.15,
  host_make_disk: 0.1,
  host_copy_disk: 0.03,
  host_break_disk: 0.01,
  host_flip_record: 0.01,
  host_flip_guest_record: 0.01,
  host_free_record: 0.01,
  host_free_guest_record: 0.01,
  host_delete_kept: 0.02,
  host_replace_loader: 0.01,
  host_derive: 0.05,
};
const bootScope = (name: string, boot: Partial<BootConfig>): Scope => ({
  name,
  config: { ...noMemory, boot: { ...noBoot, serviceVersion: 2, ...boot } },
  prelude: [],
  weights: seldom,
});

/** Every flaw of every piece, beside whole ones; one instance. */
export const images = bootScope('images', {
  handoffs: [locked, unlocked, { ...unlocked, name: 'unlocked without a policy', policy: false }, ...flawedHandoffs],
  trees: [plainTree, vendorTree, { ...plainTree, name: 'without arguments', argued: false }, ...flawedTrees],
  trusted: [true, true, false],
  kernels: [
    v2,
    { ...v2, name: 'by the vendor', key: 1 },
    { ...v2, name: 'alone', digest: 4, normal: none, debug: none },
    { ...v2, name: 'v0', digest: 5, securityVersion: 0 },
    { ...v2, name: 'for normal mode alone', digest: 6, debug: none },
    { ...v2, name: 'for debugging alone', digest: 7, normal: none },
    service,
    oldService,
    ...flawedKernels,
  ],
  ramdisks: [...ramdisks, ...flawedRamdisks, { ...normal, name: 'over the kernel', misplaced: true }],
  loaded: [
    { name: 'kernel', genuine: true },
    { name: 'changed kernel', genuine: false },
  ],
  systems: [system, vendorSystem, ...flawedSystems],
  apks: [app1, { ...app1, name: 'unsigned app', flaw: 'signature' }, { ...app1, name: 'changed app', flaw: 'content' }],
  extras: [...extras, { name: 'unsigned', flaw: 'signature' }, { name: 'one too few', flaw: 'count' }],
  apexes: [...apexes, { name: 'unsigned APEX', flaw: 'signature' }],
  ids: 1,
  disks: 1,
  randomSalts: 2,
  kept: 1,
});

/** Whole pieces in several versions, two instance ids, three disks: what the host can mix up. */
export const instances = bootScope('instances', {
  handoffs: [locked, unlocked],
  trees: [plainTree],
  trusted: [true, true],
  kernels: [v2, v1, { ...v2, name: 'by the vendor', key: 1 }, service],
  ramdisks,
  loaded: [{ name: 'kernel', genuine: true }],
  systems: [system],
  apks: [app1, app2, strange],
  extras,
  apexes,
  ids: 2,
  disks: 3,
  randomSalts: 3,
  kept: 2,
});

/** Kernels that ask for no regime of their own: all there is are records, where the release has them. */
export const recordsAlone = bootScope('records', {
  handoffs: [locked],
  trees: [plainTree],
  trusted: [true],
  kernels: [
    { ...v2, capability: 'NONE' },
    { ...v1, capability: 'NONE' },
  ],
  ramdisks,
  loaded: [{ name: 'kernel', genuine: true }],
  systems: [system],
  apks: [app1, app2, { ...app1, name: 'unsigned app', flaw: 'signature' }],
  extras,
  apexes,
  ids: 2,
  disks: 2,
  randomSalts: 3,
  kept: 1,
});

/** Two versions of kernel and APK, and nothing else to choose but the regime. */
export const versions = bootScope('versions', {
  handoffs: [locked],
  trees: [plainTree],
  trusted: [true],
  kernels: [v2, v1],
  ramdisks: [normal],
  loaded: [{ name: 'kernel', genuine: true }],
  systems: [system],
  apks: [app1, app2],
  extras,
  apexes: apexes.slice(0, 1),
  ids: 1,
  disks: 1,
  randomSalts: 3,
  kept: 1,
});

export const bootScopes: readonly Scope[] = [images, versions, recordsAlone, instances];
