/** Faults in what goes from one owner of a device to the next, and in what others are told of it. */
import { bootStates, chainModes } from '../../spec/device/config.ts';
import { choose, compute, truth, value } from '../../spec/language/build.ts';
import {
  bootLocked,
  bootState,
  chainMode,
  deviceSecret,
  modeOfBoot,
  policyOf,
  renewResetSecret,
  resetSecret,
  runSecret,
  stateOfBoot,
  systemImage,
  theDebugger,
  thisPolicy,
  unlocked,
  wipeUserData,
} from '../../spec/vocabulary/device.ts';
import type { BootFault } from '../boot/fault.ts';
import { instead, onDevice } from './alter.ts';

const derives = runSecret.becomes(deviceSecret(resetSecret.value, thisPolicy));
const mode = (name: (typeof chainModes)[number]): number => chainModes.indexOf(name);

const secrets: readonly BootFault[] = [
  {
    id: 'unlock-keeps-secret',
    title: 'unlocking does not make the factory reset secret anew',
    loses: 'secrets of before are there on an unlocked device',
    clauses: ['DEVICE-SECRETS-END'],
    story:
      'What a VM sealed while a debugger was attached it sealed in debug mode. An unlocked device is in debug mode too. Without a new factory reset secret, the new owner’s VM has the very secret.',
    base: onDevice,
    differences: [instead('unlock', renewResetSecret)],
  },
  {
    id: 'lock-keeps-secret',
    title: 'locking wipes user data and keeps the factory reset secret',
    loses: 'what a former owner sealed opens again',
    clauses: ['DEVICE-SECRETS-END'],
    story:
      'The device is locked, and its data are gone; that is a factory reset in all but one thing. Locked or unlocked is the only other input, and it comes back: what was sealed before the device was locked opens again.',
    base: onDevice,
    differences: [instead('lock', renewResetSecret)],
  },
  {
    id: 'reset-secret-unused',
    title: 'the factory reset secret is not among the inputs of the chain',
    loses: 'a reset device derives the secrets of before',
    clauses: ['DEVICE-SECRETS-END'],
    story:
      'The loader has a factory reset secret, renews it, and leaves it out of the hidden input. After a factory reset the device sells with the secrets of its first owner.',
    base: onDevice,
    differences: [instead('start_vm', derives, runSecret.becomes(deviceSecret(0, thisPolicy)))],
  },
  {
    id: 'mode-unused',
    title: 'the mode is not among the inputs of a secret',
    loses: 'a VM under a debugger has the secret of before',
    clauses: ['DEVICE-DEBUGGER-KEYS'],
    story:
      'The chain says debug, and the secret is the one of normal mode. Whoever attaches a debugger and boots again reads in the VM’s memory what opens everything that it sealed.',
    base: onDevice,
    differences: [
      instead(
        'start_vm',
        derives,
        runSecret.becomes(deviceSecret(resetSecret.value, policyOf(mode('NORMAL'), systemImage.value))),
      ),
    ],
  },
  {
    id: 'debugger-unasked',
    title: 'the loader does not ask whether a debugger is attached',
    loses: 'a debugger meets a VM that takes itself for locked up',
    clauses: ['DEVICE-DEBUGGER-KEYS', 'DEVICE-CHAIN-MODE'],
    story:
      'The device is locked, so the loader starts the chain in normal mode. A debugger was attached while it was off, and now looks on.',
    base: onDevice,
    differences: [
      instead(
        'boot_system',
        chainMode.becomes(modeOfBoot),
        chainMode.becomes(choose(unlocked.is(0), mode('NORMAL'), mode('DEBUG'))),
      ),
    ],
  },
  {
    id: 'unlocked-unasked',
    title: 'the mode of the chain goes by the debugger alone',
    loses: 'an unlocked device has a chain in normal mode',
    clauses: ['DEVICE-CHAIN-MODE'],
    known: 'AOSP Virtualization 4db76eb5 (b/275424867) made pvmfw go by the mode',
    story:
      'Fuses say whether a debugger can be attached, and the loader asks them and not the lock. A server that looks at modes believes the chain of a device on which any hypervisor may run.',
    base: onDevice,
    differences: [
      instead(
        'boot_system',
        chainMode.becomes(modeOfBoot),
        chainMode.becomes(choose(theDebugger.is(0), mode('NORMAL'), mode('DEBUG'))),
      ),
    ],
  },
];

const data: readonly BootFault[] = [
  {
    id: 'unlock-keeps-data',
    title: 'unlocking does not wipe user data',
    loses: 'whoever finds a device reads what is on it',
    clauses: ['DEVICE-DATA-WIPED'],
    story: 'The device is unlocked and boots, and the data of its owner are still there for any system to read.',
    base: onDevice,
    differences: [instead('unlock', wipeUserData)],
  },
  {
    id: 'lock-keeps-data',
    title: 'locking does not wipe user data',
    loses: 'a locked device trusts data that any system has written',
    clauses: ['DEVICE-DATA-WIPED'],
    story:
      'While the device was unlocked, any system could write to its data: an app, a setting, a key of somebody else. Locked again, the vendor’s system finds them and takes them for its own.',
    base: onDevice,
    differences: [instead('lock', wipeUserData)],
  },
];

const told: readonly BootFault[] = [
  {
    id: 'green-by-signature',
    title: 'the boot state goes by the signature of the system alone',
    loses: 'an unlocked device attests that it was verified',
    clauses: ['DEVICE-ATTESTED'],
    story:
      'The system is signed by the vendor, and the device is unlocked: nothing that runs later is verified, and the bootloader reports green. A server sees what it wants to see.',
    base: onDevice,
    differences: [
      instead(
        'boot_system',
        bootState.becomes(stateOfBoot),
        bootState.becomes(
          choose(systemImage.is('VENDOR'), bootStates.indexOf('VERIFIED'), bootStates.indexOf('SELF_SIGNED')),
        ),
      ),
    ],
  },
  {
    id: 'yellow-is-green',
    title: 'a system that is signed with a key of the owner counts as verified',
    loses: 'a system of the owner passes for that of the vendor',
    clauses: ['DEVICE-ATTESTED'],
    story:
      'The device is locked, the signature holds, and nobody asks whose it is. The owner’s own system attests as the vendor’s.',
    base: onDevice,
    differences: [
      instead(
        'boot_system',
        bootState.becomes(stateOfBoot),
        bootState.becomes(compute(truth(unlocked.is(1)), '*', value(bootStates.indexOf('UNVERIFIED')))),
      ),
    ],
  },
  {
    id: 'always-locked',
    title: 'the bootloader tells KeyMint that the device is locked, whatever it is',
    loses: 'an unlocked device attests that it is locked',
    clauses: ['DEVICE-ATTESTED'],
    story: 'A value from the days before devices could be unlocked. The certificate says locked on every device.',
    base: onDevice,
    differences: [instead('boot_system', bootLocked.becomes(truth(unlocked.is(0))), bootLocked.becomes(1))],
  },
];

export const owners: readonly BootFault[] = [...secrets, ...data, ...told];
