/** The state of a device as a whole. */
import { none } from '../config.ts';
import type { FieldShape } from '../fields.ts';
import { bootStates, chainModes, leftInRam, systemImages } from './config.ts';

/** `whole`: where the device has VMs with CIDs, too. */
export const phoneFamilies = { phone: [], ramPage: ['ramPage'], whole: [] } as const;

export const phoneFields = {
  phonePower: { over: 'phone', name: 'the state of the device', values: ['OFF', 'BOOTLOADER', 'RUNNING'] },
  unlocked: { over: 'phone', flag: 'the device [is] unlocked' },
  unlockAllowed: { over: 'phone', flag: 'the owner [has|has not] allowed unlocking' },
  systemImage: { over: 'phone', name: 'the system image', values: systemImages },
  /** 1 where the image was flashed by whoever has owned the device since it was last locked, unlocked or reset. */
  imageNew: { over: 'phone', flag: 'the system image [is] of this ownership' },
  debugger: { over: 'phone', flag: 'a hardware debugger [is] attached' },
  /** What the bootloader has found at this boot, and says. */
  chainMode: { over: 'phone', name: 'the mode of the chain', values: chainModes },
  bootState: { over: 'phone', name: 'the verified boot state', values: bootStates },
  bootLocked: { over: 'phone', flag: 'the device [was] locked at this boot' },
  bootDebugged: { over: 'phone', flag: 'a hardware debugger [was] attached at this boot' },
  resetSecret: { over: 'phone', name: 'the factory reset secret' },
  /** `OLD`: of a former ownership. */
  userData: { over: 'phone', name: 'the user data', values: ['NONE', 'OLD', 'NEW'] },
  keeperEntry: { over: 'phone', name: 'what Secretkeeper has for the VM', start: none },
  keeperPolicy: { over: 'phone', name: 'the policy of what Secretkeeper has', start: none },
  /** What the firmware was told, and what the hypervisor counts. */
  memProtect: { over: 'phone', flag: 'memory protection [is] on' },
  privateCount: { over: 'phone', name: 'the count of private pages' },
  pvmfwMemory: { over: 'phone', name: 'what lies in the memory of pvmfw', values: leftInRam },
  runs: { over: 'phone', flag: 'the VM [is] running' },
  runSecret: { over: 'phone', name: 'the secret of the VM', start: none },
  runKeeper: { over: 'phone', name: 'what the VM has from Secretkeeper', start: none },
  /** What the VM once sealed something with, and when: of a former ownership; on a locked device without a debugger. */
  sealedSecret: { over: 'phone', name: 'the secret that something was sealed with', start: none },
  sealedKeeper: { over: 'phone', name: 'what that was sealed with from Secretkeeper', start: none },
  sealedOld: { over: 'phone', flag: 'that [was] sealed under a former ownership' },
  sealedNormal: { over: 'phone', flag: 'that [was] sealed on a locked device without a debugger' },
  ramUse: { over: 'ramPage', name: 'the use of {ramPage}', values: ['HOST', 'VM', 'SHARED'] },
  ram: { over: 'ramPage', name: 'what lies in {ramPage}', values: leftInRam },
  /** The payload's version: as it is installed, as Secretkeeper has it, of the VM, and of what it sealed. */
  payload: { over: 'whole', name: 'the version of the payload' },
  keeperVersion: { over: 'whole', name: 'the least payload version that Secretkeeper has for the VM', start: none },
  runVersion: { over: 'whole', name: 'the payload version of the VM', start: none },
  sealedVersion: { over: 'whole', name: 'the payload version that something was sealed by', start: none },
  runCid: { over: 'whole', name: 'the CID of the VM', start: none },
  /** An app that knows the VM by its CID; 1 while the VM runs that it means. */
  learntCid: { over: 'whole', name: 'the CID that the app has learnt', start: none },
  learntRuns: { over: 'whole', flag: 'the VM that the app has learnt it of [is] running' },
} as const satisfies Readonly<Record<string, FieldShape>>;
