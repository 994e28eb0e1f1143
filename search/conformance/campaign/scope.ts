/** The scope of a campaign: what a real target is asked about, and which arguments are worth passing to it. */
import type { EventTargetDescription } from '../../../spec/target.ts';
import type { SpecialKind, SpecialPage, TranscriptHeader } from '../../../spec/transcript.ts';
import { none } from '../../../spec/config.ts';
import type { GfnShape } from '../../../spec/config.ts';
import type { Offers } from '../../generate/generator.ts';
import { Survey, codeOffsets } from '../survey.ts';
import type { Names } from '../survey.ts';
import type { TransitionSystem } from '../../../spec/transition-system.ts';
import type { Profile } from '../../../spec/profile.ts';
import { largest } from '../calls.ts';
import { isOfOwnership } from '../check.ts';
import type { TranscriptChecker } from '../check.ts';

/** Sets of memory for one VM each; VMs use them in turn. */
export const sets = [0, 1, 2] as const;
const vcpusPerVm = 2;
export const codeGfn = 64;
export const dataPages = Array.from({ length: 8 }, (_, i) => `P${i}`);
export const codePages = ['C0', 'C1', 'C2'];
const listPages = 32;
const blockPages = 512;
/** A block that is offered for nothing but to be shared as one; of B0 some page mostly has another use. */
export const wholeBlock = 'B1';
/** Frames that a block can lie at. */
export const blockGfns = [512, 1024] as const;
export const tableSize = 255;

/** Frames that lie in no block that is shared. */
export const pageGfns = [256, 257, 258] as const;
export const nearGfns = [...pageGfns, 511, 512, 513, 1024, 0x40000];
export const aliasGfn = 2 ** 52 + 256;
export const beyondGfn = 2 ** 40;
/** On both sides of where a table, 40 bits and 48 bits end; the last frame of all, and one beyond that heads no block. */
const edgeGfns = [0, 2 ** 18 - 1, 2 ** 27, 2 ** 28 - 1, 2 ** 28, 2 ** 36 - 1, 2 ** 36, beyondGfn + 1, 2 ** 52 - 1];
/** A number that only the highest bit tells from 0. */
const highestBit = 2 ** 63;
/** How many pages are mapped as one: rightly, next to that, and a number whose size in bytes wraps. */
const counts = [1, 512, 2, 0, 511, 513, largest];
/** Next to how many vCPUs a VM is made for here, next to how many one can have at all, and the largest number. */
const indexes = [0, 1, 2, 511, 512, largest];
const lastWord = 4088;

const powerOfTwo = (pages: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, pages)));

/** Names of the blocks of one set. */
export const blocksOf = (set: number, vcpu = 0) => ({
  kvm: `KVM${set}`,
  vmMem: `HVM${set}`,
  pgd: `PGD${set}`,
  hostVcpu: `VCPU${set}.${vcpu}`,
  mem: `HVCPU${set}.${vcpu}`,
  list: `MC${set}.${vcpu}`,
});

function blocks(description: EventTargetDescription): Record<string, number> {
  const { sizes, calls } = description;
  if (!sizes || !calls.includes('init_vm')) return {};
  // Each block can be offered in place of another, as a wrong argument.
  const size = (...names: string[]): number => powerOfTwo(Math.max(...names.map((name) => sizes[name] ?? 1)));
  const ofVm = size('kvmPages', 'hypVmPages', 'pgdPages');
  const ofVcpu = size('vcpuPages', 'hypVcpuPages');
  const all: Record<string, number> = calls.includes('share_guest') ? { B0: blockPages, [wholeBlock]: blockPages } : {};
  for (const set of sets) {
    const { kvm, vmMem, pgd } = blocksOf(set);
    Object.assign(all, { [kvm]: ofVm, [vmMem]: ofVm, [pgd]: size('pgdPages') });
    for (let vcpu = 0; vcpu < vcpusPerVm; vcpu++) {
      const { hostVcpu, mem, list } = blocksOf(set, vcpu);
      Object.assign(all, { [hostVcpu]: ofVcpu, [mem]: ofVcpu, [list]: listPages });
    }
  }
  return all;
}

/** Pages of the hypervisor outside the carve-out: `TEXT0` of its code, `DATA0`, `DATA1`, … of all else. */
function ownPages({
  ownPages: { code, data } = { code: 0, data: 0 },
}: EventTargetDescription): TranscriptHeader['specialPages'] {
  const several = (name: string, kind: SpecialKind, count: number): [string, SpecialPage][] =>
    Array.from({ length: count }, (_, i) => [`${name}${i}`, { kind }]);
  return Object.fromEntries([...several('TEXT', 'hypervisor code', code), ...several('DATA', 'hypervisor data', data)]);
}
const ownNames = [0, 1, 2, 3, 4].flatMap((i) => (i === 0 ? ['TEXT0', 'DATA0'] : [`DATA${i}`]));

/** The places that a profile without Linux's interface is not asked about: numbers that reach others modulo 2^64. */
const alias = { WRAP0: { kind: 'alias', of: 'P0', addPfn: '0x10000000000000' } } as const;

export function campaignHeader(description: EventTargetDescription, by?: Profile): TranscriptHeader {
  const { target, profile, sizes, features, calls } = description;
  const ofOwnership = by !== undefined && isOfOwnership(by);
  return {
    target,
    profile,
    pages: [...dataPages, ...(calls.includes('host_load_stub') ? codePages : [])],
    blocks: ofOwnership ? {} : blocks(description),
    specialPages: {
      MMIO0: { kind: 'mmio' },
      CARVE0: { kind: 'hypervisor carve-out' },
      AFTER0: { kind: 'first page after the end of RAM' },
      BEFORE0: { kind: 'last page before the start of RAM' },
      HUGE0: { kind: 'beyond the physical address range' },
      LAST0: { kind: 'last page of the address space' },
      ...(ofOwnership ? {} : alias),
      ...ownPages(description),
    },
    sizes,
    features,
    guestStubGfn: calls.some(runsGuest) && calls.includes('vcpu_load') ? codeGfn : undefined,
  };
}

/** Calls in which a guest runs its code, and those that name a frame. */
const runsGuest = (call: string): boolean => call.startsWith('guest_');
const namesNone = new Set(['guest_hyp_meminfo', 'guest_instruction', 'guest_call']);
const namesFrame = (call: string): boolean => !namesNone.has(call) && (runsGuest(call) || mapCalls.has(call));
const mapCalls = new Set([
  ...['donate_guest', 'share_guest', 'unshare_guest', 'relax_perms', 'wrprotect', 'test_clear_young', 'mkyoung'],
  'reclaim_dying_guest_page',
]);

/** The guest frames and the words of pages that a campaign names; of those at `fieldOffsets` only where fields are. */
export function campaignSurvey(
  description: EventTargetDescription,
  by?: Profile,
  fieldOffsets: readonly number[] = [],
): Survey {
  const survey = new Survey();
  if (description.calls.some(namesFrame)) {
    const odd = by !== undefined && isOfOwnership(by) ? [] : [aliasGfn, highestBit];
    for (const gfn of [...nearGfns, ...edgeGfns, beyondGfn, ...odd]) survey.gfns.add(gfn);
  }
  for (const offset of [lastWord, ...fieldOffsets]) survey.offsets.add(offset);
  survey.vcpus = description.vcpus ?? vcpusPerVm;
  return survey;
}

const times = <T>(count: number, values: readonly T[]): T[] => Array.from({ length: count }, () => values).flat();

/** The pages that a structure fills: the last one has more than it. */
const wholeOf = (pages: number): number[] => Array.from({ length: Math.max(1, pages - 1) }, (_, page) => page);

/**
 * Names of pages to offer, by the name of the argument, or by call and argument. `vcpuState`: pages of the hypervisor's
 * structure of a vCPU.
 */
function pageNames(vcpuState: number): Readonly<Record<string, readonly string[]>> {
  const inSets = (part: keyof ReturnType<typeof blocksOf>, pages: readonly number[]): string[] =>
    sets.flatMap((set) => [0, 1].flatMap((vcpu) => pages.map((page) => `${blocksOf(set, vcpu)[part]}+${page}`)));
  const data = [...dataPages, 'B0+0', 'B0+1', 'B0+511'];
  const whole = [`${wholeBlock}+0`, `${wholeBlock}+1`, `${wholeBlock}+511`];
  const special = ['MMIO0', 'CARVE0', 'AFTER0', 'BEFORE0', 'HUGE0', 'LAST0', 'WRAP0', ...ownNames];
  const structures = [...inSets('kvm', [0, 1]), ...inSets('hostVcpu', [0, 1, 2])];
  const filled = [...inSets('vmMem', [0]), ...inSets('mem', [1]), ...inSets('list', [0, 8, 16, 24])];
  const given = [
    ...inSets('vmMem', [0]),
    ...inSets('mem', wholeOf(vcpuState)),
    ...inSets('pgd', [0]),
    ...inSets('list', [0]),
  ];
  const shareable = [...times(3, data), ...special, ...structures, 'HVM0+0'];
  return {
    page: [...times(3, data), ...codePages, ...special, 'KVM0+0', 'VCPU0.0+0', 'HVM0+0', 'HVCPU0.0+0', 'MC0.0+0'],
    'share_guest.page': [
      ...data,
      ...data,
      'B0+0',
      `${wholeBlock}+0`,
      ...codePages,
      ...times(2, special),
      'KVM0+0',
      'HVM0+0',
    ],
    'host_share_hyp.page': shareable,
    'host_unshare_hyp.page': [...shareable, ...codePages, ...whole],
    'host_read.page': [...times(3, data), ...whole, 'CARVE0', ...ownNames, ...given, 'KVM0+0'],
    'host_write.page': [...times(3, data), ...whole, 'CARVE0', ...ownNames, ...filled],
    'host_load_stub.page': codePages,
    kvm: [...times(2, inSets('kvm', [0])), 'B0+4'],
    vmMem: [...times(2, inSets('vmMem', [0])), 'B0+8', 'KVM0+0'],
    pgd: [...times(2, inSets('pgd', [0])), 'B0+16', 'B0+17', 'HVM0+0'],
    hostVcpu: [...times(2, inSets('hostVcpu', [0])), 'B0+32'],
    mem: [...times(2, inSets('mem', [0])), 'B0+40', 'VCPU0.0+0'],
    first: inSets('list', [0, 8, 16, 24]),
    tx: shareable,
    rx: shareable,
  };
}

/** Where the host chooses the handles of VMs, any would do; these are offered. */
export const namedVms = [0, 1, 2, 3];
const guestAccess = new Set(['guest_read', 'guest_write', 'guest_read_pair', 'guest_atomic', 'guest_fetch']);
/** What a guest's own load can name: a frame within the range, by its own number. */
const isReachable = (gfn: GfnShape | undefined): boolean => gfn?.inRange === true && gfn.frame < 2 ** 52;

/** What is worth drawing is the same for all checkers of a header. */
const offersIn = new WeakMap<Names, Offers>();

/** The arguments worth drawing, as numbers of the checker's configuration. */
export function campaignOffers({ names, system }: TranscriptChecker): Offers {
  const offers = offersIn.get(names) ?? offersOf(names, system);
  offersIn.set(names, offers);
  return offers;
}

function offersOf(names: Names, system: TransitionSystem): Offers {
  const pages = Object.fromEntries(
    Object.entries(pageNames(system.config.sizes.hypVcpuPages)).map(([key, list]) => [
      key,
      list.flatMap((name) => names.pages.get(name) ?? []),
    ]),
  );
  // What the header does not declare is not offered: other pages are, and refused.
  const data = dataPages.flatMap((name) => names.pages.get(name) ?? []);
  const frames = (list: readonly number[]): number[] => list.flatMap((gfn) => names.gfns.get(gfn) ?? []);
  const near = frames([codeGfn, ...nearGfns]);
  const edges = frames([...edgeGfns, beyondGfn, aliasGfn, highestBit]);
  const reachable = [...times(3, near), ...edges.filter((gfn) => isReachable(system.config.gfns[gfn]))];
  const any = [...times(3, near), ...edges];
  const words = [...codeOffsets, lastWord].flatMap((offset) => names.offsets.get(offset) ?? []);
  return (call, name) => {
    const offered = pages[`${call}.${name}`] ?? pages[name];
    if (offered !== undefined) return offered.length > 0 ? offered : data;
    if (name === 'gfn' && system.config.gfns.length > 0) return guestAccess.has(call) ? reachable : any;
    if (name === 'vm' && isOfOwnership(system.profile)) return namedVms;
    if (name === 'vm') return [0, 1, 2, 3, tableSize - 1, tableSize, none];
    // What the hypervisor leaves behind in a structure lies where its fields do.
    if (name === 'word') return call === 'host_read' ? [...times(3, words), ...names.offsets.values()] : words;
    if (name === 'nr') return counts;
    if (name === 'refused' || name === 'rest') return [0, 0, 0, 1];
    if (call === 'vcpu_load' && name === 'index') return indexes;
    return name === 'pages' ? [1, 2, 3, 8] : undefined;
  };
}
