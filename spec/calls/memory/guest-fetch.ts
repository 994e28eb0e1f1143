import { gfn, vcpuIndex, vm } from '../../parameters.ts';
import { call, must, noSubject, onFailure } from '../../rule.ts';
import { isFresh, recordFault, touch } from '../../vocabulary/guests.ts';
import { allows, isMapped } from '../../vocabulary/stage2.ts';
import { vcpu } from '../../vocabulary/vms.ts';
import { entersGuest } from './guest-access.ts';

/** The guest goes on at one of its frames, in words that are zero: no instruction. */
export const guestFetch = call(
  'guest',
  'guest_fetch',
  { vm, vcpu: vcpuIndex, gfn },
  {
    guards: [
      ...entersGuest,
      onFailure('RUN-RECORD', recordFault(vcpu('vm', 'vcpu'), 'vm', 'gfn')),
      must('FETCH-MAPPED', isMapped('vm', 'gfn'), 'inst_abort:translation', noSubject),
      must('FETCH-FRESH', isFresh('vm', 'gfn'), 'inst_abort:access_flag'),
      must('FETCH-EXECUTABLE', allows('vm', 'gfn', 'PX'), 'inst_abort:permission'),
      onFailure('RUN-RECORD', touch('vm', 'gfn')),
    ],
    effects: [],
  },
);
