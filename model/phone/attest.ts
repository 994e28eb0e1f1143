/** What KeyMint certifies of a device: what the bootloader has told it at this boot. */
import { sha256 } from '@noble/hashes/sha2.js';
import { ascii } from '../bytes.ts';
import type { RootOfTrust } from '../x509/key-description.ts';
import { answerOfPhone } from './calls.ts';
import { Memory } from './memory.ts';
import type { Image } from './memory.ts';
import type { Phone } from './phone.ts';

const states = { VERIFIED: 'Verified', SELF_SIGNED: 'SelfSigned', UNVERIFIED: 'Unverified' } as const;

const rootOfTrust = ({ boot, image }: Phone): RootOfTrust => ({
  bootKey: boot.state === 'UNVERIFIED' ? new Uint8Array(32) : sha256(ascii(`the key of ${image}`)),
  isLocked: boot.wasLocked,
  state: states[boot.state],
  bootHash: sha256(ascii(`all of ${image}`)),
});

/** Boots a new device with that system and that lock; nothing if it does not boot. */
export function phoneAtBoot(image: Image, isLocked: boolean, hasDebugger: boolean): RootOfTrust | undefined {
  const phone: Phone = {
    runs: 'nothing',
    boots: 0,
    memory: new Memory(0),
    uses: [],
    hasMemProtect: true,
    toBeCleared: false,
    isLocked,
    mayUnlock: false,
    image,
    isImageNew: false,
    hasDebugger,
    boot: { isDebug: false, state: 'VERIFIED', wasLocked: true, wasDebugged: false },
    resetSecret: 0,
    userData: 'none',
    keeper: undefined,
    vm: undefined,
    sealed: undefined,
  };
  const answers = ['power_on', 'boot_system'].map((call) => answerOfPhone(phone, call, {}));
  return answers.every(({ kind }) => kind === 'done') ? rootOfTrust(phone) : undefined;
}
