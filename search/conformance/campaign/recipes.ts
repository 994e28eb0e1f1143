/**
 * Sequences of calls that belong together, drawn now and then so that VMs come and go while everything else happens.
 */
import { none } from '../../../spec/config.ts';
import { lives } from '../../../spec/fields.ts';
import { instructions } from '../../../spec/guest-instructions.ts';
import { MAPPING } from '../../../properties/view.ts';
import type { Question } from '../../../spec/target.ts';
import { firstHandle } from '../calls.ts';
import { isOfOwnership } from '../check.ts';
import type { TranscriptChecker } from '../check.ts';
import type { Choices } from '../write.ts';
import type { Turn } from './turn.ts';
import { breakList, shareWithVm, vmAt } from './shares.ts';
import { argumentFor, useOf, wishedReuse } from './reuse.ts';
import { blocksOf, codeGfn, codePages, sets, tableSize } from './scope.ts';
import { rewriteStructures, writeField } from './structures.ts';
import type { FieldPlace } from './structures.ts';

const life = (checker: TranscriptChecker, slot: number): string | undefined => lives[checker.cell('life', slot)];
const mostVms = sets.length;
const crowdsOneIn = 150;
const sharesOneIn = 2;
const breaksOneIn = 6;
const rewritesOneIn = 3;
const reusesOneIn = 3;
const mostExecuted = 5;

const slotsWith = (checker: TranscriptChecker, ...wanted: string[]): number[] =>
  Array.from({ length: mostVms + 1 }, (_, slot) => slot).filter((slot) => wanted.includes(life(checker, slot) ?? ''));

const pagesOf = (block: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${block}+${i}`);

/** The first pages of what a VM and its first vCPU are made of. */
type Other = Partial<Record<'kvm' | 'vmMem' | 'pgd' | 'hostVcpu' | 'mem', string>>;

export class Recipes {
  private readonly checker: TranscriptChecker;
  private readonly choices: Choices;
  private readonly calls: ReadonlySet<string>;
  private readonly places: readonly FieldPlace[];

  constructor(checker: TranscriptChecker, choices: Choices, calls: ReadonlySet<string>, places: readonly FieldPlace[]) {
    this.checker = checker;
    this.choices = choices;
    this.calls = calls;
    this.places = places;
  }

  private has(op: string): boolean {
    return this.calls.has(op) && this.checker.system.rules.has(op);
  }

  private handle(slot: number): ReturnType<typeof vmAt> {
    return vmAt(this.checker, slot);
  }

  /** What comes next: a new VM while there is room, or the end of one. Nothing where no VM can be made. */
  next(): Turn[] {
    const { checker, choices, places } = this;
    if (places.length > 0 && choices.below(rewritesOneIn) === 0) return rewriteStructures(places, checker, choices);
    if (this.has('reserve_vm') && this.has('unreserve_vm') && choices.below(crowdsOneIn) === 0) return this.crowd();
    if (this.has('share_guest') && choices.below(sharesOneIn) === 0) {
      const turns = shareWithVm(checker, choices, this.has('test_clear_young'));
      if (turns.length > 0) return turns;
    }
    if (!this.has('init_vm')) return [];
    const isLoaded = this.has('vcpu_load') && checker.cell('loaded', 0) !== none;
    if (isLoaded && this.has('topup_memcache') && choices.below(breaksOneIn) === 0) return breakList(checker, choices);
    if (isOfOwnership(checker.system.profile)) return this.endNamedVm();
    if (choices.below(reusesOneIn) === 0) {
      const turns = this.useAgain();
      if (turns.length > 0) return turns;
    }
    const used = slotsWith(checker, 'RESERVED', 'LIVE', 'DYING');
    const free = sets.filter((set) => !this.isSetUsed(set));
    const make = used.length < mostVms && free.length > 0 && (used.length === 0 || choices.below(2) === 0);
    return make
      ? this.makeVm(free[choices.below(free.length)] ?? 0)
      : this.endVm(used[choices.below(used.length)] ?? 0);
  }

  /** A page that has served for something, or was to, serves for something else. */
  private useAgain(): Turn[] {
    const { checker, choices } = this;
    const wish = wishedReuse(checker, choices, (call) => this.has(call));
    if (wish === undefined) return [];
    const free = sets.filter((set) => !this.isSetUsed(set));
    const set = free[choices.below(free.length)];
    const argument = argumentFor[wish.purpose];
    if (argument === undefined) return useOf(wish, checker, choices);
    return set === undefined ? [] : this.makeVm(set, { [argument]: wish.page });
  }

  private isSetUsed(set: number): boolean {
    const page = this.checker.names.pages.get(`${blocksOf(set).kvm}+0`) ?? none;
    const { size } = this.checker.system.layout;
    for (let slot = 0; slot < size.kvm; slot++) if (this.checker.cell('kvm', slot) === page) return true;
    return false;
  }

  /** `other`: pages that take the place of those of the set, by the arguments that name them. */
  private makeVm(set: number, other: Other = {}): Turn[] {
    const { checker, choices } = this;
    const { sizes } = checker.system.config;
    const { kvm, vmMem, pgd } = { ...blocksOf(set), ...other };
    const takesHandle = checker.system.rule('init_vm').names.includes('vm');
    const isProtected = choices.below(2) === 0;
    const nrVcpus = 1 + choices.below(checker.system.config.vcpus);
    let slot = none;
    const ask =
      (op: string, args: () => Question['args']): Turn =>
      () =>
        this.has(op) ? { op, args: args() } : undefined;
    const reserve: Turn = () => {
      slot = Array.from({ length: tableSize }, (_, i) => i).find((i) => life(checker, i) === 'NONE') ?? none;
      return this.has('reserve_vm') ? { op: 'reserve_vm', args: {} } : undefined;
    };
    const share = (page: string): Turn => ask('host_share_hyp', () => ({ page }));
    const structure = { kvm, nrVcpus, protected: isProtected, idRegs: !isProtected || choices.below(2) === 0 };
    const init = ask('init_vm', () => ({
      ...(takesHandle ? this.handle(slot) : {}),
      ...structure,
      vmMem,
      vmMemOffset: 0,
      pgd,
      pgdOffset: 0,
    }));
    const written = other.kvm === undefined ? writeField(this.places, 'kvm', kvm, checker, choices) : [];
    const turns = [reserve, ...this.pagesFrom(kvm, sizes.kvmPages).map(share), ...written, init];
    for (let vcpu = 0; vcpu < nrVcpus; vcpu++) turns.push(...this.makeVcpu(set, vcpu, () => slot, share, other));
    return [...turns, ...this.startGuest(() => slot, isProtected)];
  }

  private makeVcpu(
    set: number,
    index: number,
    slot: () => number,
    share: (page: string) => Turn,
    other: Other,
  ): Turn[] {
    const { sizes } = this.checker.system.config;
    const { hostVcpu, mem, list } = { ...blocksOf(set, index), ...(index === 0 ? other : {}) };
    const init: Turn = () => ({
      op: 'init_vcpu',
      args: { ...this.handle(slot()), hostVcpu, index, mem, memOffset: 0 },
    });
    const first = `${list}+${8 * this.choices.below(4)}`;
    // Now and then nothing is offered for page tables, so that there are none to be had.
    const isFilled = this.choices.below(4) > 0;
    const fill: Turn = () =>
      isFilled && this.has('topup_memcache')
        ? { op: 'topup_memcache', args: { ...this.handle(slot()), vcpu: index, first, pages: 8 } }
        : undefined;
    return [...this.pagesFrom(hostVcpu, sizes.vcpuPages).map(share), init, fill];
  }

  /** The names of so many pages from one on, or from the start of a block. */
  private pagesFrom(first: string, count: number): string[] {
    const { names, system } = this.checker;
    const at = names.pages.get(first) ?? none;
    return Array.from({ length: count }, (_, i) => system.config.pages[at + i]?.name ?? '').filter((name) => name);
  }

  /** A vCPU is loaded, given code to run, and executes some instructions that trap. */
  private startGuest(slot: () => number, isProtected: boolean): Turn[] {
    if (!this.has('vcpu_load')) return [];
    const page = codePages[this.choices.below(codePages.length)] ?? '';
    const map: Question = isProtected
      ? { op: 'donate_guest', args: { page, gfn: codeGfn } }
      : { op: 'share_guest', args: { page, gfn: codeGfn, nr: 1, prot: this.codeProt() } };
    const load: Turn[] = [
      () => ({ op: 'vcpu_put', args: {} }),
      () => ({ op: 'vcpu_load', args: { ...this.handle(slot()), index: 0 } }),
    ];
    if (!this.has('host_load_stub')) return load;
    return [...load, () => ({ op: 'host_load_stub', args: { page } }), () => map, ...this.executeSome(slot)];
  }

  private executeSome(slot: () => number): Turn[] {
    if (!this.has('guest_instruction')) return [];
    return Array.from({ length: this.choices.below(mostExecuted) }, (): Turn => {
      const instruction = instructions[this.choices.below(instructions.length)] ?? 'UDF';
      return () => ({ op: 'guest_instruction', args: { ...this.handle(slot()), vcpu: 0, instruction } });
    });
  }

  /** Mostly all permissions; now and then some are missing, so that the code cannot be run. */
  private codeProt(): number {
    return this.choices.below(5) > 0 ? 15 : this.choices.below(16);
  }

  /** Reservations until there is no room, a VM in the last of them, and all of them given back. */
  private crowd(): Turn[] {
    const isFree = (slot: number): boolean => life(this.checker, slot) === 'NONE';
    const allButLast = Array.from({ length: tableSize - 1 }, (): Turn => () => {
      const left = Array.from({ length: tableSize }, (_, slot) => slot).filter(isFree);
      return left.length > 1 ? { op: 'reserve_vm', args: {} } : undefined;
    });
    const set = sets.find((one) => !this.isSetUsed(one));
    const last = set === undefined || !this.has('init_vm') ? [] : this.makeVm(set);
    const reserve: Turn = () => ({ op: 'reserve_vm', args: {} });
    const turns = [...allButLast, ...last, reserve, reserve];
    for (let slot = 0; slot < tableSize; slot++) {
      turns.push(() =>
        life(this.checker, slot) === 'RESERVED' ? { op: 'unreserve_vm', args: this.handle(slot) } : undefined,
      );
    }
    return turns;
  }

  /** Where a VM costs nothing, none has to be prepared; one that there is comes to its end. */
  private endNamedVm(): Turn[] {
    const lives = slotsWith(this.checker, 'LIVE', 'DYING');
    const slot = lives[this.choices.below(lives.length)];
    if (slot === undefined || this.choices.below(2) === 0) return [];
    const args = { handle: firstHandle + slot };
    const ask =
      (op: string, more: Question['args'] = {}): Turn =>
      () => ({ op, args: { ...args, ...more } });
    const { gfns } = this.checker.system.config;
    const isMapped = (gfn: number): boolean =>
      this.checker.cell('mapping', slot * gfns.length + gfn) !== MAPPING.NOPAGE;
    const reclaimed = gfns.filter((_, gfn) => isMapped(gfn) && this.choices.below(4) > 0);
    const reclaims = reclaimed.map(({ frame }) => ask('reclaim_dying_guest_page', { gfn: frame }));
    return [ask('start_teardown_vm'), ...reclaims, ask('finalize_teardown_vm')];
  }

  private endVm(slot: number): Turn[] {
    const { checker, choices } = this;
    const vm = (): { vm: string | null; handle: number } => this.handle(slot);
    if (this.has('teardown_vm')) return [() => ({ op: 'teardown_vm', args: vm() }), ...this.takeBackStructures()];
    const { gfns } = checker.system.config;
    const keepSome = choices.below(4) === 0;
    const reclaim = gfns.map((shape, gfn): Turn => () => {
      const mapped = checker.cell('mapping', slot * gfns.length + gfn) !== MAPPING.NOPAGE;
      if (!mapped || (keepSome && choices.below(2) === 0)) return undefined;
      return { op: 'reclaim_dying_guest_page', args: { ...vm(), gfn: shape.frame } };
    });
    const unshare = gfns.map((shape, gfn): Turn => () => {
      const at = slot * gfns.length + gfn;
      const lent = checker.cell('mapping', at) !== MAPPING.NOPAGE && checker.cell('protected', slot) === 0;
      const nr = checker.cell('asBlock', at) === 1 ? 512 : 1;
      return lent ? { op: 'unshare_guest', args: { ...vm(), gfn: shape.frame, nr } } : undefined;
    });
    const unshareFirst = choices.below(2) === 0;
    return [
      () => ({ op: 'vcpu_put', args: {} }),
      ...(unshareFirst ? unshare : []),
      () => ({ op: 'start_teardown_vm', args: vm() }),
      ...reclaim,
      ...(unshareFirst ? [] : unshare),
      () => ({ op: 'finalize_teardown_vm', args: vm() }),
      () => (life(checker, slot) === 'RESERVED' ? { op: 'unreserve_vm', args: vm() } : undefined),
      ...this.takeBackStructures(),
    ];
  }

  /** Some of the structures that serve nobody any more are unshared again. */
  private takeBackStructures(): Turn[] {
    const set = this.choices.below(sets.length);
    const { sizes } = this.checker.system.config;
    const pages = [
      ...pagesOf(blocksOf(set).kvm, sizes.kvmPages),
      ...pagesOf(blocksOf(set, 0).hostVcpu, sizes.vcpuPages),
    ];
    return pages.map((page): Turn => () => ({ op: 'host_unshare_hyp', args: { page } }));
  }
}
