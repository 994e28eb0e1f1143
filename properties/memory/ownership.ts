/** Who owns a page, and who reaches it. */
import {
  both,
  cell,
  compare,
  compute,
  either,
  equals,
  every,
  implies,
  number,
  quantity,
  truth,
} from '../../spec/language/build.ts';
import { contentOf, dmaMaps, hostState, hypState, isMemory, ownerOf, ownerVm } from '../../spec/vocabulary/pages.ts';
import type { Always, Property } from '../property.ts';
import { isSecret, writerOf } from './words.ts';
import { everHeld, held, isOutOfVms, lent, spanOf } from '../tallies.ts';

const secretsAreNotReached: Always = {
  kind: 'always',
  clause: 'MEM-CONFIDENTIAL',
  statement: 'a page that holds the secret of a VM is in the hands of that VM alone',
  loss: 'a secret lies in reach of others',
  over: 'page',
  holds: every(
    0,
    quantity('words'),
    'each word',
    implies(
      isSecret(contentOf('page', 'each word').value),
      both(
        hostState('page').is('NOPAGE'),
        hypState('page').is('NOPAGE'),
        equals(ownerVm('page').value, writerOf(contentOf('page', 'each word').value)),
        equals(everHeld('page'), 1),
        equals(lent('page'), 0),
      ),
    ),
  ),
};

const ownedPagesArePrivate: Always = {
  kind: 'always',
  clause: 'MEM-PRIVATE',
  statement: 'a page that a VM owns and has not shared is reachable by nobody else',
  loss: 'others reach a page of a VM',
  over: 'mapping',
  holds: implies(
    cell('mapping', 'vm', 'gfn').is('OWNED'),
    every(
      cell('mapped', 'vm', 'gfn').value,
      spanOf('vm', 'gfn'),
      'each page',
      both(
        hostState('each page').is('NOPAGE'),
        hypState('each page').is('NOPAGE'),
        equals(held('each page'), 1),
        equals(lent('each page'), 0),
        dmaMaps('each page').is(0),
      ),
    ),
  ),
};

const hypervisorPagesArePrivate: Always = {
  kind: 'always',
  clause: 'MEM-HYP-PRIVATE',
  statement: 'a page that the hypervisor owns is reachable neither by the host nor by a VM nor by a device',
  loss: 'others reach a page of the hypervisor',
  over: 'page',
  holds: implies(
    hypState('page').is('OWNED'),
    both(hostState('page').is('NOPAGE'), isOutOfVms('page'), dmaMaps('page').is(0)),
  ),
};

const hostPagesArePrivate: Always = {
  kind: 'always',
  clause: 'MEM-HOST-PRIVATE',
  statement: 'a page that the host owns and has not shared with VMs is reachable by none',
  loss: 'a VM reaches a page of the host',
  over: 'page',
  holds: implies(
    either(
      hostState('page').is('OWNED'),
      both(hostState('page').is('SHARED_OWNED'), hypState('page').is('SHARED_BORROWED')),
    ),
    isOutOfVms('page'),
  ),
};

/** The host, the hypervisor, the secure world, and each VM that has the page or had it when it was finalised. */
const ownersOf = number(['page'], 'the number of owners of {page}', (page) =>
  [
    truth(hostState(page).isOneOf('OWNED', 'SHARED_OWNED')),
    truth(hypState(page).is('OWNED')),
    truth(ownerOf(page).is('FFA')),
  ].reduce((owners, one) => compute(owners, '+', one), everHeld(page)),
);

const pagesHaveOneOwner: Always = {
  kind: 'always',
  clause: 'MEM-ONE-OWNER',
  statement: 'no two of the host, the hypervisor, the VMs and the secure world own one page',
  loss: 'a page has two owners',
  over: 'page',
  holds: implies(isMemory('page'), compare(ownersOf('page'), '≤', 1)),
};

const pagesHaveAnOwner: Always = {
  kind: 'always',
  clause: 'MEM-OWNED',
  statement: 'a page of memory is owned by the host, the hypervisor, a VM or the secure world',
  loss: 'a page has no owner',
  over: 'page',
  holds: implies(isMemory('page'), compare(ownersOf('page'), '≥', 1)),
};

export const ownership: readonly Property[] = [
  secretsAreNotReached,
  ownedPagesArePrivate,
  hypervisorPagesArePrivate,
  hostPagesArePrivate,
  pagesHaveAnOwner,
  pagesHaveOneOwner,
];
