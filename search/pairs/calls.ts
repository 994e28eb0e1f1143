/** Words for the calls of scenes: a VM that is made, fed and loaded, and what is done to it. */
import type { Question } from '../../spec/target.ts';
import type { TranscriptHeader } from '../../spec/transcript.ts';
import { blocksOf } from '../conformance/campaign/scope.ts';
import type { EventTargetDescription } from '../../spec/target.ts';

type Args = Question['args'];

export const call = (op: string, args: Args = {}, cpu = 0): Question => ({ op, args, cpu });

/** The frame of the guest's code, and those that scenes are about. */
const codeGfn = 64;
export const [frame, otherFrame, spareFrame] = [256, 257, 258] as const;
/** What the first VM and the second are called. */
export const handles = [0x1000, 0x1001] as const;
const code = ['C0', 'C1'] as const;
const listPages = 8;

export type Sizes = NonNullable<EventTargetDescription['sizes']>;

const pagesOf = (block: string, pages = 1): string[] => Array.from({ length: pages }, (_, i) => `${block}+${i}`);
const shared = (block: string, pages: number | undefined): Question[] =>
  pagesOf(block, pages).map((page) => call('host_share_hyp', { page }));

interface Made {
  readonly vm: 0 | 1;
  readonly protected: boolean;
  /** vCPUs that it may have, and how many are made. */
  readonly vcpus: number;
  readonly made: number;
  /** How many pages are on the list of each. */
  readonly listed?: number;
}

interface Begun extends Omit<Made, 'made' | 'listed'> {
  /** Whether the host has the ID registers of its VM ready; vCPUs of a VM that is not protected need them. */
  readonly idRegs?: boolean;
}

export const initVm = ({ vm, protected: isProtected, vcpus, idRegs = true }: Begun): Question => {
  const { kvm, vmMem, pgd } = blocksOf(vm);
  return call('init_vm', {
    kvm: `${kvm}+0`,
    handle: handles[vm],
    nrVcpus: vcpus,
    protected: isProtected,
    idRegs,
    vmMem: `${vmMem}+0`,
    vmMemOffset: 0,
    pgd: `${pgd}+0`,
    pgdOffset: 0,
  });
};

/** `from`: the vCPU whose memory is given. */
export const initVcpu = (vm: 0 | 1, index: number, from = index): Question => {
  const { hostVcpu, mem } = blocksOf(vm, from);
  const args = { handle: handles[vm], hostVcpu: `${hostVcpu}+0`, index, mem: `${mem}+0`, memOffset: 0 };
  return call('init_vcpu', args);
};

export const sharedVcpu = (vm: 0 | 1, index: number, sizes: Sizes): Question[] =>
  shared(blocksOf(vm, index).hostVcpu, sizes['vcpuPages']);

/** Up to where the VM can be made. */
export const planned = (vm: 0 | 1, sizes: Sizes): Question[] => [
  call('reserve_vm'),
  ...shared(blocksOf(vm).kvm, sizes['kvmPages']),
];

export const madeVm = (vm: Made, sizes: Sizes): Question[] => [
  ...planned(vm.vm, sizes),
  initVm(vm),
  ...Array.from({ length: vm.made }, (_, index) => [
    ...sharedVcpu(vm.vm, index, sizes),
    initVcpu(vm.vm, index),
    call('topup_memcache', {
      handle: handles[vm.vm],
      vcpu: index,
      first: `${blocksOf(vm.vm, index).list}+0`,
      pages: vm.listed ?? listPages,
    }),
  ]).flat(),
];

export const loaded = (vm: 0 | 1, index: number, cpu = 0): Question =>
  call('vcpu_load', { handle: handles[vm], index }, cpu);

const readAndExecute = 0b1011;

/** The code of a guest, from a CPU on which a vCPU of its VM is loaded. */
export const coded = (vm: 0 | 1, isProtected: boolean, cpu = 0): Question[] => [
  call('host_load_stub', { page: code[vm] }),
  isProtected
    ? call('donate_guest', { page: code[vm], gfn: codeGfn }, cpu)
    : call('share_guest', { page: code[vm], gfn: codeGfn, nr: 1, prot: readAndExecute }, cpu),
];

interface Where {
  readonly vm?: 0 | 1;
  readonly vcpu?: number;
  readonly gfn?: number;
}

/** A call of a guest's, made where its vCPU is loaded. */
export const guest = (op: string, { vm = 0, vcpu = 0, gfn = frame }: Where = {}, more: Args = {}): Question =>
  call(op, { handle: handles[vm], vcpu, gfn, ...more });

export const guestWrites = (where: Where, value: string): Question => guest('guest_write', where, { offset: 0, value });
export const guestReads = (where: Where): Question => guest('guest_read', where, { offset: 0 });
export const hostReads = (page: string): Question => call('host_read', { page, offset: 0 });
export const hostWrites = (page: string): Question => call('host_write', { page, offset: 0, value: '0xbad' });

/** The same call on another CPU. */
export const on = (cpu: number, question: Question): Question => ({ ...question, cpu });

/** The host puts its vCPUs, ends its first VM and takes all pages back. */
export const takenBack = (vm: 0 | 1, frames: readonly number[]): Question[] => [
  call('vcpu_put', {}, 0),
  call('vcpu_put', {}, 1),
  call('start_teardown_vm', { handle: handles[vm] }),
  ...[codeGfn, ...frames].map((gfn) => call('reclaim_dying_guest_page', { handle: handles[vm], gfn })),
  call('finalize_teardown_vm', { handle: handles[vm] }),
];

/** The pages that scenes name. */
export function headerOf({ target, profile, sizes, features }: EventTargetDescription): TranscriptHeader {
  const size = (name: string): number => sizes?.[name] ?? 1;
  const blocks: Record<string, number> = {};
  for (const vm of [0, 1]) {
    const { kvm, vmMem, pgd } = blocksOf(vm);
    Object.assign(blocks, { [kvm]: size('kvmPages'), [vmMem]: size('hypVmPages'), [pgd]: size('pgdPages') });
    for (const vcpu of [0, 1]) {
      const { hostVcpu, mem, list } = blocksOf(vm, vcpu);
      Object.assign(blocks, { [hostVcpu]: size('vcpuPages'), [mem]: size('hypVcpuPages'), [list]: listPages });
    }
  }
  const pages = ['P0', 'P1', ...code];
  return { target, profile, pages, blocks, specialPages: {}, sizes, features, guestStubGfn: codeGfn };
}
