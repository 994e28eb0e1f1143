/** Scenes in which one CPU writes into the host's structures what a call on the other reads of them. */
import type { EventTargetDescription, Question } from '../../spec/target.ts';
import { blocksOf } from '../conformance/campaign/scope.ts';
import { call, guestReads, handles, hostReads, initVcpu, initVm, loaded, on, planned, sharedVcpu } from './calls.ts';
import type { Sizes } from './calls.ts';
import type { PairScene } from './scenes.ts';
import { ofVm, resting, siblings, unmade } from './ways.ts';

type Fields = NonNullable<EventTargetDescription['hostFields']>;

const pageBytes = 4096;
const wordBytes = 8;

/** The word at the offset becomes that. */
export const storeAt = (block: string, offset: number, value: string): Question =>
  call('host_write', { page: `${block}+${Math.floor(offset / pageBytes)}`, offset: offset % pageBytes, value });

/** What stands at the offset becomes that number, and the rest of its word zero. */
function writes(block: string, offset: number, value: bigint): Question {
  const inWord = offset % wordBytes;
  return storeAt(block, offset - inWord, `0x${(value << BigInt(8 * inWord)).toString(16)}`);
}

/** Of 64 bits, that nothing is to come of: no address that there is, and every flag. */
const wild = 2n ** 64n - 1n;
/** Not read, or in the rules without effect: of a VM that is made, of a vCPU that is made, and of one that runs. */
const withoutEffect = {
  vm: ['arch.mmu.pgd_phys', 'arch.mmu.pgt', 'arch.mmu.vtcr', 'arch.mmu.arch', 'arch.midr_el1', 'arch.ctr_el0'],
  vcpu: ['arch.hw_mmu', 'arch.hcrx_el2', 'arch.mdcr_el2', 'arch.sve_state', 'arch.ctxt.vncr_array'],
  running: [
    ...['kvm', 'arch.hw_mmu', 'arch.hcrx_el2', 'arch.ctxt.__hyp_running_vcpu', 'arch.ctxt.vncr_array'],
    ...['arch.vsesr_el2', 'arch.sve_state', 'arch.timer_cpu.timers', 'arch.pmu.events.events_host'],
    ...['arch.reset_state.pc', 'arch.pkvm_memcache.mapping'],
  ],
  ending: ['arch.pkvm.teardown_mc', 'arch.pkvm.stage2_teardown_mc'].flatMap((list) => [
    `${list}.head`,
    `${list}.nr_pages`,
  ]),
} as const;

/** `hostFields`: where a target says that the fields of its structures lie. */
export function writtenScenes(sizes: Sizes, hostFields: Fields): PairScene[] {
  const { kvm } = blocksOf(0);
  const { hostVcpu } = blocksOf(0, 0);
  const inKvm = (path: string, value: bigint): Question[] =>
    hostFields.kvm[path] === undefined ? [] : [writes(kvm, hostFields.kvm[path], value)];
  const inVcpu = (path: string, value: bigint): Question[] =>
    hostFields.kvm_vcpu[path] === undefined ? [] : [writes(hostVcpu, hostFields.kvm_vcpu[path], value)];
  const asked = { vm: 0, protected: true, vcpus: 1 } as const;
  const ends = [ofVm('start_teardown_vm'), ofVm('finalize_teardown_vm'), hostReads('P0')];
  const scenes: PairScene[] = [
    {
      name: 'what the host writes of a VM',
      prelude: [...planned(0, sizes), ...sharedVcpu(0, 0, sizes), ...sharedVcpu(0, 1, sizes)],
      calls: [
        [initVm(asked)],
        [
          ...inKvm('created_vcpus', 0n),
          ...inKvm('created_vcpus', 2n),
          ...inKvm('arch.pkvm.handle', BigInt(handles[1])),
          ...inKvm('arch.pkvm.is_protected', 0n),
          ...withoutEffect.vm.flatMap((path) => inKvm(path, wild)),
        ],
      ],
      instead: [
        initVm({ ...asked, vcpus: 0 }),
        initVm({ ...asked, vcpus: 2 }),
        { ...initVm(asked), args: { ...initVm(asked).args, handle: handles[1] } },
        initVm({ ...asked, protected: false }),
      ],
      after: [initVcpu(0, 0), initVcpu(0, 1), ...ends],
    },
    {
      name: 'what the host writes of a vCPU',
      prelude: unmade(sizes),
      calls: [
        [initVcpu(0, 0)],
        [...inVcpu('vcpu_idx', 1n), ...withoutEffect.vcpu.flatMap((path) => inVcpu(path, wild))],
      ],
      instead: [initVcpu(0, 1, 0)],
      after: [loaded(0, 1), call('vcpu_put'), loaded(0, 0), call('vcpu_put'), ...ends],
    },
    {
      name: 'what the host writes of a vCPU that runs',
      prelude: siblings(sizes),
      calls: [
        [guestReads({}), [guestReads({}), guestReads({})]],
        [
          ...inVcpu('arch.hcr_el2', 0n),
          ...inVcpu('arch.debug_owner', 1n),
          ...inVcpu('arch.vgic_cpu.vgic_v3.used_lrs', 0xffn),
          ...withoutEffect.running.flatMap((path) => inVcpu(path, wild)),
        ],
      ],
      after: [guestReads({}), on(1, guestReads({ vcpu: 1 })), hostReads('P0')],
    },
    {
      name: 'what the host writes of a VM that ends',
      prelude: [...resting(sizes), ofVm('start_teardown_vm')],
      calls: [[ofVm('finalize_teardown_vm')], withoutEffect.ending.flatMap((path) => inKvm(path, wild))],
      after: [hostReads('P0'), hostReads('P1'), ofVm('finalize_teardown_vm')],
    },
  ];
  return scenes.filter(({ calls }) => calls[1].length > 0);
}
