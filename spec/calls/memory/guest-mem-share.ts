import { fault, gfn, vcpuIndex, vm } from '../../parameters.ts';
import { call, implied, must, noSubject, onFailure } from '../../rule.ts';
import type { Rule, Step } from '../../rule.ts';
import { not } from '../../language/build.ts';
import { isPoisoned, publish, recordFault } from '../../vocabulary/guests.ts';
import { reservedAreZero } from '../../vocabulary/lifecycle.ts';
import { hostState } from '../../vocabulary/pages.ts';
import { isInRange, isMapped, mappedPage, mappingOf } from '../../vocabulary/stage2.ts';
import { isProtected, vcpu } from '../../vocabulary/vms.ts';
import { entersGuest } from './guest-access.ts';

/** One guard for both forms: Android's host poisons no frame, and never comes to it. */
const unpoisoned = must('MEM-SHARE-UNPOISONED', not(isPoisoned('vm', 'gfn')), 'INVALID_PARAMETER', noSubject);

const shares = (unmapped: readonly Step[]): Rule =>
  call(
    'guest',
    'guest_mem_share',
    { vm, vcpu: vcpuIndex, gfn, argFault: fault },
    {
      guards: [
        ...entersGuest,
        must(
          'MEM-SHARE-PROTECTED',
          isProtected('vm'),
          'hvc',
          implied('MEM-SHARE-OWNED', 'a VM that is not protected owns nothing'),
        ),
        must('MEM-SHARE-ARGS', reservedAreZero('argFault'), 'INVALID_PARAMETER', {
          waiver: 'reserved arguments are not part of the state',
        }),
        must('MEM-SHARE-GFN', isInRange('gfn'), 'INVALID_PARAMETER', noSubject),
        unpoisoned,
        ...unmapped,
        must('MEM-SHARE-OWNED', mappingOf('vm', 'gfn').is('OWNED'), 'INVALID_PARAMETER', {
          waiver: 'to share twice changes nothing',
        }),
      ],
      effects: [
        hostState(mappedPage('vm', 'gfn')).becomes('SHARED_BORROWED'),
        mappingOf('vm', 'gfn').becomes('SHARED_OWNED'),
        publish('vm', mappedPage('vm', 'gfn')),
      ],
    },
  );

/** MEM_SHARE: a protected VM lets the host use one of its pages, and keeps owning it. */
export const guestMemShare = shares([
  onFailure('RUN-RECORD', recordFault(vcpu('vm', 'vcpu'), 'vm', 'gfn')),
  must('MEM-SHARE-MAPPED', isMapped('vm', 'gfn'), 'data_abort:translation', noSubject),
]);

/** Android's: where no page is mapped the host is asked for one, and sees no fault. */
export const androidMemShare = shares([must('MEM-SHARE-MAPPED', isMapped('vm', 'gfn'), 'hvc', noSubject)]);
