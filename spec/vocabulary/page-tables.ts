/** Words about page tables: how a mapping enters a guest's stage 2, how it leaves, and the tables that it costs. */
import {
  all,
  attribute,
  cell,
  choose,
  compare,
  compute,
  condition,
  effect,
  forEach,
  value,
  quantity,
  when,
} from '../language/build.ts';
import type { Cell, Ref } from '../language/build.ts';
import type { Effect, Num } from '../language/term.ts';
import { none } from '../config.ts';
import { entryOf } from './stage2.ts';

/** Page tables are at most this many levels deep, the root not counted. */
const levels = [0, 1, 2, 3] as const;

const freeTables = (vm: Ref): Cell<'pool'> => cell('pool', vm);
const entriesIn = (vm: Ref, gfn: Ref, height: number): Cell<'tableEntries'> =>
  cell('tableEntries', vm, attribute('table', gfn, height).value);
const hasTable = (gfn: Ref, height: number) => attribute('table', gfn, height).isNot(none);

/** A new page table is made of a page from the VM's pool, and when that is empty of one from the cache. */
const takeTable = effect(
  ['vcpu', 'vm'],
  'a table page of {vm}, or else one of the memcache for {vcpu}, is used',
  (vcpu, vm) => when(compare(freeTables(vm).value, '>', 0), freeTables(vm).shrinks(), cell('cache', vcpu).shrinks()),
);

type OnPath = (vcpu: Ref, vm: Ref, gfn: Ref) => Effect;
/** One more entry in the table at this height on the way to the frame; a table that is new is one more entry above. */
const addEntry = levels.reduceRight<readonly OnPath[]>((above, height) => {
  const words = `{gfn} of {vm} has one more entry, and the tables that it needs from level ${height} up, with pages for {vcpu}`;
  const one = effect(['vcpu', 'vm', 'gfn'], words, (vcpu, vm, gfn) => {
    const [entries, next] = [entriesIn(vm, gfn, height), above[0]];
    const made = next === undefined ? takeTable(vcpu, vm) : all(takeTable(vcpu, vm), next(vcpu, vm, gfn));
    return when(hasTable(gfn, height), all(entries.grows(), when(entries.is(1), made)));
  });
  return [one, ...above];
}, []);

type OffPath = (vm: Ref, gfn: Ref) => Effect;
/** One entry less; a table that became empty goes to the VM's pool, and is one entry less above. */
const dropEntry = levels.reduceRight<readonly OffPath[]>((above, height) => {
  const words = `{gfn} of {vm} has one entry less, and the tables that became empty from level ${height} up are free`;
  const one = effect(['vm', 'gfn'], words, (vm, gfn) => {
    const [entries, next] = [entriesIn(vm, gfn, height), above[0]];
    const freed = next === undefined ? freeTables(vm).grows() : all(freeTables(vm).grows(), next(vm, gfn));
    return when(hasTable(gfn, height), all(entries.shrinks(), when(compare(entries.value, '≤', 0), freed)));
  });
  return [one, ...above];
}, []);

interface Mapping {
  readonly vcpu: Ref;
  readonly vm: Ref;
  readonly gfn: Ref;
  readonly page: Ref;
  readonly count?: Ref;
  readonly state: 'OWNED' | 'SHARED_BORROWED';
  readonly prot: Ref;
}

const mapAs = (state: Mapping['state']) =>
  effect(
    ['vcpu', 'vm', 'gfn', 'page', 'count', 'prot'],
    `{page} is mapped at {gfn} in {vm} as ${state} (size {count}, permissions {prot}, table pages of {vcpu})`,
    (vcpu, vm, gfn, page, count, prot) => {
      const isPage = compare(count, '=', 1);
      const [ofPage, ofBlock] = addEntry as [OnPath, OnPath];
      return all(
        when(isPage, ofPage(vcpu, vm, gfn), ofBlock(vcpu, vm, gfn)),
        cell('mapped', vm, gfn).becomes(page),
        cell('mapping', vm, gfn).becomes(state),
        cell('prot', vm, gfn).becomes(prot),
        cell('young', vm, gfn).becomes(1),
        cell('asBlock', vm, gfn).becomes(choose(isPage, 0, 1)),
      );
    },
  );
const mapped = { OWNED: mapAs('OWNED'), SHARED_BORROWED: mapAs('SHARED_BORROWED') };
/** Enter a page, or a block of them, into a VM's stage 2. */
export const map = ({ vcpu, vm, gfn, page, count = 1, state, prot }: Mapping): Effect =>
  mapped[state](vcpu, vm, gfn, page, count, prot);

const clearEntry = effect(['vm', 'entry'], '{entry} in {vm} holds nothing', (vm, entry) =>
  all(
    cell('mapped', vm, entry).becomes(none),
    cell('mapping', vm, entry).becomes('NOPAGE'),
    cell('prot', vm, entry).becomes(0),
    cell('young', vm, entry).becomes(0),
    cell('asBlock', vm, entry).becomes(0),
  ),
);
const removeEntry = effect(['vm', 'entry'], '{entry} in {vm} is unmapped', (vm, entry) => {
  const [ofPage, ofBlock] = dropEntry as [OffPath, OffPath];
  const isBlock = cell('asBlock', vm, entry).is(1);
  return all(when(isBlock, ofBlock(vm, entry), ofPage(vm, entry)), clearEntry(vm, entry));
});
/** Take the entry at a frame out of a VM's stage 2. */
export const unmap = (vm: Ref, gfn: Ref): Effect => removeEntry(vm, entryOf(vm, gfn));

const poisonEntry = effect(['vm', 'entry'], '{entry} in {vm} is poisoned', (vm, entry) =>
  all(clearEntry(vm, entry), cell('mapping', vm, entry).becomes('POISON')),
);
/** The frame is marked so that it is never mapped again; the entry keeps its page table. */
export const poison = (vm: Ref, gfn: Ref): Effect => poisonEntry(vm, entryOf(vm, gfn));

/** The VM's whole stage 2 is gone, whatever it still mapped. */
export const dropStage2 = effect(['vm'], 'stage 2 of {vm} is dropped', (vm) =>
  all(
    forEach(0, quantity('gfns'), 'each gfn', clearEntry(vm, 'each gfn')),
    forEach(0, quantity('tables'), 'each table', cell('tableEntries', vm, 'each table').becomes(0)),
    freeTables(vm).becomes(0),
  ),
);

/** How many page tables on the way to the frame do not exist yet, from this height up. */
const missing = (vm: Ref, gfn: Ref, height = 0): Num => {
  if (height === levels.length) return value(0);
  const exists = compare(entriesIn(vm, gfn, height).value, '>', 0);
  const more = choose(exists, 0, compute(1, '+', missing(vm, gfn, height + 1)));
  return choose(hasTable(gfn, height), more, 0);
};
/** There is memory for every page table that an entry at the frame still needs. */
export const tablesSuffice = condition(
  ['vcpu', 'vm', 'gfn'],
  'there [is] memory for the page tables of {gfn} in {vm} with that of {vcpu}',
  (vcpu, vm, gfn) => compare(missing(vm, gfn), '≤', compute(freeTables(vm).value, '+', cell('cache', vcpu).value)),
);

/** The same where a block begins at the frame, which has its entry one table higher. */
export const tablesSufficeForBlock = condition(
  ['vcpu', 'vm', 'gfn'],
  'there [is] memory for the page tables of a block at {gfn} in {vm} with that of {vcpu}',
  (vcpu, vm, gfn) => compare(missing(vm, gfn, 1), '≤', compute(freeTables(vm).value, '+', cell('cache', vcpu).value)),
);

/** The frame is marked as one of emulated device registers: nothing is mapped there, and nothing can be. */
export const guard = effect(
  ['vcpu', 'vm', 'gfn'],
  'from now on {gfn} in {vm} is guarded (table pages of {vcpu})',
  (vcpu, vm, gfn) => all((addEntry[0] as OnPath)(vcpu, vm, gfn), cell('mapping', vm, gfn).becomes('MMIO_GUARD')),
);
