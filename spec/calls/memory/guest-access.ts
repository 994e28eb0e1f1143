/** What every step of a guest starts with: its vCPU is loaded here, and its code can be fetched. */
import { must, noSubject, onFailure } from '../../rule.ts';
import type { Step } from '../../rule.ts';
import { both } from '../../language/build.ts';
import {
  codeExecutable,
  codeFresh,
  codeMapped,
  enter,
  isFresh,
  recordFault,
  touch,
  touchCode,
} from '../../vocabulary/guests.ts';
import { allows, isMapped } from '../../vocabulary/stage2.ts';
import { isLoadedHere, vcpu } from '../../vocabulary/vms.ts';

const running = vcpu('vm', 'vcpu');

export const entersGuest: readonly Step[] = [
  must('RUN-LOADED', isLoadedHere(running), 'EINVAL'),
  onFailure('RUN-RECORD', enter(running, 'vm')),
  must('RUN-CODE-MAPPED', codeMapped('vm'), 'inst_abort:translation', noSubject),
  must('RUN-CODE-FRESH', codeFresh('vm'), 'inst_abort:access_flag'),
  must('RUN-CODE-EXECUTABLE', codeExecutable('vm'), 'inst_abort:permission'),
  onFailure('RUN-RECORD', touchCode('vm')),
];

/** The frame can be reached for an access of this kind, or of both; a translation fault goes on record. */
export const reaches = (...access: ('R' | 'W')[]): readonly Step[] => [
  onFailure('RUN-RECORD', recordFault(running, 'vm', 'gfn')),
  must('GUEST-MAPPED', isMapped('vm', 'gfn'), 'data_abort:translation', noSubject),
  must('GUEST-FRESH', isFresh('vm', 'gfn'), 'data_abort:access_flag'),
  must('GUEST-PERMITTED', both(...access.map((one) => allows('vm', 'gfn', one))), 'data_abort:permission'),
  onFailure('RUN-RECORD', touch('vm', 'gfn')),
];
