/**
 * Features on which answers depend and that a hypervisor need not use although the CPU has them: asked of the machine,
 * by what its guests see.
 */
import type { Answer, TranscriptHeader } from '../../spec/transcript.ts';
import type { Question } from '../../spec/target.ts';
import type { Features, Installed } from './installed.ts';
import { SetupProblem } from './packages.ts';
import { LinuxPkvm } from './target.ts';

const gfn = 64;
const vcpu = 0;
const readAndExecute = 0b1011;
const listPages = 8;

/** What was learnt of a release, with what its snapshot shows beyond that. */
export async function probed(installed: Installed): Promise<Features> {
  const { features } = installed;
  const hardwareAccessFlag = await marksYoung(installed);
  if (features.features === undefined || hardwareAccessFlag === undefined) return features;
  return { ...features, features: { ...features.features, hardwareAccessFlag } };
}

/** Whether the machine makes a mapping young by itself: a guest uses one that was made old, if any can be made old. */
async function marksYoung(installed: Installed): Promise<boolean | undefined> {
  const { calls } = installed.features;
  const needed = ['__pkvm_reserve_vm', '__pkvm_vcpu_load', '__pkvm_host_test_clear_young_guest'];
  if (!needed.every((name) => name in calls)) return undefined;
  const target = new LinuxPkvm(installed);
  try {
    const header = headerFor(installed);
    await target.open(header);
    const reserved = await ask(target, [...shared(header, 'KVM'), ['reserve_vm', {}]]);
    const handle = Number(reserved['ret']);
    const first = await ask(target, [...runnable(header, handle), guestReads(handle)]);
    if (!('value' in first)) throw unclear(first);
    const aged = await ask(target, [['test_clear_young', { handle, gfn, nr: 1, mkold: true }], guestReads(handle)]);
    if ('value' in aged) return true;
    if (aged['fault'] === 'access_flag') return false;
    throw unclear(aged);
  } finally {
    await target.close();
  }
}

type Asked = readonly [op: string, args: Question['args']];

/** The answer to the last. */
async function ask(target: LinuxPkvm, asked: readonly Asked[]): Promise<Answer> {
  const answers = await target.answerAll(asked.map(([op, args]) => ({ op, args })));
  return answers.at(-1) ?? {};
}

function headerFor({ features: { target, profile, sizes, features } }: Installed): TranscriptHeader {
  const { kvmPages = 1, vcpuPages = 1, hypVmPages = 1, hypVcpuPages = 1, pgdPages = 1 } = sizes ?? {};
  const blocks = { KVM: kvmPages, VCPU: vcpuPages, HVM: hypVmPages, HVCPU: hypVcpuPages, PGD: pgdPages, MC: listPages };
  return { target, profile, sizes, features, pages: ['CODE'], blocks, specialPages: {}, guestStubGfn: gfn };
}

const shared = ({ blocks }: TranscriptHeader, block: string): Asked[] =>
  Array.from({ length: blocks[block] ?? 0 }, (_, i) => ['host_share_hyp', { page: `${block}+${i}` }]);

/** A non-protected VM is made and loaded, and its code lies at the frame. */
const runnable = (header: TranscriptHeader, handle: number): Asked[] => [
  ['init_vm', { kvm: 'KVM+0', handle, nrVcpus: 1, protected: false, idRegs: true, vmMem: 'HVM+0', pgd: 'PGD+0' }],
  ...shared(header, 'VCPU'),
  ['init_vcpu', { handle, hostVcpu: 'VCPU+0', index: vcpu, mem: 'HVCPU+0' }],
  ['host_load_stub', { page: 'CODE' }],
  ['topup_memcache', { handle, vcpu, first: 'MC+0', pages: listPages }],
  ['vcpu_load', { handle, index: vcpu }],
  ['share_guest', { page: 'CODE', gfn, nr: 1, prot: readAndExecute }],
];

const guestReads = (handle: number): Asked => ['guest_read', { handle, vcpu, gfn, offset: 0 }];

const unclear = (answer: Answer): SetupProblem =>
  new SetupProblem(
    `whether the machine makes mappings young by itself is not clear: a guest's load is answered ${JSON.stringify(answer)}`,
  );
