/** What the records of a page say of it: the table of legal combinations, as far as the page alone decides. */
import { attribute, both, cell, compare, either, not } from '../../spec/language/build.ts';
import { secureHold } from '../../spec/vocabulary/devices.ts';
import {
  dmaMaps,
  guestShares,
  hostState,
  hypState,
  isMemory,
  ownerGfn,
  ownerOf,
  ownerVm,
  pins,
} from '../../spec/vocabulary/pages.ts';
import { none } from '../../spec/config.ts';
import { implies, invariant, isBetween } from './invariant.ts';
import type { Invariant } from './invariant.ts';

const page = 'page';
const [host, hyp, owner, use] = [hostState(page), hypState(page), ownerOf(page), cell('use', page)];
const isCarveout = attribute('pageKind', page).is('carveout');
const isUnshared = guestShares(page).is(0);
const isOfHyp = both(owner.is('HYP'), hyp.is('OWNED'));
const isOfOther = both(owner.isOneOf('VM', 'FFA'), hyp.is('NOPAGE'));

export const pageInvariants: readonly Invariant[] = [
  invariant(
    'MEM-LEGAL',
    'views',
    [page],
    'every view of a page is one that there is',
    both(
      isBetween(host.value, 0, 3),
      isBetween(hyp.value, 0, 3),
      isBetween(owner.value, 0, 3),
      isBetween(use.value, 0, 2),
    ),
  ),
  invariant(
    'MEM-LEGAL',
    'host alone',
    [page],
    'what the host owns alone nobody else has',
    implies(host.is('OWNED'), both(hyp.is('NOPAGE'), owner.is('NONE'), isUnshared)),
  ),
  invariant(
    'MEM-LEGAL',
    'host shares',
    [page],
    'what the host shares it shares with the hypervisor, or with others, and not with both',
    implies(
      host.is('SHARED_OWNED'),
      both(owner.is('NONE'), either(hyp.is('NOPAGE'), both(hyp.is('SHARED_BORROWED'), isUnshared))),
    ),
  ),
  invariant(
    'MEM-LEGAL',
    'host borrows',
    [page],
    'what the host borrows a VM owns',
    implies(host.is('SHARED_BORROWED'), both(hyp.is('NOPAGE'), owner.is('VM'), isUnshared)),
  ),
  invariant(
    'MEM-OWNED',
    'host lost',
    [page],
    'what the host has lost belongs to one other party',
    implies(both(host.is('NOPAGE'), isMemory(page)), both(isUnshared, either(isOfHyp, isOfOther))),
  ),
  invariant(
    'MEM-LEGAL',
    'VM named',
    [page],
    'only of a page that belongs to a VM a VM is named',
    implies(owner.isNot('VM'), both(ownerVm(page).is(none), ownerGfn(page).is(none))),
  ),
  invariant(
    'MEM-LEGAL',
    'no memory',
    [page],
    'what is not memory is never shared, given away or used, and is the host’s unless it was set aside',
    implies(
      not(isMemory(page)),
      both(
        use.is('NONE'),
        isUnshared,
        either(both(isCarveout, host.is('NOPAGE')), both(not(isCarveout), host.is('OWNED'))),
      ),
    ),
  ),
  invariant(
    'MEM-HYP-PRIVATE',
    'in use',
    [page],
    'what serves a VM belongs to the hypervisor',
    implies(use.isNot('NONE'), both(isMemory(page), host.is('NOPAGE'), isOfHyp)),
  ),
  invariant(
    'MEM-CONSERVE-PINS',
    'pinned',
    [page],
    'what is pinned is shared with the hypervisor',
    implies(compare(pins(page).value, '>', 0), both(host.is('SHARED_OWNED'), hyp.is('SHARED_BORROWED'))),
  ),
];

/** Where no device is known, none has anything mapped. */
export const withoutDevices: readonly Invariant[] = [
  invariant('DMA-MAPPED-PINNED', 'no devices', [page], 'no device has a page mapped', dmaMaps(page).is(0)),
];
export const withDevices: readonly Invariant[] = [
  invariant(
    'DMA-MAPPED-PINNED',
    'mapped for devices',
    [page],
    'what a device has mapped is memory that the host owns alone',
    implies(compare(dmaMaps(page).value, '>', 0), both(isMemory(page), host.is('OWNED'))),
  ),
];

/** Where the secure world can be given pages. */
const hold = secureHold(page);
export const withSecureWorld: readonly Invariant[] = [
  invariant(
    'FFA-LENT',
    'lent to the secure world',
    [page],
    'what the secure world was lent the host has lost to it',
    implies(hold.is('LENT'), both(host.is('NOPAGE'), owner.is('FFA'))),
  ),
  invariant(
    'MEM-LEGAL',
    'shared with the secure world',
    [page],
    'what the host shares with the secure world it shares with nobody else',
    implies(hold.is('SHARED'), both(host.is('SHARED_OWNED'), hyp.is('NOPAGE'), isUnshared)),
  ),
];
