/** Recipes for what the host shares with the non-protected VM whose vCPU is loaded. */
import { none } from '../../../spec/config.ts';
import type { Question } from '../../../spec/target.ts';
import { firstHandle } from '../calls.ts';
import type { TranscriptChecker } from '../check.ts';
import type { Choices } from '../write.ts';
import type { Turn } from './turn.ts';
import { beyondGfn, blockGfns, codeGfn, dataPages, pageGfns, wholeBlock } from './scope.ts';

/** Permissions to read, with and without those to execute. */
const readOnly = [8, 11] as const;

/** The VM that has a slot now, as arguments name it. */
export function vmAt(checker: TranscriptChecker, slot: number): { vm: string | null; handle: number } {
  const handle = firstHandle + slot;
  return { vm: checker.vmName(handle), handle };
}

/** A vCPU of a non-protected VM is loaded. */
export function runsUnprotected(checker: TranscriptChecker): boolean {
  const vcpu = checker.cell('loaded', 0);
  return vcpu !== none && checker.cell('protected', Math.floor(vcpu / checker.system.config.vcpus)) === 0;
}

const ask =
  (op: string, args: Question['args']): Turn =>
  () => ({ op, args });
const oneOf = <T>(choices: Choices, values: readonly T[]): T => values[choices.below(values.length)] as T;

/** A block is shared as one; then the host asks for a page of it back, and later for all. */
export function shareBlock(checker: TranscriptChecker, choices: Choices): Turn[] {
  const vm = vmAt(checker, Math.floor(checker.cell('loaded', 0) / checker.system.config.vcpus));
  const gfn = oneOf(choices, blockGfns);
  const unshare = (nr: number): Turn => ask('unshare_guest', { ...vm, gfn, nr });
  return [
    unshare(1),
    ask('share_guest', { page: `${wholeBlock}+0`, gfn, nr: 512, prot: 15 }),
    unshare(1),
    unshare(512),
  ];
}

/** A page is shared for reading; the guest writes to it before and after its permissions change. */
export function shareForReading(checker: TranscriptChecker, choices: Choices): Turn[] {
  const { vcpus } = checker.system.config;
  const loaded = checker.cell('loaded', 0);
  const vm = vmAt(checker, Math.floor(loaded / vcpus));
  const gfn = oneOf(choices, pageGfns);
  const target = { ...vm, vcpu: loaded % vcpus, gfn, offset: 0 };
  const write: Turn = () => ({ op: 'guest_write', args: { ...target, value: choices.word() } });
  return [
    ask('unshare_guest', { ...vm, gfn, nr: 1 }),
    ask('share_guest', { page: oneOf(choices, dataPages), gfn, nr: 1, prot: oneOf(choices, readOnly) }),
    write,
    ask('relax_perms', { gfn, prot: oneOf(choices, [...readOnly, 15]) }),
    write,
    ask('wrprotect', { ...vm, gfn, nr: 1 }),
    write,
  ];
}

/** What the guest runs is made old, and with it what it is about to reach: where nothing makes it young, each step stops. */
export function letAge(checker: TranscriptChecker, choices: Choices): Turn[] {
  const { vcpus } = checker.system.config;
  const loaded = checker.cell('loaded', 0);
  const vm = vmAt(checker, Math.floor(loaded / vcpus));
  const vcpu = loaded % vcpus;
  const gfn = oneOf(choices, pageGfns);
  const test = (frame: number, mkold: boolean): Turn => ask('test_clear_young', { ...vm, gfn: frame, nr: 1, mkold });
  // To look leaves it as it is; twice to age it: nothing used what was made old in between.
  const age = (frame: number): Turn[] => [test(frame, false), test(frame, true), test(frame, true)];
  const steps: Turn[] = [
    ask('guest_read', { ...vm, vcpu, gfn, offset: 0 }),
    () => ({ op: 'guest_write', args: { ...vm, vcpu, gfn, offset: 0, value: choices.word() } }),
    ask('guest_mem_share', { ...vm, vcpu, gfn }),
    ask('guest_mem_unshare', { ...vm, vcpu, gfn }),
    ask('guest_hyp_meminfo', { ...vm, vcpu }),
  ];
  const young: Turn = ask('mkyoung', { gfn: codeGfn });
  return [...age(gfn), ...age(codeGfn), ...steps, young, ...steps];
}

/** Pages and frames of which some can be mapped, and each other is refused by another guard. */
const mappable = ['P0', 'P1', 'MMIO0', 'LAST0', 'WRAP0', 'KVM0+0', 'B0+1'] as const;
const mappedAt = [...pageGfns, blockGfns[0], beyondGfn, beyondGfn + 1] as const;

/** The page on top of the loaded vCPU's list is the host's own no more: nothing can be mapped until it is again. */
export function breakList(checker: TranscriptChecker, choices: Choices): Turn[] {
  const top = checker.cell('listTop', checker.cell('loaded', 0));
  const page = checker.system.config.pages[top]?.name;
  const known = mappable.filter((name) => checker.names.pages.has(name));
  if (page === undefined) return [];
  const maps = Array.from({ length: 6 }, (): Turn => {
    const args = { page: oneOf(choices, known), gfn: oneOf(choices, mappedAt) };
    const more = { nr: oneOf(choices, [1, 1, 2, 512]), prot: oneOf(choices, [15, 15, 16]) };
    return choices.below(2) === 0 ? ask('donate_guest', args) : ask('share_guest', { ...args, ...more });
  });
  return [ask('host_share_hyp', { page }), ...maps, ask('host_unshare_hyp', { page })];
}
