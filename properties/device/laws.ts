/** The device: what is left for whoever boots next, and what goes from one owner to another. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { none } from '../../spec/config.ts';
import { bootStates, chainModes, leftInRam } from '../../spec/device/config.ts';
import {
  before,
  both,
  callIsDone,
  cell,
  compare,
  compute,
  countOf,
  either,
  equals,
  every,
  implies,
  not,
  number,
  quantity,
  some,
  theAnswer,
} from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';
import type { Always, Each, Permitted, Property, Sometimes } from '../property.ts';
import type { View } from '../view.ts';
import { field, opened } from './opened.ts';

const past = leftInRam.indexOf('PAST');
const present = leftInRam.indexOf('PRESENT');
const power = cell('phonePower');
const isOn = power.isNot('OFF');
const isRunning = power.is('RUNNING');
const isLocked = cell('unlocked').is(0);
const image = cell('systemImage');
const left = cell('ram', 'each page');
const everyPage = (holds: Bool): Bool => every(0, quantity('ramPages'), 'each page', holds);
const somePage = (holds: Bool): Bool => some(0, quantity('ramPages'), 'each page', holds);
const isCovered: Bool = equals(quantity('memProtects'), 1);

const nothingOfOldVms: Always = {
  kind: 'always',
  clause: 'DEVICE-VMS-GONE',
  statement: 'once the bootloader runs, no page has a byte of a VM of an earlier boot',
  loss: 'the next boot reads the memory of a VM',
  over: 'machine',
  when: isOn,
  holds: implies(isOn, everyPage(left.isNot('PAST'))),
};

const firmwareClears: Each = {
  kind: 'each',
  clause: 'MEM-RESET-WIPE',
  statement: 'the firmware starts the bootloader with nothing in memory, if memory protection is on',
  loss: 'the firmware leaves what it was told to clear',
  over: 'call',
  on: ['power_on', 'watchdog_reset', 'psci_system_reset', 'psci_system_reset2'],
  when: both(callIsDone, before(cell('memProtect').is(1))),
  holds: implies(
    both(callIsDone, before(cell('memProtect').is(1))),
    both(cell('pvmfwMemory').is('NOTHING'), everyPage(left.is('NOTHING'))),
  ),
};

const protectionIsOn: Always = {
  kind: 'always',
  clause: 'DEVICE-PROTECTION-ON',
  statement: 'while a system runs, memory protection is on exactly if a VM has a page of its own',
  loss: 'the firmware does not know that there is something to clear',
  over: 'machine',
  when: both(isRunning, either(cell('memProtect').is(1), somePage(cell('ramUse', 'each page').is('VM')))),
  holds: implies(
    both(isRunning, isCovered),
    either(
      both(cell('memProtect').is(1), somePage(cell('ramUse', 'each page').is('VM'))),
      both(cell('memProtect').is(0), everyPage(cell('ramUse', 'each page').isNot('VM'))),
    ),
  ),
};

const privatePagesAreCounted: Always = {
  kind: 'always',
  clause: 'DEVICE-PROTECTION-ON',
  statement: 'the hypervisor counts as many private pages as there are',
  loss: 'a count goes wrong that memory protection goes by',
  over: 'machine',
  when: either(cell('privateCount').isNot(0), somePage(cell('ramUse', 'each page').is('VM'))),
  holds: implies(
    isCovered,
    equals(
      cell('privateCount').value,
      countOf(0, quantity('ramPages'), 'each page', cell('ramUse', 'each page').is('VM')),
    ),
  ),
};

const pvmfwIsPoisoned: Each = {
  kind: 'each',
  clause: 'DEVICE-PVMFW-WIPED',
  statement: 'a host that resets the device or switches it off leaves nothing in the memory of pvmfw',
  loss: 'the secrets of pvmfw outlast it',
  over: 'call',
  on: ['psci_system_reset', 'psci_system_reset2', 'psci_system_off'],
  when: callIsDone,
  holds: implies(callIsDone, cell('pvmfwMemory').is('NOTHING')),
};

/** Where memory is cleared, also of VMs of earlier boots. */
const hostReadsNoVm = (isAtHand: boolean): Each => ({
  kind: 'each',
  clause: 'DEVICE-LOCKED-PRIVATE',
  statement: 'under the hypervisor of the vendor no load of the host returns what a VM or pvmfw has',
  loss: 'the host reads the memory of a VM',
  over: 'call',
  on: ['read_page', 'read_pvmfw'],
  when: both(callIsDone, image.is('VENDOR')),
  holds: implies(
    both(callIsDone, image.is('VENDOR')),
    both(compare(theAnswer, '≠', present), ...(isAtHand ? [compare(theAnswer, '≠', past)] : [])),
  ),
});

/** It has the secret alone; that Secretkeeper forgets is in the hands of the host. */
const derives: Bool = both(
  cell('runs').is(1),
  cell('sealedSecret').isNot(none),
  equals(cell('runSecret').value, cell('sealedSecret').value),
);

const secretsEndWithOwnership: Always = {
  kind: 'always',
  clause: 'DEVICE-SECRETS-END',
  statement: 'no VM has a secret that something was sealed with before the device was unlocked, locked or reset',
  loss: 'a secret outlasts its owner',
  over: 'machine',
  when: both(cell('runs').is(1), cell('sealedOld').is(1)),
  holds: not(both(derives, cell('sealedOld').is(1))),
};

const isNormal: Bool = both(cell('bootLocked').is(1), cell('bootDebugged').is(0));
const debuggersGetOtherKeys: Always = {
  kind: 'always',
  clause: 'DEVICE-DEBUGGER-KEYS',
  statement: 'no VM derives a secret that was used on a locked device without a debugger, unless it is on one',
  loss: 'a debugger gets the keys of before',
  over: 'machine',
  when: both(cell('runs').is(1), cell('sealedNormal').is(1), not(isNormal)),
  holds: implies(both(derives, cell('sealedNormal').is(1)), isNormal),
};
const mode = number([], 'the mode of the secret of the VM', () =>
  compute(cell('runSecret').value, 'mod', chainModes.length),
)();
const debuggersSeeDebugKeys: Always = {
  kind: 'always',
  clause: 'DEVICE-DEBUGGER-KEYS',
  statement: 'while a debugger is attached, a VM has secrets of debug mode',
  loss: 'a debugger meets a VM with its keys',
  over: 'machine',
  when: both(cell('debugger').is(1), cell('runs').is(1)),
  holds: implies(both(cell('debugger').is(1), cell('runs').is(1)), equals(mode, chainModes.indexOf('DEBUG'))),
};
const keeperKeepsModesApart: Always = {
  kind: 'always',
  clause: 'DEVICE-KEEPER-APART',
  statement: 'a VM has from Secretkeeper what was put there under the mode and the system of its boot',
  loss: 'Secretkeeper gives a debugged VM what it keeps for another',
  over: 'machine',
  when: cell('runs').is(1),
  holds: implies(
    both(cell('runs').is(1), equals(cell('runKeeper').value, cell('keeperEntry').value)),
    equals(cell('keeperPolicy').value, compute(compute(image.value, '*', chainModes.length), '+', mode)),
  ),
};

const dataStaysWithItsOwner: Always = {
  kind: 'always',
  clause: 'DEVICE-DATA-WIPED',
  statement: 'no system runs on a device with user data of before it was unlocked, locked or reset',
  loss: 'the next owner reads the data of the last',
  over: 'machine',
  when: isRunning,
  holds: implies(isRunning, cell('userData').isNot('OLD')),
};

const noStrangerMeetsData: Always = {
  kind: 'always',
  clause: 'DEVICE-NO-STRANGER',
  statement: 'a locked device has the system of the vendor, or one that was there when it was locked',
  loss: 'the system of a stranger lies beside user data',
  over: 'machine',
  when: both(isLocked, image.isNot('VENDOR')),
  holds: implies(isLocked, either(image.is('VENDOR'), cell('imageNew').is(0))),
};

const lockedRunsSigned: Always = {
  kind: 'always',
  clause: 'DEVICE-LOCKED-SIGNED',
  statement: 'a locked device runs nothing that nobody has signed',
  loss: 'a locked device runs anything',
  over: 'machine',
  when: both(isRunning, isLocked),
  holds: implies(both(isRunning, isLocked), image.isNot('UNSIGNED')),
};

const saysWhatIs = (state: (typeof bootStates)[number], locked: 0 | 1): Bool =>
  equals(theAnswer, bootStates.indexOf(state) * 2 + locked);
const attestationsAreTrue: Each = {
  kind: 'each',
  clause: 'DEVICE-ATTESTED',
  statement: 'a key attestation says whether the device is locked, and whose system it runs',
  loss: 'an unlocked device passes for a locked one',
  over: 'call',
  on: ['attest_key'],
  when: callIsDone,
  holds: implies(
    callIsDone,
    either(
      both(isLocked, image.is('VENDOR'), saysWhatIs('VERIFIED', 1)),
      both(isLocked, image.is('CUSTOM'), saysWhatIs('SELF_SIGNED', 1)),
      both(not(isLocked), saysWhatIs('UNVERIFIED', 0)),
    ),
  ),
};

const chainsTellTheMode: Always = {
  kind: 'always',
  clause: 'DEVICE-CHAIN-MODE',
  statement: 'a running system has a chain in normal mode exactly if it was booted locked and without a debugger',
  loss: 'a chain hides that a device is unlocked',
  over: 'machine',
  when: isRunning,
  holds: implies(
    isRunning,
    either(
      both(isLocked, cell('bootDebugged').is(0), cell('chainMode').is('NORMAL')),
      both(not(both(isLocked, cell('bootDebugged').is(0))), cell('chainMode').is('DEBUG')),
    ),
  ),
};

const pages = (view: View): number[] =>
  Array.from({ length: view.layout.size.ram }, (_, page) => field(view, 'ram', page));

const aVmComesBack: Sometimes = {
  kind: 'sometimes',
  clause: 'DEVICE-SECRETS-END',
  statement: 'a VM opens after a reset what it sealed before',
  on: ['start_vm'],
  seen: (step) => step.isDone && opened(step.now),
};
const memoryIsCleared: Sometimes = {
  kind: 'sometimes',
  clause: 'MEM-RESET-WIPE',
  statement: 'the firmware clears the memory of a VM after a power cut',
  on: ['power_on'],
  seen: (step) => step.isDone && pages(step.was).includes(present),
};
const ownersFlash: Sometimes = {
  kind: 'sometimes',
  clause: 'DEVICE-FLASH-UNLOCKED',
  statement: 'an owner locks a device with a system of their own, and it boots',
  on: ['attest_key'],
  seen: (step) => step.isDone && step.answer === bootStates.indexOf('SELF_SIGNED') * 2 + 1,
};

const unlockedIsOpen: Permitted = {
  kind: 'permitted',
  clause: 'DEVICE-UNLOCKED-OPEN',
  statement: 'on an unlocked device the host reads the memory of a VM',
  on: ['read_page'],
  seen: (step) => step.isDone && step.answer === present && field(step.now, 'unlocked') === 1,
};
const unlockedGivesSecrets: Permitted = {
  kind: 'permitted',
  clause: 'DEVICE-UNLOCKED-OPEN',
  statement: 'on an unlocked device the host reads the secrets that pvmfw was given',
  on: ['read_pvmfw'],
  seen: (step) => step.isDone && step.answer === present && field(step.now, 'unlocked') === 1,
};
const suddenResetsLeavePvmfw: Permitted = {
  kind: 'permitted',
  clause: 'DEVICE-PVMFW-LEFT',
  statement: 'the bootloader finds secrets of an earlier boot in the memory of pvmfw',
  on: ['watchdog_reset', 'power_on'],
  seen: (step) => step.isDone && field(step.now, 'pvmfwMemory') === past,
};
const oldFirmwareLeavesAll: Permitted = {
  kind: 'permitted',
  clause: 'DEVICE-OLD-PSCI',
  statement: 'the bootloader finds what a VM of an earlier boot has left',
  seen: (step) => step.isDone && field(step.now, 'phonePower') === 1 && pages(step.now).includes(past),
};

/** The chapter, for profiles of whole devices; what old firmware permits, for scopes that have it. */
export function device({ rules, config }: TransitionSystem): readonly Property[] {
  if (!rules.has('boot_system')) return [];
  const isAtHand = config.phone?.memProtect === true;
  return [
    ...(isAtHand ? [nothingOfOldVms, firmwareClears, memoryIsCleared] : [oldFirmwareLeavesAll]),
    protectionIsOn,
    privatePagesAreCounted,
    pvmfwIsPoisoned,
    hostReadsNoVm(isAtHand),
    secretsEndWithOwnership,
    debuggersGetOtherKeys,
    debuggersSeeDebugKeys,
    keeperKeepsModesApart,
    dataStaysWithItsOwner,
    noStrangerMeetsData,
    lockedRunsSigned,
    attestationsAreTrue,
    chainsTellTheMode,
    aVmComesBack,
    ownersFlash,
    unlockedIsOpen,
    unlockedGivesSecrets,
    suddenResetsLeavePvmfw,
  ];
}
