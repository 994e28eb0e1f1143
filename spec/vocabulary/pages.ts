/** Words about pages: what they are, who can reach them, who answers for them. */
import {
  all,
  attribute,
  both,
  cell,
  compare,
  compute,
  condition,
  effect,
  either,
  equals,
  every,
  forEach,
  isBelow,
  not,
  passed,
  quantity,
} from '../language/build.ts';
import type { Cell, Ref } from '../language/build.ts';
import type { Bool, Effect } from '../language/term.ts';
import { hypervisorKinds, none } from '../config.ts';
import { content } from '../fields.ts';

export const hostState = (page: Ref): Cell<'host'> => cell('host', page);
export const hypState = (page: Ref): Cell<'hyp'> => cell('hyp', page);
export const ownerOf = (page: Ref): Cell<'owner'> => cell('owner', page);
export const ownerVm = (page: Ref): Cell<'ownerVm'> => cell('ownerVm', page);
export const ownerGfn = (page: Ref): Cell<'ownerGfn'> => cell('ownerGfn', page);
export const guestShares = (page: Ref): Cell<'shares'> => cell('shares', page);
export const pins = (page: Ref): Cell<'pins'> => cell('pins', page);
export const dmaMaps = (page: Ref): Cell<'dmaMaps'> => cell('dmaMaps', page);
export const contentOf = (page: Ref, word: Ref): Cell<'word'> => cell('word', page, word);

const kindOf = (page: Ref) => attribute('pageKind', page);

/** The address of this page and of the byte after it fit in 64 bits. */
export const endFits = condition(['page'], '{page} [ends] within the address space', (page) =>
  kindOf(page).isNot('wrapping'),
);
const isPhysicalNumber = condition(['number'], '{number} [lies] in the physical address range', (number) =>
  both(
    equals(attribute('pageReached', number).value, number),
    kindOf(number).isNot('beyond'),
    kindOf(number).isNot('wrapping'),
  ),
);
/** The page number as passed lies within the physical address range: it is no alias modulo 2^52. */
export const isPhysical = (page: string): Bool => isPhysicalNumber(passed(page));
/** RAM that is not set aside: a page that can be owned. */
export const isMemory = condition(['page'], '{page} [is] memory', (page) => kindOf(page).is('memory'));
/** What the hypervisor has no record of: registers of a device, or an address at which nothing is known to be. */
export const isOffRecord = condition(['page'], '{page} [is] registers of a device, or nothing', (page) =>
  kindOf(page).isOneOf('mmio', 'hole'),
);
/** The page has an entry in the host's tables: their address range ends before the physical one does. */
export const hasTableEntry = condition(['page'], "{page} [is] in the range of the host's tables", (page) =>
  kindOf(page).isNot('beyond'),
);
/** What is set aside for the hypervisor, or is its code. */
export const isOfHypFromStart = condition(['page'], '{page} [is] of the hypervisor from the start', (page) =>
  kindOf(page).isOneOf(...hypervisorKinds),
);
export const isHypCode = condition(['page'], '{page} [holds] code of the hypervisor', (page) =>
  kindOf(page).is('hypcode'),
);
/** RAM, whether the host can have it or not. */
export const isRam = condition(['page'], '{page} [is] RAM', (page) => either(isMemory(page), isOfHypFromStart(page)));
/** What is not memory is seen to be so only by an entry that the host's tables already have, as for a device in use. */
export const passesForMemory = condition(['page'], '{page} [is] memory, or nothing that the host has mapped', (page) =>
  either(isRam(page), both(not(kindOf(page).is('mmio')), hostState(page).is('OWNED'))),
);

/** The host owns the page alone. */
const isHostOwned = condition(['page'], '{page} [belongs] to the host alone', (page) =>
  both(hostState(page).is('OWNED'), isMemory(page)),
);
/** The host lent the page to the hypervisor, and nobody else has it. */
const isSharedWithHyp = condition(['page'], '{page} [is] shared with the hypervisor', (page) =>
  both(hostState(page).is('SHARED_OWNED'), hypState(page).is('SHARED_BORROWED')),
);
/** The host shares the page with a non-protected VM. */
export const isGuestShared = condition(['page'], '{page} [is] shared with a non-protected VM', (page) =>
  both(hostState(page).is('SHARED_OWNED'), isBelow(0, guestShares(page).value)),
);
/** The host owns the page alone, or has shared it with non-protected VMs only. */
export const isGuestShareable = (page: Ref): Bool => either(hostState(page).is('OWNED'), isGuestShared(page));
/** The count of guest shares is not at its largest. */
export const canCountOneMore = (page: Ref): Bool => isBelow(guestShares(page).value, quantity('maxShares'));
/** The count of guest shares grows; from its largest number it would start again at 0. */
export const countOneMore = (page: Ref): Effect => {
  const more = compute(guestShares(page).value, '+', 1);
  return guestShares(page).becomes(compute(more, 'mod', compute(quantity('maxShares'), '+', 1)));
};
/** The host's own translation reaches the page. */
export const hostReaches = (page: Ref): Bool => both(isMemory(page), hostState(page).isNot('NOPAGE'));

/** The host may read the code of the hypervisor too, and does so when it reports a stop of the machine. */
export const hostReads = (page: Ref): Bool => either(hostReaches(page), isHypCode(page));

/** All of `count` pages from `first` on belong to the host alone, so that it can give them away. */
export const areHostOwned = (first: Ref, count: Ref): Bool =>
  every(first, count, 'each page', isHostOwned('each page'));
export const areSharedWithHyp = (first: Ref, count: Ref): Bool =>
  every(first, count, 'each page', isSharedWithHyp('each page'));
/** Two ranges of pages have no page in common. */
export const areDisjoint = condition(
  ['first', 'pages', 'second', 'more'],
  'the {pages} pages from {first} on and the {more} pages from {second} on [are] disjoint',
  (first, pages, second, more) =>
    either(compare(compute(first, '+', pages), '≤', second), compare(compute(second, '+', more), '≤', first)),
);

/** Every word of the page becomes zero. */
export const wipe = effect(['page'], '{page} is wiped', (page) =>
  all(
    forEach(0, quantity('words'), 'each word', contentOf(page, 'each word').becomes(content.zero)),
    cell('link', page).becomes(none),
  ),
);
export const wipeAll = (first: Ref, count: Ref): Effect => forEach(first, count, 'each page', wipe('each page'));

/** The host gives the page to the hypervisor and loses it. */
export const giveToHyp = effect(
  ['page'],
  '{page} belongs to the hypervisor (host view NOPAGE, hypervisor view OWNED)',
  (page) => all(hostState(page).becomes('NOPAGE'), hypState(page).becomes('OWNED'), ownerOf(page).becomes('HYP')),
);
/** The page is the host's alone again; nobody else reaches it. */
export const giveToHost = effect(
  ['page'],
  '{page} belongs to the host alone (host view OWNED, hypervisor view NOPAGE)',
  (page) =>
    all(
      hostState(page).becomes('OWNED'),
      hypState(page).becomes('NOPAGE'),
      ownerOf(page).becomes('NONE'),
      ownerVm(page).becomes(none),
      ownerGfn(page).becomes(none),
    ),
);
/** The host lends the page to the hypervisor, and keeps owning it. */
export const lendToHyp = effect(
  ['page'],
  '{page} is shared with the hypervisor (host view SHARED_OWNED, hypervisor view SHARED_BORROWED)',
  (page) => all(hostState(page).becomes('SHARED_OWNED'), hypState(page).becomes('SHARED_BORROWED')),
);
/** The same where only the host's view is written, whatever the hypervisor's is. */
export const hostRegains = effect(['page'], '{page} belongs to the host (host view OWNED)', (page) =>
  all(
    hostState(page).becomes('OWNED'),
    ownerOf(page).becomes('NONE'),
    ownerVm(page).becomes(none),
    ownerGfn(page).becomes(none),
  ),
);
/** The page belongs to a VM, at one of its frames; the host keeps only the annotation of whose it is. */
export const giveToVm = effect(
  ['page', 'vm', 'gfn'],
  '{page} belongs to {vm} at {gfn} (host view NOPAGE)',
  (page, vm, gfn) =>
    all(
      hostState(page).becomes('NOPAGE'),
      ownerOf(page).becomes('VM'),
      ownerVm(page).becomes(vm),
      ownerGfn(page).becomes(gfn),
    ),
);

export const pinAll = (first: Ref, count: Ref): Effect => forEach(first, count, 'each page', pins('each page').grows());
export const unpinAll = (first: Ref, count: Ref): Effect =>
  forEach(first, count, 'each page', pins('each page').shrinks());

/** No device has the page mapped. */
export const isUnmappedForDma = (page: Ref): Bool => dmaMaps(page).is(0);
/** No device and nothing of the hypervisor's uses the page. */
export const isUnused = (page: Ref): Bool => both(isUnmappedForDma(page), pins(page).is(0));
export const areUnmappedForDma = (first: Ref, count: Ref): Bool =>
  every(first, count, 'each page', isUnmappedForDma('each page'));
