/** Words about a guest's stage 2: what a frame maps to, and how. */
import {
  attribute,
  both,
  cell,
  choose,
  compare,
  compute,
  condition,
  either,
  equals,
  every,
  forEach,
  number,
  quantity,
  some,
  truth,
  when,
} from '../language/build.ts';
import type { Cell, Ref } from '../language/build.ts';
import type { Bool, Effect, Num } from '../language/term.ts';
import { none, protAll, protBits } from '../config.ts';
import { ownerGfn, ownerVm } from './pages.ts';

/** The frame lies within the guest's address range. */
export const isInRange = condition(['gfn'], '{gfn} [is] in the address range of the VM', (gfn) =>
  attribute('inRange', gfn).is(1),
);

/** The number of pages is one page or one block. */
export const isOneMappingSize = condition(['count'], '{count} [is] one page or one block', (count) =>
  either(equals(count, 1), equals(count, quantity('block'))),
);
const headOf = (gfn: Ref): Num => attribute('blockHead', gfn).value;
/** The frame starts a range of `count` frames that one entry can map. */
export const gfnAligned = condition(['gfn', 'count'], '{gfn} [is] a gfn aligned to {count}', (gfn, count) =>
  either(equals(count, 1), equals(headOf(gfn), gfn)),
);
export const pageAligned = condition(['page', 'count'], '{page} [is] a page aligned to {count}', (page, count) =>
  either(equals(count, 1), compare(attribute('pageAlignment', page).value, '≥', quantity('block'))),
);

export const isProt = condition(['bits'], '{bits} [is] a set of permissions', (bits) =>
  both(compare(bits, '≥', 0), compare(bits, '≤', protAll)),
);

/** Where a VM's entry for a frame lies: the frame's own, or the block's that covers it. */
export const entryOf = number(['vm', 'gfn'], 'the entry for {gfn}', (vm, gfn) => {
  const head = headOf(gfn);
  const isCovered = both(
    compare(head, '≠', gfn),
    cell('asBlock', vm, head).is(1),
    cell('mapping', vm, gfn).is('NOPAGE'),
    compare(cell('mapped', vm, head).value, '≥', 0),
  );
  return choose(isCovered, head, gfn);
});

export const mappingOf = (vm: Ref, gfn: Ref): Cell<'mapping'> => cell('mapping', vm, entryOf(vm, gfn));
const permissions = (vm: Ref, gfn: Ref): Cell<'prot'> => cell('prot', vm, entryOf(vm, gfn));
export const youth = (vm: Ref, gfn: Ref): Cell<'young'> => cell('young', vm, entryOf(vm, gfn));

export const isMapped = condition(['vm', 'gfn'], '{gfn} in {vm} [is] mapped', (vm, gfn) =>
  mappingOf(vm, gfn).isOneOf('OWNED', 'SHARED_OWNED', 'SHARED_BORROWED'),
);
/** One entry maps exactly `count` frames there. */
export const isMappedAs = condition(
  ['vm', 'gfn', 'count'],
  '{gfn} in {vm} [is] mapped by one entry of size {count}',
  (vm, gfn, count) => equals(truth(equals(count, 1)), truth(cell('asBlock', vm, entryOf(vm, gfn)).is(0))),
);
/** The last of the page tables on the way to the frame exists. */
export const hasLastTable = condition(
  ['vm', 'gfn'],
  '{vm} [has] a page table of the last level for {gfn}',
  (vm, gfn) => {
    const last = attribute('table', gfn, 0);
    return either(last.is(none), compare(cell('tableEntries', vm, last.value).value, '>', 0));
  },
);
/** The frame is neither mapped nor marked. */
const isFree = condition(['vm', 'gfn'], '{gfn} in {vm} [is] free', (vm, gfn) => mappingOf(vm, gfn).is('NOPAGE'));
const areFree = condition(
  ['vm', 'gfn', 'count'],
  'the {count} gfns from {gfn} on in {vm} [are] free',
  (vm, gfn, count) => {
    const member = 'each gfn';
    const isApart = compare(headOf(member), '≠', gfn);
    const ofBlock = every(0, quantity('gfns'), member, either(isApart, cell('mapping', vm, member).is('NOPAGE')));
    return both(isFree(vm, gfn), either(equals(count, 1), ofBlock));
  },
);
/** None of `count` frames is mapped or marked. */
export const isUnmapped = (vm: Ref, gfn: Ref, count: Ref = 1): Bool =>
  count === 1 ? isFree(vm, gfn) : areFree(vm, gfn, count);

const accesses = { R: 'read', W: 'written', PX: 'executed' } as const;
const allowing = (access: keyof typeof accesses) =>
  condition(['vm', 'gfn'], `{gfn} in {vm} [may] be ${accesses[access]}`, (vm, gfn) =>
    compare(compute(permissions(vm, gfn).value, 'and', protBits[access]), '≠', 0),
  );
const allowed = { R: allowing('R'), W: allowing('W'), PX: allowing('PX') };
export const allows = (vm: Ref, gfn: Ref, access: keyof typeof accesses): Bool => allowed[access](vm, gfn);

const pageBy = number(['vm', 'gfn', 'entry'], 'the page to which {entry} in {vm} maps {gfn}', (vm, gfn, entry) => {
  const offset = compute(cell('asBlock', vm, entry).value, '*', attribute('blockOffset', gfn).value);
  return compute(cell('mapped', vm, entry).value, '+', offset);
});
/** The page that a frame maps to, inside a block as well. */
export const mappedPage = number(['vm', 'gfn'], 'the page at {gfn} in {vm}', (vm, gfn) =>
  pageBy(vm, gfn, entryOf(vm, gfn)),
);

const execution = protBits.PX | protBits.UX;
/**
 * Read and write are added to the permissions of a mapping. Execution is replaced where the bits name it at either
 * level: EL1 alone takes it from EL0, and the other way round.
 */
const relaxed = number(
  ['held', 'given'],
  '{held} with {given}, which replaces execution where it has any',
  (held, given) => {
    const hasNone = equals(compute(given, 'and', execution), 0);
    return compute(choose(hasNone, held, compute(held, 'without', execution)), 'or', given);
  },
);
export const relaxPermissions = (vm: Ref, gfn: Ref, bits: Ref): Effect =>
  permissions(vm, gfn).becomes(relaxed(permissions(vm, gfn).value, bits));
export const dropPermissions = (vm: Ref, gfn: Ref, bits: Ref): Effect =>
  permissions(vm, gfn).becomes(compute(permissions(vm, gfn).value, 'without', bits));

const isOf = condition(['one', 'gfn', 'count'], '{one} [is] one of the {count} gfns from {gfn} on', (one, gfn, count) =>
  equals(gfn, choose(equals(count, 1), one, headOf(one))),
);
const isMappedOf = (vm: Ref, gfn: Ref, count: Ref): Bool => {
  const mapped = cell('mapped', vm, entryOf(vm, 'each gfn')).isNot(none);
  return both(isOf('each gfn', gfn, count), mapped);
};
/** The effect is done for each frame, of `count` from `gfn` on, at which an entry maps something. */
export const forEachMapped = (vm: Ref, gfn: Ref, count: Ref, change: Effect): Effect =>
  forEach(0, quantity('gfns'), 'each gfn', when(isMappedOf(vm, gfn, count), change));

/** 1 if one of the entries that map `count` frames from `gfn` on is young. */
export const anyYoung = (vm: Ref, gfn: Ref, count: Ref): Num =>
  truth(some(0, quantity('gfns'), 'each gfn', both(isMappedOf(vm, gfn, count), youth(vm, 'each gfn').is(1))));

/** The guest's view of the frame at which the host's annotation says that a page is owned. */
export const mappingAtOwner = (page: Ref): Cell<'mapping'> => mappingOf(ownerVm(page).value, ownerGfn(page).value);
export const pageAtOwner = (page: Ref): Cell<'mapped'> => {
  const [vm, gfn] = [ownerVm(page).value, ownerGfn(page).value];
  return cell('mapped', vm, entryOf(vm, gfn));
};

export const isGuarded = condition(['vm', 'gfn'], '{gfn} in {vm} [is] guarded', (vm, gfn) =>
  mappingOf(vm, gfn).is('MMIO_GUARD'),
);
