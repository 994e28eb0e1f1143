/** What devices and the secure world have of a page, and what the record says of it. */
import { none } from '../../spec/config.ts';
import { both, cell, compare, every, implies, quantity } from '../../spec/language/build.ts';
import { secureHold } from '../../spec/vocabulary/devices.ts';
import { dmaMaps, guestShares, hostState, isMemory } from '../../spec/vocabulary/pages.ts';
import { reached } from '../dma/laws.ts';
import type { Always } from '../property.ts';
import { supporting } from './invariant.ts';

export const withDevices: readonly Always[] = [
  supporting(
    'DMA-MAPPED-PINNED',
    'page',
    'what a device has mapped is memory that the host owns alone',
    'a device has what the host has not alone',
    implies(compare(dmaMaps('page').value, '>', 0), both(isMemory('page'), hostState('page').is('OWNED'))),
  ),
  supporting(
    'DMA-MAPPED-PINNED',
    'machine',
    'an address of a device is that of no page, or of memory that counts as mapped',
    'a device reaches what does not count as mapped',
    every(
      0,
      quantity('devices'),
      'each device',
      every(
        0,
        quantity('iovas'),
        'each iova',
        implies(reached.isNot(none), both(isMemory(reached.value), compare(dmaMaps(reached.value).value, '>', 0))),
      ),
    ),
  ),
];

export const withSecureWorld: readonly Always[] = [
  supporting(
    'MEM-LEGAL',
    'page',
    'what the host shares with the secure world counts no share with a VM',
    'a page has two borrowers',
    implies(
      secureHold('page').is('SHARED'),
      both(hostState('page').is('SHARED_OWNED'), cell('hyp', 'page').is('NOPAGE'), guestShares('page').is(0)),
    ),
  ),
  supporting(
    'FFA-LENT',
    'page',
    'what the secure world was lent is memory that is recorded as its own',
    'a lent page belongs to another',
    implies(
      secureHold('page').is('LENT'),
      both(isMemory('page'), cell('owner', 'page').is('FFA'), hostState('page').is('NOPAGE')),
    ),
  ),
];
