/** What the entries of the VMs' stage 2 say, beside the records of the pages that they map. */
import { none, protAll } from '../../spec/config.ts';
import {
  attribute,
  both,
  cell,
  compare,
  compute,
  either,
  equals,
  not,
  quantity,
  value,
} from '../../spec/language/build.ts';
import type { Ref } from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';
import { hostState, hypState, isMemory, ownerGfn, ownerOf, ownerVm } from '../../spec/vocabulary/pages.ts';
import { isInRange } from '../../spec/vocabulary/stage2.ts';
import { isCreated, isProtected, isUnprotected } from '../../spec/vocabulary/vms.ts';
import { implies, invariant, isBetween } from './invariant.ts';
import type { Invariant } from './invariant.ts';

const [page, vm, gfn] = ['page', 'vm', 'gfn'] as const;
const [mapping, mapped, asBlock] = [cell('mapping', vm, gfn), cell('mapped', vm, gfn), cell('asBlock', vm, gfn)];
const there = mapped.value;
const head = attribute('blockHead', gfn);
const mapsSomething = mapping.isOneOf('OWNED', 'SHARED_OWNED', 'SHARED_BORROWED');

/** A page is one of those that an entry maps. */
const isMappedBy = (one: Ref, ofVm: Ref, at: Ref): Bool => {
  const first = cell('mapped', ofVm, at).value;
  const end = compute(first, '+', quantity('block'));
  const inBlock = both(cell('asBlock', ofVm, at).is(1), compare(one, '≥', first), compare(one, '<', end));
  return either(equals(one, first), inBlock);
};
/** An entry of a VM lets it use a page of the host. */
export const lends = (ofVm: Ref, at: Ref, one: Ref): Bool =>
  both(cell('mapping', ofVm, at).is('SHARED_BORROWED'), isMappedBy(one, ofVm, at));

/** The record of a page says that it belongs to this VM at this frame, of which the VM has an entry of its own. */
const isHeldHere = both(
  isMemory(there),
  ownerOf(there).is('VM'),
  ownerVm(there).is(value(vm)),
  ownerGfn(there).is(value(gfn)),
  asBlock.is(0),
  isCreated(vm),
  isProtected(vm),
);

export const entryInvariants: readonly Invariant[] = [
  invariant(
    'MEM-LEGAL',
    'entries',
    [vm, gfn],
    'every entry is one that there is, with permissions that exist',
    both(
      isBetween(mapping.value, 0, 5),
      isBetween(asBlock.value, 0, 1),
      isBetween(cell('prot', vm, gfn).value, 0, protAll),
    ),
  ),
  invariant(
    'MEM-PRIVATE',
    'entry owned',
    [vm, gfn],
    'a page that a VM owns alone is recorded as its own, and the host has lost it',
    implies(mapping.is('OWNED'), both(isHeldHere, hostState(there).is('NOPAGE'))),
  ),
  invariant(
    'MEM-CONSENT',
    'entry shared',
    [vm, gfn],
    'a page that a VM shares is recorded as its own, and the host borrows it',
    implies(mapping.is('SHARED_OWNED'), both(isHeldHere, hostState(there).is('SHARED_BORROWED'))),
  ),
  invariant(
    'MEM-NONPROTECTED',
    'entry borrowed',
    [page, vm, gfn],
    'a page that a VM borrows is memory that the host shares with VMs, and the VM is not protected',
    implies(
      lends(vm, gfn, page),
      both(
        isMemory(page),
        hostState(page).is('SHARED_OWNED'),
        hypState(page).is('NOPAGE'),
        isCreated(vm),
        isUnprotected(vm),
      ),
    ),
  ),
  invariant(
    'MEM-LEGAL',
    'entry empty',
    [vm, gfn],
    'an entry maps a page, or no page and is no block',
    either(both(mapsSomething, compare(there, '≥', 0)), both(not(mapsSomething), mapped.is(none), asBlock.is(0))),
  ),
  invariant(
    'MEM-OWN-TABLES',
    'entry of a VM',
    [vm, gfn],
    'only a VM that exists has entries, and only within its address range',
    implies(mapping.isNot('NOPAGE'), both(isCreated(vm), isInRange(gfn))),
  ),
  invariant(
    'MEM-LEGAL',
    'block alone',
    [vm, gfn, 'other gfn'],
    'the entry of a block stands at its head, and no other frame of the block has one',
    implies(
      asBlock.is(1),
      both(
        head.is(value(gfn)),
        either(
          attribute('blockHead', 'other gfn').isNot(value(gfn)),
          equals('other gfn', gfn),
          cell('mapping', vm, 'other gfn').is('NOPAGE'),
        ),
      ),
    ),
  ),
];

const other = cell('mapped', 'other vm', 'other gfn');
const isOwner = (ofVm: Ref, at: Ref): Bool => cell('mapping', ofVm, at).isOneOf('OWNED', 'SHARED_OWNED');
/** What follows: not needed to be kept, but what the invariants are kept for. */
export const entryConsequences: readonly Invariant[] = [
  invariant(
    'MEM-PRIVATE',
    'private',
    [vm, gfn],
    'neither the host nor the hypervisor reaches a page that a VM owns alone',
    implies(mapping.is('OWNED'), both(hostState(there).is('NOPAGE'), hypState(there).is('NOPAGE'))),
  ),
  invariant(
    'MEM-PRIVATE',
    'private from VMs',
    [vm, gfn, 'other vm', 'other gfn', page],
    'no VM reaches a page that another one owns',
    implies(
      both(
        isOwner(vm, gfn),
        equals(there, page),
        cell('mapping', 'other vm', 'other gfn').isOneOf('OWNED', 'SHARED_OWNED', 'SHARED_BORROWED'),
        isMappedBy(page, 'other vm', 'other gfn'),
      ),
      both(equals(vm, 'other vm'), equals(gfn, 'other gfn')),
    ),
  ),
  invariant(
    'MEM-ONE-OWNER',
    'one owner',
    [vm, gfn, 'other vm', 'other gfn'],
    'no two entries own one page, and the host does not own it either',
    implies(
      isOwner(vm, gfn),
      both(
        hostState(there).isOneOf('NOPAGE', 'SHARED_BORROWED'),
        implies(
          both(isOwner('other vm', 'other gfn'), equals(other.value, there)),
          both(equals(vm, 'other vm'), equals(gfn, 'other gfn')),
        ),
      ),
    ),
  ),
  invariant(
    'MEM-HYP-PRIVATE',
    'hypervisor’s own',
    [page, vm, gfn],
    'what the hypervisor owns neither the host nor a VM reaches',
    implies(
      both(isMemory(page), hypState(page).is('OWNED')),
      both(hostState(page).is('NOPAGE'), not(both(mapsSomething, isMappedBy(page, vm, gfn)))),
    ),
  ),
];
