import { fault, flag, gfn, vcpuIndex, vm } from '../../parameters.ts';
import { call, must, neverDecides } from '../../rule.ts';
import type { Rule } from '../../rule.ts';
import { all, both, either, equals, not, note, when } from '../../language/build.ts';
import type { Bool, Effect } from '../../language/term.ts';
import { reservedAreZero } from '../../vocabulary/lifecycle.ts';
import { giveToHost, hostRegains, isUnmappedForDma, wipe } from '../../vocabulary/pages.ts';
import { unmap } from '../../vocabulary/page-tables.ts';
import { isInRange, isMapped, mappedPage, mappingOf } from '../../vocabulary/stage2.ts';
import { isProtected } from '../../vocabulary/vms.ts';
import { entersGuest } from '../memory/guest-access.ts';

const page = mappedPage('vm', 'gfn');
/** Only a protected VM has a page to give up, and only where one is mapped; otherwise the call does nothing. */
const givesUp = both(isProtected('vm'), isMapped('vm', 'gfn'));
const ofPage = (fact: Bool): Bool => either(not(givesUp), fact);

const relinquish = (more: Rule['parameters'], isWiped: Effect, isReturned: Effect): Rule =>
  call(
    'guest',
    'guest_mem_relinquish',
    { vm, vcpu: vcpuIndex, gfn, argFault: fault, ...more },
    {
      guards: [
        ...entersGuest,
        must('RELINQUISH-ARGS', reservedAreZero('argFault'), 'INVALID_PARAMETER', {
          waiver: 'reserved arguments are not part of the state',
        }),
        must('RELINQUISH-GFN', either(not(isProtected('vm')), isInRange('gfn')), 'INVALID_PARAMETER', {
          waiver: "a gfn that wraps reaches the frame that it wraps to, which is the VM's own to give up",
        }),
        must(
          'RELINQUISH-DMA',
          ofPage(isUnmappedForDma(page)),
          'INVALID_PARAMETER',
          neverDecides('DMA-MAPPED-PINNED: a page that a device has mapped is not given to a VM'),
        ),
        must('RELINQUISH-OWNED', ofPage(mappingOf('vm', 'gfn').is('OWNED')), 'INVALID_PARAMETER', {
          waiver: 'a page that is shared with the host could be left to it without harm',
        }),
      ],
      // MEM-WIPE-UNMAPPED: the mapping ends first, or another vCPU could write to the page after the wipe.
      effects: [when(givesUp, all(note('relinquished', page), unmap('vm', 'gfn'), isWiped, isReturned))],
    },
  );

/** MEM_RELINQUISH: a VM gives one of its pages back to the host. */
export const guestMemRelinquish = relinquish({}, wipe('relinquished'), giveToHost('relinquished'));

/** The same while the wipe still came before the unmapping: another vCPU, if it is in time, writes what it likes. */
export const guestMemRelinquishMapped = relinquish(
  { raced: flag },
  when(equals('raced', 0), wipe('relinquished')),
  hostRegains('relinquished'),
);
