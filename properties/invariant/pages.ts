/** What the records of a page say of it: the table of legal combinations, as far as the page alone decides. */
import { none } from '../../spec/config.ts';
import { both, cell, compare, either, equals, implies, not } from '../../spec/language/build.ts';
import {
  dmaMaps,
  guestShares,
  hostState,
  hypState,
  isMemory,
  isOfHypFromStart,
  ownerGfn,
  ownerOf,
  ownerVm,
  pins,
} from '../../spec/vocabulary/pages.ts';
import type { Always } from '../property.ts';
import { everHeld, strandedHeld } from '../tallies.ts';
import { isBetween, supporting } from './invariant.ts';

const page = 'page';
const [host, hyp, owner, use] = [hostState(page), hypState(page), ownerOf(page), cell('use', page)];
const isUnshared = guestShares(page).is(0);
const isOfHyp = both(owner.is('HYP'), hyp.is('OWNED'));
const isOfOther = both(owner.isOneOf('VM', 'FFA'), hyp.is('NOPAGE'));

/** The entry at the frame on record owns the page, alone or shared with the host. */
const [vm, gfn] = [ownerVm(page).value, ownerGfn(page).value];
const isAsRecorded = both(
  equals(cell('mapped', vm, gfn).value, page),
  either(
    both(host.is('NOPAGE'), cell('mapping', vm, gfn).is('OWNED')),
    both(host.is('SHARED_BORROWED'), cell('mapping', vm, gfn).is('SHARED_OWNED')),
  ),
);

export const pageInvariants: readonly Always[] = [
  supporting(
    'MEM-LEGAL',
    'page',
    'every view of a page is one that there is',
    'a record says what nobody can read',
    both(
      isBetween(host.value, 0, 3),
      isBetween(hyp.value, 0, 3),
      isBetween(owner.value, 0, 3),
      isBetween(use.value, 0, 2),
    ),
  ),
  supporting(
    'MEM-LEGAL',
    'page',
    'only of a page that belongs to a VM a VM is named',
    'a record names a VM that has not the page',
    implies(owner.isNot('VM'), both(ownerVm(page).is(none), ownerGfn(page).is(none))),
  ),
  supporting(
    'MEM-LEGAL',
    'page',
    'what the host owns alone nobody else has',
    'a page of the host is shared unawares',
    implies(host.is('OWNED'), both(hyp.is('NOPAGE'), owner.is('NONE'), isUnshared)),
  ),
  supporting(
    'MEM-LEGAL',
    'page',
    'what the host shares it shares with the hypervisor, or with others, and not with both',
    'a page has borrowers that know nothing of each other',
    implies(
      host.is('SHARED_OWNED'),
      both(owner.is('NONE'), either(hyp.is('NOPAGE'), both(hyp.is('SHARED_BORROWED'), isUnshared))),
    ),
  ),
  supporting(
    'MEM-LEGAL',
    'page',
    'what the host borrows a VM owns',
    'the host borrows what nobody owns',
    implies(host.is('SHARED_BORROWED'), both(isMemory(page), hyp.is('NOPAGE'), owner.is('VM'), isUnshared)),
  ),
  supporting(
    'MEM-OWNED',
    'page',
    'what the host has lost belongs to one other party',
    'a page is lost',
    implies(both(host.is('NOPAGE'), isMemory(page)), both(isUnshared, either(isOfHyp, isOfOther))),
  ),
  supporting(
    'MEM-LEGAL',
    'page',
    'what is not memory is never shared or used, and is the host’s unless it was set aside',
    'what is no memory is used as such',
    implies(
      not(isMemory(page)),
      both(
        use.is('NONE'),
        isUnshared,
        owner.isNot('VM'),
        either(
          both(isOfHypFromStart(page), host.is('NOPAGE'), hyp.is('OWNED')),
          both(not(isOfHypFromStart(page)), host.is('OWNED')),
        ),
      ),
    ),
  ),
  supporting(
    'MEM-HYP-PRIVATE',
    'page',
    'what serves a VM belongs to the hypervisor',
    'others have a page that serves a VM',
    implies(use.isNot('NONE'), both(isMemory(page), host.is('NOPAGE'), isOfHyp)),
  ),
  supporting(
    'MEM-CONSERVE-PINS',
    'page',
    'what is pinned is shared with the hypervisor',
    'a pinned page leaves the hypervisor',
    implies(compare(pins(page).value, '>', 0), both(host.is('SHARED_OWNED'), hyp.is('SHARED_BORROWED'))),
  ),
  supporting(
    'MEM-LEGAL',
    'page',
    'a page that the record gives to a VM is owned once, at the gfn on record unless it is stranded; another never',
    'a record names an entry that is not there',
    either(
      both(owner.isNot('VM'), equals(everHeld(page), 0)),
      both(owner.is('VM'), equals(everHeld(page), 1), either(compare(strandedHeld(page), '>', 0), isAsRecorded)),
    ),
  ),
];

/** Where no device is known, none has anything mapped. */
export const withoutDevices: readonly Always[] = [
  supporting(
    'DMA-MAPPED-PINNED',
    'page',
    'where no device is known, none has a page mapped',
    'a device counts that is not there',
    dmaMaps(page).is(0),
  ),
];
