/** Words about what is in a page, and about whose it is, that laws share. */
import { content } from '../../spec/fields.ts';
import {
  both,
  compare,
  compute,
  condition,
  either,
  equals,
  every,
  number,
  quantity,
} from '../../spec/language/build.ts';
import { contentOf, hostState, ownerOf } from '../../spec/vocabulary/pages.ts';

/** Secrets of VMs have every other number, from the first on. */
export const isSecret = condition(['word'], '{word} [is] the secret of a VM', (word) =>
  both(compare(word, '≥', content.firstOfVms), equals(compute(compute(word, '-', content.firstOfVms), 'mod', 2), 0)),
);
export const writerOf = number(['word'], 'the VM that wrote {word}', (word) =>
  compute(compute(word, '-', content.firstOfVms), 'div', 2),
);

export const isWiped = condition(['page'], '{page} [holds] nothing but zeros', (page) =>
  every(0, quantity('words'), 'each word', contentOf(page, 'each word').is(content.zero)),
);

/** A VM has the page, and has not shared it. */
export const isPrivate = condition(['page'], '{page} [is] private to a VM', (page) =>
  both(ownerOf(page).is('VM'), hostState(page).is('NOPAGE')),
);
/** The host has the page, alone or shared, or nobody else is said to have it. */
export const isTheHosts = condition(['page'], '{page} [belongs] to the host', (page) =>
  either(hostState(page).isOneOf('OWNED', 'SHARED_OWNED'), ownerOf(page).is('NONE')),
);
