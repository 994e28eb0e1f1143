/** What a device does only as a whole: a VM that crashes, an app that knows it by its CID, a payload that is updated. */
import { answers, isBelow, value } from '../language/build.ts';
import { call, must, noSubject } from '../rule.ts';
import { liveWith } from '../vocabulary/cids.ts';
import { isLearnt, learns, learntCid, payload, peer } from '../vocabulary/system.ts';
import { forgetVm } from '../vocabulary/device.ts';
import { payloadVersion } from './config.ts';
import { whileRunning } from './power.ts';
import { whileVmRuns } from './vms.ts';

/** The guest panics, or its VMM does. Pages stay as they are until the host takes them back. */
export const crashVm = call('guest', 'crash_vm', {}, { guards: [whileVmRuns], effects: [forgetVm] });

/** The host installs a payload: a newer one, or an older one again. */
export const installPayload = call(
  'host',
  'install_payload',
  { version: payloadVersion },
  { guards: [whileRunning], effects: [payload.becomes(value('version'))] },
);

/** An app is told which CID the VM has that runs. */
export const learnCid = call('app', 'learn_cid', {}, { guards: [whileVmRuns], effects: [learns] });

/** It connects to that CID, perhaps long after. */
export const connectCid = call(
  'app',
  'connect_cid',
  {},
  {
    guards: [
      must('SYSTEM-CONNECT-LEARNT', isLearnt, 'NOT_READY', noSubject),
      must('SYSTEM-CONNECT-LIVE', isBelow(0, liveWith(learntCid.value).value), 'ENODEV', noSubject),
    ],
    effects: [answers(peer)],
    answer: 'number',
  },
);
