/** Resets of every kind, and what starts after them. */
import { call, must, noSubject } from '../rule.ts';
import type { Step } from '../rule.ts';
import { all, either, not, truth, when } from '../language/build.ts';
import type { Effect } from '../language/term.ts';
import {
  bootDebugged,
  bootLocked,
  bootState,
  chainMode,
  endOfSystem,
  isInBootloader,
  isRunning,
  modeOfBoot,
  phonePower,
  privateCount,
  pvmfwMemory,
  startBootloader,
  startBootloaderWarm,
  stateOfBoot,
  systemImage,
  theDebugger,
  unlocked,
} from '../vocabulary/device.ts';

/** The system runs, which makes the call. */
export const whileRunning: Step = must('DEVICE-RUNNING', isRunning, 'NOT_READY', noSubject);
/** The bootloader runs, and offers the call in its menu. */
export const whileInBootloader: Step = must('DEVICE-IN-BOOTLOADER', isInBootloader, 'NOT_ALLOWED');

export const powerOn = call(
  'owner',
  'power_on',
  {},
  { guards: [must('DEVICE-OFF', phonePower.is('OFF'), 'NOT_READY', noSubject)], effects: [startBootloader] },
);

/** The bootloader verifies the system, hands pvmfw its secrets, and says in the chain and to KeyMint what it starts. */
export const bootSystem = call(
  'bootloader',
  'boot_system',
  {},
  {
    guards: [
      must('DEVICE-AFTER-BOOTLOADER', isInBootloader, 'NOT_READY', noSubject),
      must('DEVICE-VERIFIED-BOOT', either(unlocked.is(1), systemImage.isNot('UNSIGNED')), 'VERIFICATION_FAILED'),
    ],
    effects: [
      chainMode.becomes(modeOfBoot),
      bootState.becomes(stateOfBoot),
      bootLocked.becomes(truth(unlocked.is(0))),
      bootDebugged.becomes(theDebugger.value),
      pvmfwMemory.becomes('PRESENT'),
      phonePower.becomes('RUNNING'),
    ],
  },
);

/** The hypervisor sees the calls by which the host resets the device, and wipes what it answers for. */
const poison: Effect = pvmfwMemory.becomes('NOTHING');

export const psciSystemReset = call(
  'host',
  'psci_system_reset',
  {},
  { guards: [whileRunning], effects: [poison, startBootloader] },
);
/** A reset that the vendor has defined, after which memory is as it was; only where there is nothing to lose. */
export const psciSystemReset2 = call(
  'host',
  'psci_system_reset2',
  {},
  { guards: [whileRunning], effects: [poison, when(privateCount.is(0), startBootloaderWarm, startBootloader)] },
);
export const psciSystemOff = call(
  'host',
  'psci_system_off',
  {},
  { guards: [whileRunning], effects: [poison, endOfSystem, phonePower.becomes('OFF')] },
);

/** Nobody is asked. */
export const watchdogReset = call(
  'firmware',
  'watchdog_reset',
  {},
  { guards: [must('DEVICE-ON', not(phonePower.is('OFF')), 'NOT_READY', noSubject)], effects: [startBootloader] },
);
/** The battery is taken out; memory outlasts it for a while. */
export const cutPower = call(
  'owner',
  'cut_power',
  {},
  {
    guards: [must('DEVICE-ON', not(phonePower.is('OFF')), 'NOT_READY', noSubject)],
    effects: [all(endOfSystem, phonePower.becomes('OFF'))],
  },
);
