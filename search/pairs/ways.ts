/** The ways to scenes: what the VMs and pages of each are before two CPUs contend for them. */
import type { Question } from '../../spec/target.ts';
import {
  call,
  coded,
  frame,
  guestWrites,
  handles,
  initVm,
  loaded,
  madeVm,
  on,
  planned,
  sharedVcpu,
  spareFrame,
} from './calls.ts';
import type { Sizes } from './calls.ts';

const secret = '0x5ec2e7';
export const page = (op: string, name: string): Question => call(op, { page: name });
export const reclaimed = (name: string): Question => call('force_reclaim_guest_page', { page: name, offset: 0 });
export const donated = (name: string, gfn: number): Question => call('donate_guest', { page: name, gfn });
export const shared = (name: string, gfn: number): Question =>
  call('share_guest', { page: name, gfn, nr: 1, prot: 15 });
export const ofVm = (op: string, vm: 0 | 1 = 0): Question => call(op, { handle: handles[vm] });
export const given = (gfn: number): Question => call('reclaim_dying_guest_page', { handle: handles[0], gfn });
export const unmapped = (vm: 0 | 1, gfn: number): Question =>
  call('unshare_guest', { handle: handles[vm], gfn, nr: 1 });

/** A protected VM with a vCPU on each CPU. */
export const siblings = (sizes: Sizes): Question[] => [
  ...madeVm({ vm: 0, protected: true, vcpus: 2, made: 2 }, sizes),
  loaded(0, 0),
  loaded(0, 1, 1),
  ...coded(0, true),
  donated('P0', frame),
  // why: the hypervisor then has pages for tables on each CPU, and takes none while two calls are raced.
  on(1, donated('C1', spareFrame)),
  guestWrites({}, secret),
];

/** Two VMs: one on CPU 0, protected or not, and one that is not protected on CPU 1. */
export const neighbours = (sizes: Sizes, isProtected: boolean): Question[] => [
  ...madeVm({ vm: 0, protected: isProtected, vcpus: 1, made: 1 }, sizes),
  ...madeVm({ vm: 1, protected: false, vcpus: 1, made: 1 }, sizes),
  loaded(0, 0),
  loaded(1, 0, 1),
  ...coded(0, isProtected),
  ...coded(1, false, 1),
  on(1, shared('P0', frame)),
  on(1, guestWrites({ vm: 1 }, secret)),
];

export const resting = (sizes: Sizes): Question[] => [
  ...madeVm({ vm: 0, protected: true, vcpus: 2, made: 1 }, sizes),
  ...sharedVcpu(0, 1, sizes),
  loaded(0, 0),
  ...coded(0, true),
  donated('P0', frame),
  guestWrites({}, secret),
  call('vcpu_put'),
];

export const unmade = (sizes: Sizes): Question[] => [
  ...madeVm({ vm: 0, protected: true, vcpus: 2, made: 0 }, sizes),
  ...sharedVcpu(0, 0, sizes),
  ...sharedVcpu(0, 1, sizes),
];

/** A VM whose vCPUs are refused, for the host has not said what they can do. */
export const unready = (sizes: Sizes): Question[] => [
  ...planned(0, sizes),
  initVm({ vm: 0, protected: false, vcpus: 1, idRegs: false }),
  ...sharedVcpu(0, 0, sizes),
];
