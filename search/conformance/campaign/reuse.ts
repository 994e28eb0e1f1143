/** Pages that have served for something, or that a refused call wanted, are offered for everything else. */
import { protAll } from '../../../spec/config.ts';
import { pageStates } from '../../../spec/fields.ts';
import { MAPPING } from '../../../properties/view.ts';
import { possibleReuses, purposes, reuseOf } from '../../judge/page-uses.ts';
import type { Purpose } from '../../judge/page-uses.ts';
import type { TranscriptChecker } from '../check.ts';
import type { Choices } from '../write.ts';
import { nearGfns } from './scope.ts';
import { livingVcpu, makeReady, runnerAt } from './shares.ts';
import type { Turn } from './turn.ts';

/** A page, or the first of several, and what it is to serve for. */
export interface Wish {
  readonly page: string;
  readonly purpose: Purpose;
}

/** The argument of init_vm or of init_vcpu that names the page; of other purposes there is none. */
export const argumentFor: Readonly<Partial<Record<Purpose, 'kvm' | 'vmMem' | 'pgd' | 'hostVcpu' | 'mem'>>> = {
  'structure of a VM': 'vmMem',
  'structure of a vCPU': 'mem',
  'root table': 'pgd',
  "pinned structure of the host's": 'kvm',
};

const owned = pageStates.indexOf('OWNED');
/** How many pages that could be used again are looked at. */
const tries = 16;

/** A pair that the sequence has not met, of those that there can be. */
export function wishedReuse(
  checker: TranscriptChecker,
  choices: Choices,
  has: (call: string) => boolean,
): Wish | undefined {
  const { uses, system } = checker;
  const possible = new Set(possibleReuses(system, new Set([...system.rules.keys()].filter(has))));
  const idle = uses.idle().filter(([page]) => checker.cell('host', page) === owned);
  const formers = [...new Set(idle.map(([, former]) => former))];
  for (let tried = 0; tried < tries && idle.length > 0; tried++) {
    const wanted = formers[choices.below(formers.length)];
    const fitting = idle.filter(([, former]) => former === wanted);
    const [page, former] = fitting[choices.below(fitting.length)] ?? [0, 0];
    const purpose = purposes[choices.below(purposes.length)] as Purpose;
    const pair = reuseOf(former, purpose);
    if (!possible.has(pair) || uses.met.has(pair)) continue;
    const first = firstFor(page, purpose, checker);
    if (first !== undefined) return { page: first, purpose };
  }
  return undefined;
}

/** From where as many pages as it takes lie in one block of the host's and include this one. */
function firstFor(page: number, purpose: Purpose, checker: TranscriptChecker): string | undefined {
  const { pages, sizes } = checker.system.config;
  const count = Math.max(
    1,
    { vmMem: sizes.hypVmPages, mem: sizes.hypVcpuPages, pgd: sizes.pgdPages, kvm: sizes.kvmPages, hostVcpu: 0 }[
      argumentFor[purpose] ?? 'hostVcpu'
    ],
  );
  const blockOf = (at: number): string | undefined => pages[at]?.name.replace(/\+\d+$/, '');
  const isRun = (first: number): boolean =>
    Array.from({ length: count }, (_, i) => first + i).every(
      (one) => blockOf(one) === blockOf(page) && checker.cell('host', one) === owned,
    );
  const first = [page, page - count + 1].find((one) => one >= 0 && isRun(one));
  return first === undefined ? undefined : pages[first]?.name;
}

/** Calls by which a page is lent, given, or becomes a table. */
export function useOf({ page, purpose }: Wish, checker: TranscriptChecker, choices: Choices): Turn[] {
  if (purpose === 'page lent to the hypervisor') return [() => ({ op: 'host_share_hyp', args: { page } })];
  const { vcpus, gfns } = checker.system.config;
  const isProtected = purpose === 'page of a guest' || (purpose === 'table' && choices.below(2) === 0);
  const at = livingVcpu(checker, choices, (slot) => (checker.cell('protected', slot) === 1) === isProtected);
  if (at === undefined) return [];
  const { vm, vcpu } = runnerAt(checker, at);
  const isFree = (frame: number): boolean => {
    const gfn = checker.names.gfns.get(frame) ?? 0;
    return checker.cell('mapping', Math.floor(at / vcpus) * gfns.length + gfn) === MAPPING.NOPAGE;
  };
  const free = nearGfns.filter(isFree);
  const gfn = free[choices.below(free.length)] ?? 0;
  const map = (mapped: string): Turn =>
    isProtected
      ? () => ({ op: 'donate_guest', args: { page: mapped, gfn } })
      : () => ({ op: 'share_guest', args: { page: mapped, gfn, nr: 1, prot: protAll } });
  const ready = makeReady(checker, choices, at);
  if (purpose !== 'table') return [...ready, map(page)];
  // What was put on the list last is taken off it first.
  const list: Turn = () => ({ op: 'topup_memcache', args: { ...vm, vcpu, first: page, pages: 1 } });
  return [...ready, list, map(`P${choices.below(8)}`)];
}
