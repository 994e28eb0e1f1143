/** Devices and the secure world: what reaches memory without a CPU in between. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { none } from '../../spec/config.ts';
import { content, publishedOf } from '../../spec/fields.ts';
import {
  before,
  both,
  callIsDone,
  cell,
  compare,
  condition,
  countOf,
  either,
  equals,
  every,
  implies,
  not,
  number,
  quantity,
  some,
  stays,
  sum,
  theAnswer,
} from '../../spec/language/build.ts';
import type { Ref } from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';
import { mailbox, mailboxRx, mailboxTx, pageForDevice, secureHold } from '../../spec/vocabulary/devices.ts';
import { dmaMaps, hostState, hypState, isMemory, ownerOf } from '../../spec/vocabulary/pages.ts';
import type { Always, Each, Permitted, Property, Sometimes } from '../property.ts';
import { OWNER, PAGE, secretIn } from '../view.ts';
import { isSecret } from '../memory/words.ts';
import { isOutOfVms } from '../tallies.ts';

/** What one device has at one address. */
export const reached = pageForDevice('each device', 'each iova');
const isInUse = reached.isNot(none);
const isAttached = cell('attached', 'each device').is(1);
const deviceMappingsOf = number(['page'], 'the number of addresses at which devices have {page}', (page) =>
  sum(0, quantity('devices'), 'each device', countOf(0, quantity('iovas'), 'each iova', equals(reached.value, page))),
);
const isMappedForDevices = condition(['page'], '{page} [is] among the pages that devices have mapped', (page) =>
  some(0, quantity('devices'), 'each device', some(0, quantity('iovas'), 'each iova', equals(reached.value, page))),
);

const devicesKeepToTheHost: Always = {
  kind: 'always',
  clause: 'DMA-PRIVATE',
  statement: 'a page that a device reaches belongs to the host or is shared with it',
  loss: 'a device reaches a page of others',
  // why: a device that is attached reaches pages that the step does not touch.
  over: 'machine',
  when: some(0, quantity('devices'), 'each device', both(isAttached, some(0, quantity('iovas'), 'each iova', isInUse))),
  holds: every(
    0,
    quantity('devices'),
    'each device',
    implies(
      isAttached,
      every(0, quantity('iovas'), 'each iova', implies(isInUse, hostState(reached.value).isNot('NOPAGE'))),
    ),
  ),
};

const answersNoSecret = implies(callIsDone, not(isSecret(theAnswer)));

/** Where DMA-SOC holds, of every way that a device has. */
const devicesReadNoSecret = (isCovered: boolean): Each => ({
  kind: 'each',
  clause: 'DMA-PRIVATE',
  statement: 'no load by a device returns what a VM wrote for itself',
  loss: 'a device reads a secret',
  over: 'call',
  on: isCovered ? ['device_read', 'device_bypass_read'] : ['device_read'],
  when: callIsDone,
  holds: answersNoSecret,
});

const secureWorldReadsNoSecret: Each = {
  kind: 'each',
  clause: 'FFA-EL3',
  statement: 'no load by the secure world returns what a VM wrote for itself',
  loss: 'the secure world reads a secret',
  over: 'call',
  on: ['secure_read'],
  when: callIsDone,
  holds: answersNoSecret,
};

const isLost = both(before(hostState('page').isNot('NOPAGE')), hostState('page').is('NOPAGE'));

const devicesLoseWhatIsGiven: Each = {
  kind: 'each',
  clause: 'DMA-FOLLOWS-OWNER',
  statement: 'when the host loses a page, no device of the host has a mapping of it left',
  loss: 'a device keeps a page that the host lost',
  over: 'page',
  when: isLost,
  holds: implies(isLost, not(isMappedForDevices('page'))),
};

const mappedPagesStay: Each = {
  kind: 'each',
  clause: 'DMA-MAPPED-PINNED',
  statement: 'while a device has a page mapped, the page stays with the host alone',
  loss: 'a mapped page leaves the host',
  over: 'page',
  when: before(isMappedForDevices('page')),
  holds: implies(before(isMappedForDevices('page')), hostState('page').is('OWNED')),
};

export const deviceMappingsAreCounted: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-PINS',
  statement: 'the count of device mappings of a page is their number',
  loss: 'a device mapping is lost count of',
  over: 'machine',
  when: some(0, quantity('pages'), 'each page', either(dmaMaps('each page').isNot(0), isMappedForDevices('each page'))),
  holds: every(0, quantity('pages'), 'each page', equals(dmaMaps('each page').value, deviceMappingsOf('each page'))),
};

const lentPagesAreAway: Always = {
  kind: 'always',
  clause: 'FFA-LENT',
  statement: 'what the secure world was lent is recorded as its own, and nobody else reaches it',
  loss: 'a lent page is reached by others',
  over: 'page',
  when: secureHold('page').is('LENT'),
  holds: implies(
    secureHold('page').is('LENT'),
    both(
      ownerOf('page').is('FFA'),
      hostState('page').is('NOPAGE'),
      hypState('page').is('NOPAGE'),
      not(isMappedForDevices('page')),
      isOutOfVms('page'),
    ),
  ),
};

const sharedWithSecureAlone: Always = {
  kind: 'always',
  clause: 'MEM-LEGAL',
  statement: 'what the host shares with the secure world it shares with nobody else',
  loss: 'a page has two borrowers',
  over: 'page',
  when: secureHold('page').is('SHARED'),
  holds: implies(
    secureHold('page').is('SHARED'),
    both(hostState('page').is('SHARED_OWNED'), hypState('page').is('NOPAGE'), isOutOfVms('page')),
  ),
};

const secureWorldGetsTheHosts: Each = {
  kind: 'each',
  clause: 'FFA-PROXIED',
  statement: 'the secure world comes by a page only when the host owned it alone',
  loss: 'the secure world gets a page of others',
  over: 'page',
  holds: implies(
    both(before(secureHold('page').is('NONE')), secureHold('page').isNot('NONE')),
    before(both(isMemory('page'), hostState('page').is('OWNED'))),
  ),
};

/** The host has lent the page to the secure world at the most. */
const wasLentToNobodyElse = both(
  before(both(hostState('page').is('SHARED_OWNED'), hypState('page').is('NOPAGE'))),
  isOutOfVms('page'),
);

const onlyTheLentComesBack: Each = {
  kind: 'each',
  clause: 'MEM-CONSENT',
  statement: 'a reclaim from the secure world takes no page that a VM or the hypervisor has',
  loss: 'the host takes a page that was never lent',
  over: 'page',
  on: ['ffa_reclaim'],
  holds: either(stays(hostState('page').value), before(ownerOf('page').is('FFA')), wasLentToNobodyElse),
};

const isLentToHyp = (page: Ref): Bool => both(hostState(page).is('SHARED_OWNED'), hypState(page).is('SHARED_BORROWED'));

export const mailboxIsLent: Always = {
  kind: 'always',
  clause: 'FFA-MAILBOX',
  statement: 'the two pages of the mailbox are shared with the hypervisor',
  loss: 'the hypervisor reads messages from a page that it was not lent, or writes answers there',
  over: 'machine',
  holds: either(
    both(mailbox.isNot('NAMED'), mailboxTx.is(none), mailboxRx.is(none)),
    both(
      mailbox.is('NAMED'),
      compare(mailboxTx.value, '≥', 0),
      compare(mailboxRx.value, '≥', 0),
      isLentToHyp(mailboxTx.value),
      isLentToHyp(mailboxRx.value),
    ),
  ),
};

const aMailboxMoves: Sometimes = {
  kind: 'sometimes',
  clause: 'FFA-MAILBOX',
  statement: 'some mailbox is taken away, and another made of pages that have names',
  on: ['ffa_rxtx_map'],
  seen: (step) => step.isDone,
};

const aDeviceWorks: Sometimes = {
  kind: 'sometimes',
  clause: 'DMA-PRIVATE',
  statement: 'some device reads what the host wrote',
  on: ['device_read'],
  seen: (step) => step.isDone && step.answer === content.host,
};

const aLentPageComesBack: Sometimes = {
  kind: 'sometimes',
  clause: 'FFA-LENT',
  statement: 'some page is lent, used, given back and reclaimed',
  on: ['ffa_reclaim'],
  seen: (step) =>
    step.isDone &&
    step.was.owner(step.arg('page')) === OWNER.FFA &&
    step.now.word(step.arg('page'), 0) === content.host,
};

const aSharedPageComesBack: Sometimes = {
  kind: 'sometimes',
  clause: 'FFA-PROXIED',
  statement: 'some page is shared with the secure world, written there, given back and reclaimed',
  on: ['ffa_reclaim'],
  seen: (step) =>
    step.isDone &&
    step.was.host(step.arg('page')) === PAGE.SHARED_OWNED &&
    step.now.word(step.arg('page'), 0) === content.host,
};

const deviceReadsAnything: Permitted = {
  kind: 'permitted',
  clause: 'DMA-SOC',
  statement: 'a device outside the IOMMU reads what a VM wrote for itself',
  on: ['device_bypass_read'],
  seen: (step) => step.isDone && secretIn(step.answer) !== none,
};

const deviceReadsWhatIsShared: Permitted = {
  kind: 'permitted',
  clause: 'DMA-SHARED',
  statement: 'a device reads what a VM has shared with the host',
  on: ['device_read', 'device_bypass_read'],
  seen: (step) => step.isDone && step.answer === publishedOf(Math.floor((step.answer - content.firstOfVms) / 2)),
};

/** Of profiles that have devices; what an open SoC permits, for scopes that have one. */
const ofDevices = (isCovered: boolean): readonly Property[] => [
  devicesKeepToTheHost,
  devicesReadNoSecret(isCovered),
  devicesLoseWhatIsGiven,
  mappedPagesStay,
  deviceMappingsAreCounted,
  // Where the host has devices it can lend pages as well.
  lentPagesAreAway,
  aDeviceWorks,
  aLentPageComesBack,
  ...(isCovered ? [] : [deviceReadsAnything, deviceReadsWhatIsShared]),
];

const ofSecureWorld: readonly Property[] = [
  secureWorldReadsNoSecret,
  sharedWithSecureAlone,
  secureWorldGetsTheHosts,
  onlyTheLentComesBack,
  aSharedPageComesBack,
];

const ofMailbox: readonly Property[] = [mailboxIsLent, aMailboxMoves];

export function dma({ rules, config }: TransitionSystem): readonly Property[] {
  return [
    ...(rules.has('iommu_map') ? ofDevices(config.socCoversDma !== false) : []),
    ...(rules.has('ffa_share') ? ofSecureWorld : []),
    ...(rules.has('ffa_rxtx_map') && config.mailbox === true ? ofMailbox : []),
  ];
}
