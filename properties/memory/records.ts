/** What the records and tables may say of a page: the table of legal combinations. */
import { none } from '../../spec/config.ts';
import {
  attribute,
  both,
  cell,
  compare,
  condition,
  either,
  equals,
  every,
  implies,
  not,
  quantity,
} from '../../spec/language/build.ts';
import type { Ref } from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';
import {
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
import { entryOf, isInRange, isProt } from '../../spec/vocabulary/stage2.ts';
import { isCreated, protection } from '../../spec/vocabulary/vms.ts';
import type { Always, Property } from '../property.ts';
import { covers, everHeld, everLent, strandedHeld } from '../tallies.ts';

const hasViews = (host: 'OWNED' | 'NOPAGE', hyp: 'OWNED' | 'NOPAGE'): Bool =>
  both(hostState('page').is(host), hypState('page').is(hyp));

const onlyMemoryChangesHands: Always = {
  kind: 'always',
  clause: 'MEM-LEGAL',
  statement: 'what is not memory is never shared, given away or mapped',
  loss: 'what is no memory changes hands',
  over: 'page',
  holds: either(
    isMemory('page'),
    both(
      implies(isOfHypFromStart('page'), hasViews('NOPAGE', 'OWNED')),
      either(isOfHypFromStart('page'), hasViews('OWNED', 'NOPAGE')),
      cell('use', 'page').is('NONE'),
      pins('page').is(0),
      equals(everLent('page'), 0),
      equals(everHeld('page'), 0),
    ),
  ),
};

/** The entry at which the record says that a page is owned does map it, in this state; a stranded one is forgiven. */
function isAnnotated(page: Ref, state: 'OWNED' | 'SHARED_OWNED'): Bool {
  const [vm, gfn] = [ownerVm(page).value, ownerGfn(page).value];
  const entry = entryOf(vm, gfn);
  const isThere = both(ownerOf(page).is('VM'), cell('mapping', vm, entry).is(state), covers(vm, entry, page));
  return both(equals(everHeld(page), 1), either(compare(strandedHeld(page), '>', 0), isThere));
}
const isAnnotatedAsOwned = condition(['page'], 'the record of {page} [agrees] with a VM that owns it', (page) =>
  isAnnotated(page, 'OWNED'),
);
const isAnnotatedAsShared = condition(['page'], 'the record of {page} [agrees] with a VM that shares it', (page) =>
  isAnnotated(page, 'SHARED_OWNED'),
);

const isNotLent = both(equals(everLent('page'), 0), guestShares('page').is(0));
const isNotHeld = equals(everHeld('page'), 0);
const [host, hyp, owner] = [hostState('page'), hypState('page'), ownerOf('page')];
/** The table: one row for each way in which a page of memory can be owned and lent. */
const rows: readonly Bool[] = [
  both(host.is('OWNED'), hyp.is('NOPAGE'), owner.is('NONE'), isNotLent, isNotHeld),
  both(host.is('SHARED_OWNED'), hyp.is('NOPAGE'), owner.is('NONE'), isNotHeld),
  both(host.is('SHARED_OWNED'), hyp.is('SHARED_BORROWED'), owner.is('NONE'), isNotLent, isNotHeld),
  both(host.is('SHARED_BORROWED'), hyp.is('NOPAGE'), isNotLent, isAnnotatedAsShared('page')),
  both(host.is('NOPAGE'), hyp.is('OWNED'), owner.is('HYP'), isNotLent, isNotHeld),
  both(host.is('NOPAGE'), hyp.is('NOPAGE'), owner.is('VM'), isNotLent, isAnnotatedAsOwned('page')),
  both(host.is('NOPAGE'), hyp.is('NOPAGE'), owner.is('FFA'), isNotLent, isNotHeld),
];

const viewsAreLegal: Always = {
  kind: 'always',
  clause: 'MEM-LEGAL',
  statement:
    'the views of the host, the hypervisor and the VMs of a page are one row of the table of legal combinations',
  loss: 'the records of a page contradict each other',
  over: 'page',
  holds: implies(isMemory('page'), either(...rows)),
};

/** The entry maps something, whoever owns it. */
export const isMapped = cell('mapping', 'vm', 'gfn').isOneOf('OWNED', 'SHARED_OWNED', 'SHARED_BORROWED');
const mapped = cell('mapped', 'vm', 'gfn');
const asBlock = cell('asBlock', 'vm', 'gfn');
const prot = cell('prot', 'vm', 'gfn');

const headOf = (gfn: Ref) => attribute('blockHead', gfn);
/** Another frame of the same block, were this its first. */
const isBehind = both(not(equals('each gfn', 'gfn')), equals(headOf('each gfn').value, 'gfn'));
const isWellFormedBlock = both(
  equals(headOf('gfn').value, 'gfn'),
  compare(attribute('pageAlignment', mapped.value).value, '≥', quantity('block')),
  every(0, quantity('gfns'), 'each gfn', implies(isBehind, cell('mapping', 'vm', 'each gfn').is('NOPAGE'))),
);

const mappingsAreWellFormed: Always = {
  kind: 'always',
  clause: 'MEM-LEGAL',
  statement: 'an entry maps one page or one aligned block, inside the address range, with permissions that exist',
  loss: 'an entry maps what it cannot',
  over: 'mapping',
  holds: either(
    both(not(isMapped), mapped.is(none), asBlock.is(0), prot.is(0)),
    both(
      isMapped,
      isInRange('gfn'),
      equals(attribute('gfnReached', 'gfn').value, 'gfn'),
      isProt(prot.value),
      compare(mapped.value, '≥', 0),
      either(asBlock.is(0), isWellFormedBlock),
    ),
  ),
};

export const vmsOwnOrBorrow: Always = {
  kind: 'always',
  clause: 'MEM-LEGAL',
  statement: 'a protected VM owns what it maps, another VM borrows it, and a VM that does not exist maps nothing',
  loss: 'a page is mapped the wrong way',
  over: 'mapping',
  holds: implies(
    cell('mapping', 'vm', 'gfn').isNot('NOPAGE'),
    both(
      isCreated('vm'),
      either(
        both(cell('mapping', 'vm', 'gfn').is('SHARED_BORROWED'), protection('vm').is(0)),
        both(cell('mapping', 'vm', 'gfn').isNot('SHARED_BORROWED'), protection('vm').is(1)),
      ),
    ),
  ),
};

export const records: readonly Property[] = [
  onlyMemoryChangesHands,
  mappingsAreWellFormed,
  vmsOwnOrBorrow,
  viewsAreLegal,
];
