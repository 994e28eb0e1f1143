/** Early VMs, which start before the service does, under CIDs that their partitions have fixed. */
import { earlyCid, partition } from '../../parameters.ts';
import { call, must, noSubject } from '../../rule.ts';
import { isBelow, value } from '../../language/build.ts';
import { earlyFrom, earlyWith, isOfPartition, startsWith } from '../../vocabulary/cid-clients.ts';

/** A partition has its early VM started. */
export const startEarlyVm = call(
  'host',
  'start_early_vm',
  { early: earlyCid, partition },
  {
    guards: [
      must('EARLY-PARTITION', isOfPartition('early', 'partition'), 'ILLEGAL_STATE'),
      must('EARLY-UNUSED', earlyWith('early').is(0), 'EADDRINUSE'),
    ],
    effects: [earlyWith('early').grows(), startsWith('early').grows(), earlyFrom('early').becomes(value('partition'))],
  },
);

/** An early VM ends. */
export const endEarlyVm = call(
  'host',
  'end_early_vm',
  { early: earlyCid },
  {
    guards: [must('EARLY-LIVE', isBelow(0, earlyWith('early').value), 'ILLEGAL_STATE', noSubject)],
    effects: [earlyWith('early').shrinks(), earlyFrom('early').becomes('NONE')],
  },
);
