/** Recipes for what the host shares with a VM that is not protected. */
import { none, protAll } from '../../../spec/config.ts';
import { lives } from '../../../spec/fields.ts';
import { MAPPING } from '../../../properties/view.ts';
import type { Question } from '../../../spec/target.ts';
import { firstHandle } from '../calls.ts';
import type { TranscriptChecker } from '../check.ts';
import type { Choices } from '../write.ts';
import type { Turn } from './turn.ts';
import { beyondGfn, blockGfns, blocksOf, codeGfn, codePages, dataPages, pageGfns, sets, wholeBlock } from './scope.ts';

/** Permissions to read, with and without those to execute. */
const readOnly = [8, 11] as const;
/** With fewer pages on its list, the host fills it. */
const fewTables = 4;

/** The VM that has a slot now, as arguments name it. */
export function vmAt(checker: TranscriptChecker, slot: number): { vm: string | null; handle: number } {
  const handle = firstHandle + slot;
  return { vm: checker.vmName(handle), handle };
}

const ask =
  (op: string, args: Question['args']): Turn =>
  () => ({ op, args });
const oneOf = <T>(choices: Choices, values: readonly T[]): T => values[choices.below(values.length)] as T;

/** A vCPU as arguments name it. */
export interface Runner {
  readonly vm: ReturnType<typeof vmAt>;
  readonly vcpu: number;
}

/** The one that is loaded, or else any whose VM lives, of this kind; nothing where there is none. */
export function livingVcpu(
  checker: TranscriptChecker,
  choices: Choices,
  isOfKind: (slot: number) => boolean,
): number | undefined {
  const { vcpus } = checker.system.config;
  const fits = (vcpu: number): boolean => {
    const slot = Math.floor(vcpu / vcpus);
    const isLive = lives[checker.cell('life', slot)] === 'LIVE';
    return isLive && isOfKind(slot) && checker.cell('present', vcpu) === 1;
  };
  const loaded = checker.cell('loaded', 0);
  if (loaded !== none && fits(loaded)) return loaded;
  const all = Array.from({ length: sets.length * vcpus }, (_, vcpu) => vcpu).filter(fits);
  return all.length === 0 ? undefined : oneOf(choices, all);
}

export function runnerAt(checker: TranscriptChecker, at: number): Runner {
  const { vcpus } = checker.system.config;
  return { vm: vmAt(checker, Math.floor(at / vcpus)), vcpu: at % vcpus };
}

/** A CPU for it, and pages for its tables. */
export function makeReady(checker: TranscriptChecker, choices: Choices, at: number): Turn[] {
  const { vm, vcpu } = runnerAt(checker, at);
  const load = [ask('vcpu_put', {}), ask('vcpu_load', { ...vm, index: vcpu })];
  const list = blocksOf(oneOf(choices, sets), vcpu).list;
  const fill = ask('topup_memcache', { ...vm, vcpu, first: `${list}+${8 * choices.below(4)}`, pages: 8 });
  const isLoaded = checker.cell('loaded', 0) === at;
  return [...(isLoaded ? [] : load), ...(checker.cell('listLength', at) < fewTables ? [fill] : [])];
}

/** Whatever else it lacks to run its code: the code itself, or the permission to execute it. */
function makeRunnable(checker: TranscriptChecker, choices: Choices, at: number): Turn[] {
  const { vcpus, gfns } = checker.system.config;
  const mapping = Math.floor(at / vcpus) * gfns.length + (checker.names.gfns.get(codeGfn) ?? 0);
  const isMapped = checker.cell('mapping', mapping) !== MAPPING.NOPAGE;
  // Where the target has no code for guests, it has no pages for it.
  const known = codePages.filter((name) => checker.names.pages.has(name));
  const page = known.length === 0 ? undefined : oneOf(choices, known);
  const share =
    page === undefined
      ? []
      : [ask('host_load_stub', { page }), ask('share_guest', { page, gfn: codeGfn, nr: 1, prot: protAll })];
  const ready = makeReady(checker, choices, at);
  return [...ready, ...(isMapped ? [ask('relax_perms', { gfn: codeGfn, prot: protAll })] : share)];
}

/** One of the recipes below for a VM that is not protected, once it can run; nothing where there is none. */
export function shareWithVm(checker: TranscriptChecker, choices: Choices, canAge: boolean): Turn[] {
  const at = livingVcpu(checker, choices, (slot) => checker.cell('protected', slot) === 0);
  if (at === undefined) return [];
  const runner = runnerAt(checker, at);
  const recipes = [shareBlock, shareForReading, shareForReading, ...(canAge ? [letAge] : [])];
  return [...makeRunnable(checker, choices, at), ...oneOf(choices, recipes)(runner, choices)];
}

/** A block is shared as one; then the host asks for a page of it back, and later for all. */
function shareBlock({ vm }: Runner, choices: Choices): Turn[] {
  const gfn = oneOf(choices, blockGfns);
  const unshare = (nr: number): Turn => ask('unshare_guest', { ...vm, gfn, nr });
  return [
    unshare(1),
    ask('share_guest', { page: `${wholeBlock}+0`, gfn, nr: 512, prot: protAll }),
    unshare(1),
    unshare(512),
  ];
}

/**
 * A page is shared for reading; the guest stores to it before its permissions are relaxed, after that, and once they
 * are taken away.
 */
function shareForReading({ vm, vcpu }: Runner, choices: Choices): Turn[] {
  const gfn = oneOf(choices, pageGfns);
  const store: Turn = () => ({ op: 'guest_write', args: { ...vm, vcpu, gfn, offset: 0, value: choices.word() } });
  return [
    ask('unshare_guest', { ...vm, gfn, nr: 1 }),
    ask('share_guest', { page: oneOf(choices, dataPages), gfn, nr: 1, prot: oneOf(choices, readOnly) }),
    store,
    ask('relax_perms', { gfn, prot: oneOf(choices, readOnly) }),
    store,
    ask('relax_perms', { gfn, prot: protAll }),
    store,
    ask('wrprotect', { ...vm, gfn, nr: 1 }),
    store,
  ];
}

/**
 * What the guest runs is made old, and with it what it is about to reach: where nothing makes it young, each step stops.
 * Before the guest runs the host makes the page young and looks: a CPU could make it so by itself.
 */
function letAge({ vm, vcpu }: Runner, choices: Choices): Turn[] {
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
  const young = (frame: number): Turn => ask('mkyoung', { gfn: frame });
  const share = ask('share_guest', { page: oneOf(choices, dataPages), gfn, nr: 1, prot: protAll });
  const aged = [...age(gfn), young(gfn), ...age(gfn), ...age(codeGfn)];
  return [share, ...aged, ...steps, young(codeGfn), ...steps];
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
