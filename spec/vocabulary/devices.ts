/** Words about devices and the secure world: what they are attached to, and which pages they reach without a CPU. */
import { none } from '../config.ts';
import { both, cell, compute, condition, equals, isBelow, number, quantity, truth } from '../language/build.ts';
import type { Cell, Ref } from '../language/build.ts';
import type { Num } from '../language/term.ts';

/** The number names a device that the IOMMU knows. */
export const isDevice = condition(['device'], '{device} [is] a device', (device) =>
  isBelow(device, quantity('devices')),
);
export const attachment = (device: Ref): Cell<'attached'> => cell('attached', device);

/** The page that a device reaches at an address, or none. A device keeps its mappings when it is detached. */
export const pageForDevice = (device: Ref, iova: Ref): Cell<'dmaPage'> => cell('dmaPage', device, iova);
export const isMappedForDevice = condition(['device', 'iova'], '{iova} of {device} [is] mapped', (device, iova) =>
  pageForDevice(device, iova).isNot(none),
);

/** There is a way for a device to memory that no IOMMU is in. */
export const devicesBypass = condition([], 'some device [is] outside the IOMMU', () =>
  equals(quantity('socCoversDma'), 0),
)();

/** The host's mailbox for messages to the secure world, and its two pages where these have names. */
export const mailbox = cell('mailbox');
export const mailboxTx = cell('mailboxTx');
export const mailboxRx = cell('mailboxRx');
export const hasMailbox = condition([], 'the host [has] a mailbox', () => mailbox.isNot('NONE'))();
/** Why nothing breaks where a call goes on without one. */
export const withoutMailbox = { waiver: 'without a mailbox there is no message that the call could be about' };
/** How many pages of the mailbox lie in a page: none or one. */
export const mailboxUses = number(['page'], 'the number of pages of the mailbox that are {page}', (page) => {
  const isIt = (one: Num): Num => truth(both(mailbox.is('NAMED'), equals(one, page)));
  return compute(isIt(mailboxTx.value), '+', isIt(mailboxRx.value));
});

/** What the secure world holds of a page. */
export const secureHold = (page: Ref): Cell<'secure'> => cell('secure', page);
