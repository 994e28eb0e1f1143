/** A VM on the device, with its memory and its secrets, and what others read and are told. */
import { call, must, noSubject } from '../rule.ts';
import type { Step } from '../rule.ts';
import { all, answers, both, either, not, truth, when } from '../language/build.ts';
import type { Effect } from '../language/term.ts';
import { none } from '../config.ts';
import {
  countDown,
  countUp,
  deviceSecret,
  forgetVm,
  freshKeeperEntry,
  isNormal,
  isOwnHypervisor,
  isRunning,
  keeperEntry,
  keeperOpens,
  keeperPolicy,
  pvmfwMemory,
  ram,
  ramUse,
  resetSecret,
  rootOfTrust,
  runKeeper,
  runSecret,
  runs,
  sealedKeeper,
  sealedNormal,
  sealedOld,
  sealedSecret,
  thisPolicy,
  vmRuns,
} from '../vocabulary/device.ts';
import { ramPage } from './config.ts';
import { whileRunning } from './power.ts';

export const whileVmRuns: Step = must('DEVICE-VM-RUNS', vmRuns, 'NOT_READY', noSubject);
const onPage = { page: ramPage };

/** The VM derives its secret, and gets from Secretkeeper what it had there. */
export const startVm = call(
  'host',
  'start_vm',
  {},
  {
    guards: [
      must('DEVICE-VM-STARTS', both(isRunning, not(vmRuns)), 'NOT_READY', noSubject),
      must('DEVICE-KEEPER-POLICY', keeperOpens, 'POLICY_ERROR'),
    ],
    effects: [
      when(keeperEntry.is(none), all(keeperEntry.becomes(freshKeeperEntry), keeperPolicy.becomes(thisPolicy))),
      runs.becomes(1),
      runSecret.becomes(deviceSecret(resetSecret.value, thisPolicy)),
      runKeeper.becomes(keeperEntry.value),
    ],
  },
);
export const endVm = call('host', 'end_vm', {}, { guards: [whileVmRuns], effects: [forgetVm] });

export const seal = call(
  'guest',
  'seal',
  {},
  {
    guards: [whileVmRuns],
    effects: [
      sealedSecret.becomes(runSecret.value),
      sealedKeeper.becomes(runKeeper.value),
      sealedOld.becomes(0),
      sealedNormal.becomes(truth(isNormal)),
    ],
  },
);

/** The VM's own from here on, with what it writes there. */
const becomesPrivate: Effect = all(ramUse('page').becomes('VM'), ram('page').becomes('PRESENT'), countUp);

export const givePage = call('host', 'give_page', onPage, {
  guards: [whileVmRuns, must('DEVICE-GIVE-HOST', ramUse('page').is('HOST'), 'EPERM')],
  effects: [becomesPrivate],
});
/** What the VM had there is not in it any more: what it shares it means to be read. */
export const sharePage = call('guest', 'share_page', onPage, {
  guards: [whileVmRuns, must('DEVICE-SHARE-OWNED', ramUse('page').is('VM'), 'EPERM')],
  effects: [ramUse('page').becomes('SHARED'), ram('page').becomes('NOTHING'), countDown],
});
export const unsharePage = call('guest', 'unshare_page', onPage, {
  guards: [whileVmRuns, must('DEVICE-UNSHARE-SHARED', ramUse('page').is('SHARED'), 'EPERM')],
  effects: [becomesPrivate],
});
/** Wiped first; from a VM that runs as from one that has ended. */
export const reclaimPage = call('host', 'reclaim_page', onPage, {
  guards: [must('DEVICE-RECLAIM-TAKEN', ramUse('page').isNot('HOST'), 'EPERM', noSubject)],
  effects: [ram('page').becomes('NOTHING'), when(ramUse('page').is('VM'), countDown), ramUse('page').becomes('HOST')],
});

/** The host looks into memory: another hypervisor than the vendor's need not keep it out. */
export const readPage = call('host', 'read_page', onPage, {
  guards: [whileRunning, must('DEVICE-READ-PAGE', either(ramUse('page').isNot('VM'), not(isOwnHypervisor)), 'FAULT')],
  effects: [answers(ram('page').value)],
  answer: 'number',
});
export const readPvmfw = call(
  'host',
  'read_pvmfw',
  {},
  {
    guards: [whileRunning, must('DEVICE-READ-PVMFW', not(isOwnHypervisor), 'FAULT')],
    effects: [answers(pvmfwMemory.value)],
    answer: 'number',
  },
);

/** Secretkeeper forgets all, as it is told on a device without user data. */
export const deleteAll = call(
  'host',
  'delete_all',
  {},
  { guards: [whileRunning], effects: [keeperEntry.becomes(none), keeperPolicy.becomes(none)] },
);

/** KeyMint says in a certificate what the bootloader has told it. */
export const attestKey = call(
  'host',
  'attest_key',
  {},
  { guards: [whileRunning], effects: [answers(rootOfTrust)], answer: 'number' },
);
