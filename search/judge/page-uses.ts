/**
 * What pages serve for, one after the other: what a call that ended or was refused has left in a page, in a record or
 * on a list shows when the page is used again, as something else.
 */
import { done } from '../../spec/transition-system.ts';
import type { CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import { none } from '../../spec/config.ts';
import type { Sizes } from '../../spec/config.ts';
import { pageStates, uses } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import type { State } from '../../spec/state.ts';
import type { Args } from '../../spec/language/run.ts';

export const purposes = [
  'structure of a VM',
  'structure of a vCPU',
  'root table',
  'table',
  'page of a guest',
  'page lent to a guest',
  'page lent to the hypervisor',
  "pinned structure of the host's",
] as const;
export type Purpose = (typeof purposes)[number];
const numberOf = (purpose: Purpose): number => purposes.indexOf(purpose);

/** A call takes pages for a purpose: the one that an argument names, or so many from there on. */
interface Taker {
  readonly call: string;
  readonly argument: string;
  readonly purpose: Purpose;
  readonly size?: keyof Sizes;
}
export const takers: readonly [Taker, ...Taker[]] = [
  { call: 'init_vm', argument: 'vmMem', purpose: 'structure of a VM', size: 'hypVmPages' },
  { call: 'init_vm', argument: 'pgd', purpose: 'root table', size: 'pgdPages' },
  { call: 'init_vm', argument: 'kvm', purpose: "pinned structure of the host's", size: 'kvmPages' },
  { call: 'init_vcpu', argument: 'mem', purpose: 'structure of a vCPU', size: 'hypVcpuPages' },
  { call: 'init_vcpu', argument: 'hostVcpu', purpose: "pinned structure of the host's", size: 'vcpuPages' },
  { call: 'topup_memcache', argument: 'first', purpose: 'table' },
  { call: 'donate_guest', argument: 'page', purpose: 'page of a guest' },
  { call: 'share_guest', argument: 'page', purpose: 'page lent to a guest' },
  { call: 'host_share_hyp', argument: 'page', purpose: 'page lent to the hypervisor' },
];

/** What a page was: it served for a purpose until that ended, or a call that was refused wanted it to. */
const formers = [
  ...purposes.map((purpose) => `was a ${purpose}`),
  ...purposes.map((purpose) => `was refused as a ${purpose}`),
];
export const reuseCount = formers.length * purposes.length;

/** The number of a pair. */
export const reuseOf = (former: number, now: Purpose): number => former * purposes.length + numberOf(now);

/** The words of a former purpose and a present one, by the number of the pair. */
export const reuseName = (pair: number): string =>
  `${formers[Math.floor(pair / purposes.length)] ?? ''}, is a ${purposes[pair % purposes.length] ?? ''}`;

/** Which pairs were met, and which could have been. */
export interface ReusesSeen {
  readonly seen: readonly string[];
  readonly unseen: readonly string[];
}

/** Not named by the call that takes it, or not refused while it is the host's own. */
const neverRefused: readonly Purpose[] = ['table', 'page lent to the hypervisor'];

/** The pairs that there can be with these calls. */
export function possibleReuses({ config }: TransitionSystem, known: ReadonlySet<string>): number[] {
  const isKnown = (wanted: Purpose): boolean =>
    takers.some(({ call, purpose }) => purpose === wanted && known.has(call));
  const hasPages = config.sizes.hypVmPages > 0;
  const all = purposes.filter((one) => isKnown(one) && (hasPages || numberOf(one) > numberOf('table')));
  const ended = all.map(numberOf);
  const refused = all.filter((one) => !neverRefused.includes(one)).map((one) => purposes.length + numberOf(one));
  return [...ended, ...refused].flatMap((former) => all.map((now) => former * purposes.length + numberOf(now)));
}

const watched: readonly FieldName[] = ['use', 'ownerVm', 'shares', 'pins', 'hyp'];
const [metadata, stage2] = [uses.indexOf('METADATA'), uses.indexOf('STAGE2')];
const pinned = numberOf("pinned structure of the host's");
const lent = numberOf('page lent to the hypervisor');
const borrowed = pageStates.indexOf('SHARED_BORROWED');

export interface PageUsesSaved {
  readonly now: Int8Array;
  readonly former: Int8Array;
  readonly unpinned: readonly number[];
}

export class PageUses {
  private readonly system: TransitionSystem;
  private readonly now: Int8Array;
  private readonly former: Int8Array;
  /** Pages that are pinned no longer, and still lent to the hypervisor. */
  private readonly unpinned = new Set<number>();
  /** Pairs that were met. */
  readonly met = new Set<number>();

  constructor(system: TransitionSystem) {
    this.system = system;
    this.now = new Int8Array(system.config.pages.length).fill(none);
    this.former = new Int8Array(system.config.pages.length).fill(none);
  }

  /** What pages serve for and were, to be put back with `restore`. */
  save(): PageUsesSaved {
    return { now: this.now.slice(), former: this.former.slice(), unpinned: [...this.unpinned] };
  }

  restore({ now, former, unpinned }: PageUsesSaved): void {
    this.now.set(now);
    this.former.set(former);
    this.unpinned.clear();
    for (const page of unpinned) this.unpinned.add(page);
  }

  /** Pages that have served or were to serve, and now serve for nothing; with the number of what they were. */
  idle(): readonly (readonly [page: number, former: number])[] {
    return [...this.former].flatMap((former, page) =>
      former !== none && this.now[page] === none ? [[page, former] as const] : [],
    );
  }

  /** Pages that have served or were to serve, and can serve again: for nothing now, or lent to the hypervisor. */
  free(): readonly number[] {
    const isFree = (now: number): boolean => now === none || now === lent;
    return [...this.former.keys()].filter((page) => this.former[page] !== none && isFree(this.now[page] ?? none));
  }

  /** Told of a call before what it changed is settled. Gives the pairs that it has brought about. */
  note({ rule, names }: CompiledRule, args: Args, state: State, guard: number): readonly number[] {
    const pairs = [...this.changed(state)].flatMap((page) => this.change(page, this.purposeOf(page, state, rule.call)));
    if (guard !== done) names.forEach((name, i) => this.refuse(rule.call, name, args[i + 1] ?? none));
    for (const pair of pairs) this.met.add(pair);
    return pairs;
  }

  private *changed({ journal, written, layout: { base, size } }: State): Generator<number> {
    for (let i = 0; i < written; i += 2) {
      const cell = journal[i] ?? none;
      const field = watched.find((one) => cell >= base[one] && cell < base[one] + size[one]);
      if (field !== undefined) yield cell - base[field];
    }
  }

  private purposeOf(page: number, state: State, call: string): number {
    const { base } = state.layout;
    const at = (field: FieldName): number => state.at(base[field] + page);
    const before = this.now[page] ?? none;
    if (at('use') !== 0 && before !== none) return before;
    if (at('use') === metadata) return numberOf(call === 'init_vm' ? 'structure of a VM' : 'structure of a vCPU');
    if (at('use') === stage2) return numberOf(call === 'init_vm' ? 'root table' : 'table');
    if (at('ownerVm') !== none) return numberOf('page of a guest');
    if (at('shares') > 0) return numberOf('page lent to a guest');
    if (at('pins') > 0) return pinned;
    return at('hyp') === borrowed ? numberOf('page lent to the hypervisor') : none;
  }

  private change(page: number, now: number): readonly number[] {
    const before = this.now[page] ?? none;
    if (now === before) return [];
    this.now[page] = now;
    const former = this.former[page] ?? none;
    if (now === none) this.former[page] = this.unpinned.delete(page) ? pinned : before;
    else if (before === pinned) this.unpinned.add(page);
    else if (former !== none) return [former * purposes.length + now];
    return [];
  }

  private refuse(call: string, name: string, first: number): void {
    const { pages, sizes } = this.system.config;
    const taker = takers.find((one) => one.call === call && one.argument === name);
    if (taker === undefined || neverRefused.includes(taker.purpose)) return;
    const { purpose, size } = taker;
    for (let page = first; page < first + (size === undefined ? 1 : sizes[size]); page++) {
      const isMemory = pages[page]?.kind === 'memory';
      if (isMemory && this.now[page] === none) this.former[page] = purposes.length + numberOf(purpose);
    }
  }
}
