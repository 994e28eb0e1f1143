/** Words about a device: who owns it, what boots, what lies in its memory, and which secrets there are. */
import { bootStates, chainModes, systemImages } from '../device/config.ts';
import { none } from '../config.ts';
import {
  all,
  both,
  cell,
  choose,
  compare,
  compute,
  condition,
  either,
  equals,
  first,
  forEach,
  number,
  quantity,
  value,
  when,
} from '../language/build.ts';
import type { Cell, Ref } from '../language/build.ts';
import type { Bool, Effect, Num } from '../language/term.ts';

export const phonePower = cell('phonePower');
export const unlocked = cell('unlocked');
export const unlockAllowed = cell('unlockAllowed');
export const systemImage = cell('systemImage');
export const imageNew = cell('imageNew');
export const theDebugger = cell('debugger');
export const chainMode = cell('chainMode');
export const bootState = cell('bootState');
export const bootLocked = cell('bootLocked');
export const bootDebugged = cell('bootDebugged');
export const resetSecret = cell('resetSecret');
export const userData = cell('userData');
export const keeperEntry = cell('keeperEntry');
export const keeperPolicy = cell('keeperPolicy');
export const memProtect = cell('memProtect');
export const privateCount = cell('privateCount');
export const pvmfwMemory = cell('pvmfwMemory');
export const runs = cell('runs');
export const runSecret = cell('runSecret');
export const runKeeper = cell('runKeeper');
export const sealedSecret = cell('sealedSecret');
export const sealedKeeper = cell('sealedKeeper');
export const sealedOld = cell('sealedOld');
export const sealedNormal = cell('sealedNormal');
export const ramUse = (page: Ref): Cell<'ramUse'> => cell('ramUse', page);
export const ram = (page: Ref): Cell<'ram'> => cell('ram', page);

export const isRunning = condition([], 'a system [is] running', () => phonePower.is('RUNNING'))();
export const isInBootloader = condition([], 'the bootloader [is] running', () => phonePower.is('BOOTLOADER'))();
export const vmRuns: Bool = runs.is(1);
/** The device is locked, and no debugger was there at its boot. */
export const isNormal = condition([], 'this boot [is] of a locked device without a debugger', () =>
  both(bootLocked.is(1), bootDebugged.is(0)),
)();

/** The mode and the authority in a chain, and with the factory reset secret what a VM's secret is derived from. */
export const policyOf = number(['mode', 'image'], 'the policy of {mode} and {image}', (mode, image) =>
  compute(compute(image, '*', chainModes.length), '+', mode),
);
export const thisPolicy = policyOf(chainMode.value, systemImage.value);
export const deviceSecret = number(
  ['frs', 'policy'],
  'the secret of factory reset secret {frs} under {policy}',
  (frs, policy) => compute(compute(frs, '*', chainModes.length * systemImages.length), '+', policy),
);
const frsOfSecret = number(['secret'], 'the factory reset secret in {secret}', (secret) =>
  choose(equals(secret, none), none, compute(secret, 'div', chainModes.length * systemImages.length)),
);

/** Random: neither the one there is, nor that of what is sealed. No VM runs while it is made. */
const freshResetSecret = number([], 'a new factory reset secret', () =>
  first(
    0,
    3,
    'each number',
    both(resetSecret.isNot(value('each number')), compare(frsOfSecret(sealedSecret.value), '≠', 'each number')),
  ),
)();
/** The same where Secretkeeper has nothing, and no VM runs. */
export const freshKeeperEntry = number([], 'a new secret of Secretkeeper', () =>
  first(0, 2, 'each number', sealedKeeper.isNot(value('each number'))),
)();

const forEachPage = (change: Effect): Effect => forEach(0, quantity('ramPages'), 'each page', change);
const here = { use: ramUse('each page'), left: ram('each page') };

export const clearRam: Effect = all(pvmfwMemory.becomes('NOTHING'), forEachPage(here.left.becomes('NOTHING')));
const keepRam: Effect = all(
  when(pvmfwMemory.is('PRESENT'), pvmfwMemory.becomes('PAST')),
  forEachPage(when(here.left.is('PRESENT'), here.left.becomes('PAST'))),
);

export const forgetVm: Effect = all(runs.becomes(0), runSecret.becomes(none), runKeeper.becomes(none));
/** Whatever ran is over: memory has what it had, and nobody who answers for it. */
export const endOfSystem: Effect = all(forgetVm, privateCount.becomes(0), forEachPage(here.use.becomes('HOST')));

/** The firmware starts the bootloader, and clears memory first if it was asked to. */
export const startBootloader: Effect = all(
  endOfSystem,
  when(memProtect.is(1), clearRam, keepRam),
  memProtect.becomes(0),
  phonePower.becomes('BOOTLOADER'),
);
/** A warm reset: the firmware keeps its hands off memory. */
export const startBootloaderWarm: Effect = all(
  endOfSystem,
  keepRam,
  memProtect.becomes(0),
  phonePower.becomes('BOOTLOADER'),
);

/** One more private page, or one less: the firmware is told of the first and of the last. */
export const countUp: Effect = when(
  quantityIs('memProtects'),
  all(when(privateCount.is(0), memProtect.becomes(1)), privateCount.grows()),
);
export const countDown: Effect = when(
  quantityIs('memProtects'),
  all(privateCount.shrinks(), when(privateCount.is(0), memProtect.becomes(0))),
);
function quantityIs(name: 'memProtects'): Bool {
  return equals(quantity(name), 1);
}

/** The device has another owner from here on, or the same one anew: what there is, is of before. */
export const newOwnership: Effect = all(
  when(sealedSecret.isNot(none), sealedOld.becomes(1)),
  when(userData.is('NEW'), userData.becomes('OLD')),
  imageNew.becomes(0),
);
export const wipeUserData: Effect = userData.becomes('NONE');
export const renewResetSecret: Effect = resetSecret.becomes(freshResetSecret);

/** Green for the vendor's system, yellow for one of the owner's, orange for any while the device is unlocked. */
export const stateOfBoot: Num = number([], 'the boot state of the system image', () =>
  choose(
    unlocked.is(1),
    bootStates.indexOf('UNVERIFIED'),
    choose(systemImage.is('VENDOR'), bootStates.indexOf('VERIFIED'), bootStates.indexOf('SELF_SIGNED')),
  ),
)();
export const modeOfBoot: Num = number([], 'the mode of this boot', () =>
  choose(both(unlocked.is(0), theDebugger.is(0)), chainModes.indexOf('NORMAL'), chainModes.indexOf('DEBUG')),
)();
/** What a key attestation says, as one number. */
export const rootOfTrust: Num = number([], 'boot state and lock of this boot', () =>
  compute(compute(bootState.value, '*', 2), '+', bootLocked.value),
)();

/** The hypervisor is the vendor's: another need not keep anything from the host. */
export const isOwnHypervisor = condition([], "the hypervisor [is] the vendor's", () => systemImage.is('VENDOR'))();
export const keeperOpens = condition([], 'Secretkeeper [has] nothing for the VM, or has it under this policy', () =>
  either(keeperEntry.is(none), keeperPolicy.is(thisPolicy)),
)();
