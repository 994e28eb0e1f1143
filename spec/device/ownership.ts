/** What the owner of a device can do to it, or whoever has it in hand. */
import { flag } from '../parameters.ts';
import { call, must, noSubject } from '../rule.ts';
import { equals, not, value } from '../language/build.ts';
import {
  clearRam,
  imageNew,
  isRunning,
  newOwnership,
  renewResetSecret,
  systemImage,
  theDebugger,
  unlockAllowed,
  unlocked,
  userData,
  wipeUserData,
} from '../vocabulary/device.ts';
import { systemImage as image } from './config.ts';
import { whileInBootloader, whileRunning } from './power.ts';

/** The switch in the settings. */
export const allowUnlock = call(
  'owner',
  'allow_unlock',
  {},
  { guards: [whileRunning], effects: [unlockAllowed.becomes(1)] },
);

/** Whoever unlocks a device by the book loses what is on it, which anybody with the device can bring about anyway. */
const losesNothing = { waiver: 'unlocking loses no more than a factory reset does, which nobody is asked for' };

export const unlock = call(
  'owner',
  'unlock',
  { confirmed: flag },
  {
    guards: [
      whileInBootloader,
      must('DEVICE-UNLOCK-ALLOWED', unlockAllowed.is(1), 'NOT_ALLOWED', losesNothing),
      must('DEVICE-UNLOCK-CONFIRMED', equals('confirmed', 1), 'NOT_ALLOWED', losesNothing),
    ],
    effects: [newOwnership, wipeUserData, renewResetSecret, clearRam, unlocked.becomes(1)],
  },
);

export const lock = call(
  'owner',
  'lock',
  {},
  { guards: [whileInBootloader], effects: [newOwnership, wipeUserData, renewResetSecret, unlocked.becomes(0)] },
);

export const flash = call(
  'owner',
  'flash',
  { image },
  {
    guards: [whileInBootloader, must('DEVICE-FLASH-UNLOCKED', unlocked.is(1), 'LOCKED')],
    effects: [systemImage.becomes(value('image')), imageNew.becomes(1)],
  },
);

export const factoryReset = call(
  'owner',
  'factory_reset',
  {},
  { guards: [whileInBootloader], effects: [newOwnership, wipeUserData, renewResetSecret] },
);

export const attachDebugger = call(
  'owner',
  'attach_debugger',
  {},
  {
    guards: [must('DEVICE-DEBUGGER-REST', not(isRunning), 'NOT_ALLOWED')],
    effects: [theDebugger.becomes(1)],
  },
);
export const detachDebugger = call(
  'owner',
  'detach_debugger',
  {},
  {
    guards: [must('DEVICE-DEBUGGER-THERE', theDebugger.is(1), 'NOT_READY', noSubject)],
    effects: [theDebugger.becomes(0)],
  },
);

/** The system is used, and keeps what it is given. */
export const writeUserData = call(
  'owner',
  'write_user_data',
  {},
  { guards: [whileRunning], effects: [userData.becomes('NEW')] },
);
