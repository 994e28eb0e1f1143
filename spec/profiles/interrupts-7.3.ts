/**
 * Interrupts of protected VMs: EL2 between the host's list registers and the CPU's, as in Linux 7.3, and registers of
 * VMs that stay with EL2, as in Android and from Linux 7.4 on.
 */
import { askDevice, finishIrq, maskIrq, spin, takeIrq, unmaskIrq, work } from '../interrupts/guest.ts';
import {
  answerDevice,
  endGuest,
  forgeIrq,
  injectIrq,
  look,
  readGuestPage,
  reclaimGuest,
  runGuest,
  startGuest,
  timerIrq,
  withdrawIrq,
} from '../interrupts/host.ts';
import { baseProfile } from '../profile.ts';

export const interrupts73 = baseProfile('interrupts-7.3', [
  startGuest,
  injectIrq,
  forgeIrq,
  withdrawIrq,
  answerDevice,
  runGuest,
  timerIrq,
  look,
  readGuestPage,
  endGuest,
  reclaimGuest,
  work,
  askDevice,
  maskIrq,
  unmaskIrq,
  spin,
  takeIrq,
  finishIrq,
]);
