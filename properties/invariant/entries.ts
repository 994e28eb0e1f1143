/** What the entries of the VMs' stage 2 say, beside the records of the pages that they map. */
import { none, protAll } from '../../spec/config.ts';
import {
  attribute,
  both,
  cell,
  compare,
  either,
  equals,
  every,
  implies,
  not,
  quantity,
  value,
} from '../../spec/language/build.ts';
import { hostState, hypState, isMemory, ownerGfn, ownerOf, ownerVm } from '../../spec/vocabulary/pages.ts';
import { isInRange } from '../../spec/vocabulary/stage2.ts';
import { isCreated, isProtected, isUnprotected } from '../../spec/vocabulary/vms.ts';
import { isMapped } from '../memory/records.ts';
import type { Always } from '../property.ts';
import { spanOf } from '../tallies.ts';
import { isBetween, supporting } from './invariant.ts';

const [vm, gfn] = ['vm', 'gfn'] as const;
const [mapping, mapped, asBlock] = [cell('mapping', vm, gfn), cell('mapped', vm, gfn), cell('asBlock', vm, gfn)];
const there = mapped.value;

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

export const entryInvariants: readonly Always[] = [
  supporting(
    'MEM-LEGAL',
    'mapping',
    'every entry is one that there is, with permissions that exist',
    'an entry says what nobody can read',
    both(
      isBetween(mapping.value, 0, 5),
      isBetween(asBlock.value, 0, 1),
      isBetween(cell('prot', vm, gfn).value, 0, protAll),
    ),
  ),
  supporting(
    'MEM-PRIVATE',
    'mapping',
    'a page that a VM owns alone is recorded as its own, and the host has lost it',
    'others have a page of a VM',
    implies(mapping.is('OWNED'), both(isHeldHere, hostState(there).is('NOPAGE'))),
  ),
  supporting(
    'MEM-CONSENT',
    'mapping',
    'a page that a VM shares is recorded as its own, and the host borrows it',
    'a page that a VM shares is not its own',
    implies(mapping.is('SHARED_OWNED'), both(isHeldHere, hostState(there).is('SHARED_BORROWED'))),
  ),
  supporting(
    'MEM-NONPROTECTED',
    'mapping',
    'a page that a VM borrows is memory that the host shares with VMs, and the VM is not protected',
    'a VM borrows what the host does not lend',
    implies(
      mapping.is('SHARED_BORROWED'),
      both(
        isCreated(vm),
        isUnprotected(vm),
        every(
          there,
          spanOf(vm, gfn),
          'each page',
          both(isMemory('each page'), hostState('each page').is('SHARED_OWNED'), hypState('each page').is('NOPAGE')),
        ),
      ),
    ),
  ),
  supporting(
    'MEM-LEGAL',
    'mapping',
    'an entry maps a page, or no page and is no block',
    'an entry maps nothing, and does not say so',
    either(
      both(isMapped, compare(there, '≥', 0)),
      both(not(isMapped), mapped.is(none), asBlock.is(0), cell('prot', vm, gfn).is(0)),
    ),
  ),
  supporting(
    'MEM-OWN-TABLES',
    'mapping',
    'only a VM that exists has entries, and only within its address range',
    'a VM that does not exist has entries',
    implies(
      mapping.isNot('NOPAGE'),
      both(isCreated(vm), isInRange(gfn), equals(attribute('gfnReached', gfn).value, gfn)),
    ),
  ),
  supporting(
    'MEM-LEGAL',
    'mapping',
    'the entry of a block stands at its head, and no other frame of the block has one',
    'a frame has two entries',
    implies(
      asBlock.is(1),
      both(
        attribute('blockHead', gfn).is(value(gfn)),
        compare(attribute('pageAlignment', there).value, '≥', quantity('block')),
        every(
          0,
          quantity('gfns'),
          'each gfn',
          either(
            attribute('blockHead', 'each gfn').isNot(value(gfn)),
            equals('each gfn', gfn),
            cell('mapping', vm, 'each gfn').is('NOPAGE'),
          ),
        ),
      ),
    ),
  ),
];
