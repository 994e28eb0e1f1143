/** Recipes for what the host shares with the non-protected VM whose vCPU is loaded. */
import { none } from '../../../spec/config.ts';
import type { Question } from '../../../spec/target.ts';
import { firstHandle } from '../calls.ts';
import type { TranscriptChecker } from '../check.ts';
import type { Choices } from '../write.ts';
import type { Turn } from './turn.ts';
import { blockGfns, dataPages, pageGfns, wholeBlock } from './scope.ts';

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
