/** Calls in an order in which each is done, and how the spec answers them: the example lines of the protocol's page. */
import { TranscriptChecker, settingOf } from '../../search/conformance/check.ts';
import { Survey } from '../../search/conformance/survey.ts';
import { campaignHeader, codeGfn, pageGfns } from '../../search/conformance/campaign/scope.ts';
import { firstHandle } from '../../search/conformance/calls.ts';
import { guestFunctions } from '../../spec/guest-instructions.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Outcome } from '../../spec/transition-system.ts';
import type { Question } from '../../spec/target.ts';
import type { Answer, TranscriptHeader } from '../../spec/transcript.ts';

export interface Example {
  readonly question: Question;
  readonly answer: Answer;
  readonly outcome: Outcome;
}

export interface Story {
  readonly header: TranscriptHeader;
  readonly examples: readonly Example[];
}

const sizes = { kvmPages: 1, vcpuPages: 1, hypVmPages: 1, hypVcpuPages: 1, pgdPages: 1, memcacheMin: 3 };
const target = { hypervisor: 'mine', release: '1', machine: 'board 7', mode: 'protected' };
const [gfn, other] = pageGfns;
const word = { offset: 8 };

const ask = (op: string, args: Question['args'] = {}): Question => ({ op, args });

const hostPages: readonly Question[] = [
  ask('host_write', { page: 'P0', ...word, value: '0x2a' }),
  ask('host_read', { page: 'P0', ...word }),
  ask('host_share_hyp', { page: 'P0' }),
  ask('host_unshare_hyp', { page: 'P0' }),
];

/** A VM with one vCPU comes into being in the n-th set of memory, and its vCPU is loaded. */
function linuxVm(vm: { vm: string; handle: number }, set: number, isProtected: boolean): Question[] {
  const [kvm, hostVcpu] = [`KVM${set}`, `VCPU${set}.0`];
  const structure = { kvm, nrVcpus: 1, protected: isProtected, idRegs: true };
  return [
    ask('reserve_vm'),
    ask('host_share_hyp', { page: kvm }),
    ask('init_vm', { ...vm, ...structure, vmMem: `HVM${set}`, vmMemOffset: 0, pgd: `PGD${set}`, pgdOffset: 0 }),
    ask('host_share_hyp', { page: hostVcpu }),
    ask('init_vcpu', { ...vm, hostVcpu, index: 0, mem: `HVCPU${set}.0`, memOffset: 0 }),
    ask('topup_memcache', { ...vm, vcpu: 0, first: `MC${set}.0+0`, pages: 8 }),
    ask('vcpu_load', { ...vm, index: 0 }),
    ask('host_load_stub', { page: `C${set}` }),
  ];
}

/** What a guest does at a frame that it has. */
const guestSteps = (vm: Question['args']): Question[] => [
  ask('guest_write', { ...vm, gfn, ...word, value: '0x2a' }),
  ask('guest_read', { ...vm, gfn, ...word }),
  ask('guest_mem_share', { ...vm, gfn }),
  ask('guest_mem_unshare', { ...vm, gfn }),
];

const linuxStory = (): Question[] => {
  const [one, two] = [
    { vm: 'VM0', handle: firstHandle },
    { vm: 'VM1', handle: firstHandle + 1 },
  ];
  const running = { ...one, vcpu: 0 };
  return [
    ...hostPages,
    ...linuxVm(one, 0, true),
    ask('donate_guest', { page: 'P1', gfn }),
    ask('donate_guest', { page: 'C0', gfn: codeGfn }),
    ...guestSteps(running),
    ask('guest_hyp_meminfo', running),
    ask('guest_call', { ...running, function: guestFunctions.FEATURES }),
    ask('guest_instruction', { ...running, instruction: 'MRS ID_AA64PFR0_EL1' }),
    ask('guest_read_pair', { ...running, gfn, ...word }),
    ask('guest_atomic', { ...running, gfn, ...word }),
    ask('guest_fetch', { ...running, gfn }),
    ask('guest_read', { ...running, gfn: other, ...word }),
    ask('vcpu_in_poison_fault'),
    ask('force_reclaim_guest_page', { page: 'P1' }),
    ask('vcpu_sync_state'),
    ask('tlb_flush_vmid', one),
    ask('vcpu_put'),
    ...linuxVm(two, 1, false),
    ask('share_guest', { page: 'P2', gfn, nr: 1, prot: 11 }),
    ask('relax_perms', { gfn, prot: 15 }),
    ask('wrprotect', { ...two, gfn, nr: 1 }),
    ask('test_clear_young', { ...two, gfn, nr: 1, mkold: true }),
    ask('mkyoung', { gfn }),
    ask('unshare_guest', { ...two, gfn, nr: 1 }),
    ask('start_teardown_vm', one),
    ask('reclaim_dying_guest_page', { ...one, gfn: codeGfn }),
    ask('finalize_teardown_vm', one),
    ask('reserve_vm'),
    ask('unreserve_vm', { ...one, vm: 'VM2' }),
    ask('hypercall', { id: 0, args: [] }),
    ask('host_smc', { smc: 'PSCI_VERSION' }),
    ask('ffa_share', { page: 'P3', offset: 0, descriptor: 'well-formed', refused: false }),
    ask('secure_write', { page: 'P3', ...word, value: '0x2a' }),
    ask('secure_read', { page: 'P3', ...word }),
    ask('secure_return', { page: 'P3' }),
    ask('ffa_reclaim', { page: 'P3' }),
    ask('ffa_rxtx_unmap', { caller: 0 }),
    ask('ffa_rxtx_map', { tx: 'P4', rx: 'P5', pages: 1, txOffset: 0, rxOffset: 0 }),
    ask('ffa_lend', { page: 'P3', offset: 0, descriptor: 'well-formed', refused: false }),
  ];
};

const ownershipStory = (): Question[] => {
  const [one, two] = [{ handle: firstHandle }, { handle: firstHandle + 1 }];
  return [
    ...hostPages,
    ask('init_vm', { ...one, protected: true }),
    ask('donate_guest', { ...one, page: 'P1', gfn }),
    ...guestSteps(one),
    ask('init_vm', { ...two, protected: false }),
    ask('share_guest', { ...two, page: 'P2', gfn }),
    ask('unshare_guest', { ...two, gfn }),
    ask('start_teardown_vm', one),
    ask('reclaim_dying_guest_page', { ...one, gfn }),
    ask('finalize_teardown_vm', one),
  ];
};

export function storyOf(profile: Profile): Story {
  const questions = profile.compares === 'ownership' ? ownershipStory() : linuxStory();
  const calls = [...profile.rules.keys()];
  const features = { ipaBits: 48, hardwareAccessFlag: true };
  const description = { target, profile: profile.name, calls };
  const header = campaignHeader(
    profile.compares === 'ownership' ? description : { ...description, sizes, features },
    profile,
  );
  const survey = new Survey();
  questions.forEach((question, i) => survey.add({ i, ...question, answer: {} }));
  const checker = new TranscriptChecker(settingOf(header, survey, profile));
  return { header, examples: questions.map((question) => checker.expect(question)) };
}
