/**
 * The calls that the reference model answers: those of Linux 7.3 with Android's for devices, for guests, for the secure
 * scope and for pages that a VM gives up, all of Linux 7.4's, all of Android's, or all of Android 16's as shipped; and
 * some that are in no release's profile, whose meaning for the abstract state stands here.
 */
import { registerNames } from '../../model/cpu.ts';
import { hypervisorKinds } from '../../spec/config.ts';
import { firstPage, flag, page, vcpuIndex, vm, word } from '../../spec/parameters.ts';
import type { Parameter } from '../../spec/parameters.ts';
import { deviceBypassRead } from '../../spec/calls/dma/device-bypass-read.ts';
import { deviceBypassWrite } from '../../spec/calls/dma/device-bypass-write.ts';
import { deviceRead } from '../../spec/calls/dma/device-read.ts';
import { deviceWrite } from '../../spec/calls/dma/device-write.ts';
import { ffaLend } from '../../spec/calls/dma/ffa-lend.ts';
import { ffaReclaim } from '../../spec/calls/dma/ffa-reclaim.ts';
import { ffaShare } from '../../spec/calls/dma/ffa-share.ts';
import { guestMemRelinquish } from '../../spec/calls/android/guest-mem-relinquish.ts';
import { guestMmioGuardEnroll } from '../../spec/calls/android/guest-mmio-guard-enroll.ts';
import { guestMmioGuardMap } from '../../spec/calls/android/guest-mmio-guard-map.ts';
import { guestMmioGuardUnmap } from '../../spec/calls/android/guest-mmio-guard-unmap.ts';
import { iommuAttach } from '../../spec/calls/dma/iommu-attach.ts';
import { iommuDetach } from '../../spec/calls/dma/iommu-detach.ts';
import { iommuMap } from '../../spec/calls/dma/iommu-map.ts';
import { iommuUnmap } from '../../spec/calls/dma/iommu-unmap.ts';
import { has, insertsAfter, lacks, profile, takes } from '../../spec/profile.ts';
import { android16 } from '../../spec/profiles/android16-6.12.ts';
import { android16AsShipped } from '../../spec/profiles/android16-6.12-as-shipped.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { linux74 } from '../../spec/profiles/linux-7.4.ts';
import { call, must, noSubject } from '../../spec/rule.ts';
import { all, answers, value } from '../../spec/language/build.ts';
import { hypVcpuPages, hypVmPages, pgdPages } from '../../spec/vocabulary/lifecycle.ts';
import { listLength, listTop } from '../../spec/vocabulary/memcache.ts';
import { areUnmappedForDma, contentOf, hostReads, isUnmappedForDma } from '../../spec/vocabulary/pages.ts';
import { isCreated, isPlanned, vcpu } from '../../spec/vocabulary/vms.ts';

/** A load that does not look into caches finds what memory holds. */
const hostReadUncached = call(
  'host',
  'host_read_uncached',
  { page, word },
  {
    guards: [must('HOST-READ-REACHES', hostReads('page'), 'EFAULT')],
    effects: [answers(contentOf('page', 'word').value)],
    answer: 'value',
  },
);

/** Pages that exist: where a list can begin. */
const anyRam: Parameter = {
  ...firstPage,
  kind: 'page',
  values: (config) =>
    config.pages.flatMap(({ kind, of }, i) => (['memory', ...hypervisorKinds].includes(kind) && of === i ? [i] : [])),
};
const bytes: Parameter = { kind: 'offset', values: () => [0, 8], format: (_, offset) => `+${offset}` };
const length: Parameter = { kind: 'count', values: () => [1, 2, 3], format: (_, count) => String(count) };

/** The host writes another top and length into its own list of table pages. */
const hostSetList = call(
  'host',
  'host_set_list',
  { vm, vcpu: vcpuIndex, page: anyRam, offset: bytes, length },
  {
    guards: [
      must('TOPUP-VM', isCreated('vm'), 'EINVAL', noSubject),
      must('TOPUP-VCPU', isPlanned('vm', 'vcpu'), 'EINVAL', noSubject),
    ],
    effects: [
      all(listTop(vcpu('vm', 'vcpu')).becomes(value('page')), listLength(vcpu('vm', 'vcpu')).becomes(value('length'))),
    ],
  },
);

const register: Parameter = {
  kind: 'register',
  values: () => registerNames.map((_, i) => i),
  format: (_, number) => registerNames[number] ?? String(number),
};
const registerValue: Parameter = { kind: 'value', values: () => [3], format: () => 'host data' };

/** The host asks for a register of the loaded vCPU to be set before the next entry. Registers are not in the state. */
const hostSetRegister = call(
  'host',
  'host_set_register',
  { register, value: registerValue },
  { guards: [], effects: [] },
);

const cpuNumber: Parameter = {
  kind: 'cpu number',
  values: (config) => Array.from({ length: config.cpus }, (_, cpu) => cpu),
  format: (_, cpu) => `CPU ${cpu}`,
};

/** The host switches on a CPU that it has switched off. Which CPUs are on is not in the state. */
const hostCpuOn = call('host', 'host_cpu_on', { started: cpuNumber }, { guards: [], effects: [] });

/** The host lets its CPU sleep, and the CPU wakes up with nothing of what it had. */
const hostCpuSuspend = call('host', 'host_cpu_suspend', {}, { guards: [], effects: [] });

const attacks = [hostReadUncached, hostSetList, hostSetRegister, hostCpuOn, hostCpuSuspend].map((rule) => has(rule));

export const modelProfile = profile('model', linux73, [
  has(guestMemRelinquish),
  has(guestMmioGuardEnroll),
  has(guestMmioGuardMap),
  has(guestMmioGuardUnmap),
  has(iommuAttach),
  has(iommuDetach),
  has(iommuMap),
  has(iommuUnmap),
  has(deviceRead),
  has(deviceWrite),
  has(deviceBypassRead),
  has(deviceBypassWrite),
  lacks('ffa_rxtx_map', 'ffa_rxtx_unmap'),
  has(ffaShare, 'what the secure world refuses is not said'),
  has(ffaLend, 'a page that is lent is lost to the host; what the secure world refuses is not said'),
  has(ffaReclaim, 'ffa_reclaim looks at what is recorded of the page, and at more of it'),
  insertsAfter('FFA-SHARE-OWNED', must('FFA-SHARE-UNPINNED', isUnmappedForDma('page'), 'DENIED')),
  insertsAfter('FFA-LEND-OWNED', must('FFA-LEND-UNPINNED', isUnmappedForDma('page'), 'DENIED')),
  insertsAfter('SHARE-HYP-OWNED', must('SHARE-HYP-UNPINNED', isUnmappedForDma('page'), 'EINVAL')),
  insertsAfter('DONATE-OWNED', must('DONATE-UNPINNED', isUnmappedForDma('page'), 'EINVAL')),
  insertsAfter('SHARE-GUEST-OWNED', must('SHARE-GUEST-UNPINNED', areUnmappedForDma('page', 'nr'), 'EPERM')),
  insertsAfter('INIT-VM-DONATED', must('DMA-MAPPED-PINNED', areUnmappedForDma('vmMem', hypVmPages), 'ENOMEM')),
  insertsAfter('INIT-VM-PGD-DONATED', must('DMA-MAPPED-PINNED', areUnmappedForDma('pgd', pgdPages), 'ENOMEM')),
  insertsAfter('INIT-VCPU-DONATED', must('DMA-MAPPED-PINNED', areUnmappedForDma('mem', hypVcpuPages), 'ENOMEM')),
  ...attacks,
]);

export const linuxModelProfile = profile('linux-model', linux73, attacks);
export const linux74ModelProfile = profile('linux-7.4-model', linux74, attacks);
export const androidModelProfile = profile('android-model', android16, attacks);

/** On the machine, another vCPU is in time or is not: no argument says so. */
const never: Parameter = { ...flag, values: () => [0] };
export const shippedModelProfile = profile('android-as-shipped-model', android16AsShipped, [
  ...attacks,
  takes('guest_mem_relinquish', { raced: never }),
]);
