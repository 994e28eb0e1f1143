/**
 * A device as its parts see it: firmware that clears memory when it was told to, a bootloader with a lock, a hypervisor
 * that counts, Secretkeeper, and one VM. Written from Android's `psci-relay.c` and the pages on locks and verified boot.
 */
import type { Refusal } from '../../spec/answers.ts';
import type { Bytes } from '../bytes.ts';
import { sameBytes } from '../bytes.ts';
import { images, resetSecrets, secretOf } from './memory.ts';
import type { Image, Memory } from './memory.ts';

export type Reason = Refusal | undefined;
export type Use = 'HOST' | 'VM' | 'SHARED';

/** What the bootloader has found, and tells the next stage and KeyMint. */
export interface BootRecord {
  isDebug: boolean;
  state: 'VERIFIED' | 'SELF_SIGNED' | 'UNVERIFIED';
  wasLocked: boolean;
  wasDebugged: boolean;
}
export interface Vm {
  readonly secret: Bytes;
  readonly ticket: number;
}
export interface Sealed extends Vm {
  isOld: boolean;
  readonly isNormal: boolean;
}

export interface Phone {
  runs: 'nothing' | 'bootloader' | 'system';
  /** How often the bootloader was started. */
  boots: number;
  readonly memory: Memory;
  readonly uses: Use[];
  /** From PSCI 1.1 on. */
  readonly hasMemProtect: boolean;
  /** Told to the firmware, which keeps it without power. */
  toBeCleared: boolean;
  isLocked: boolean;
  mayUnlock: boolean;
  image: Image;
  isImageNew: boolean;
  hasDebugger: boolean;
  boot: BootRecord;
  resetSecret: number;
  userData: 'none' | 'of before' | 'of now';
  keeper: { readonly ticket: number; readonly image: Image; readonly isDebug: boolean } | undefined;
  vm: Vm | undefined;
  sealed: Sealed | undefined;
}

/** PSCI MEM_PROTECT, by the number of pages that VMs have for themselves, before and after. */
function pagesCount(phone: Phone, change: () => void): void {
  const own = (): number => phone.uses.filter((use) => use === 'VM').length;
  const before = own();
  change();
  const after = own();
  if (!phone.hasMemProtect || before === after) return;
  if (before === 0) phone.toBeCleared = true;
  if (after === 0) phone.toBeCleared = false;
}
export const setUse = (phone: Phone, page: number, use: Use): void => {
  pagesCount(phone, () => (phone.uses[page] = use));
};
export const ownPages = ({ uses }: Phone): number => uses.filter((use) => use === 'VM').length;

/** Nobody is left who would know what memory is for. */
export function systemIsOver(phone: Phone): void {
  phone.vm = undefined;
  phone.uses.fill('HOST');
}

/** Reset of the CPU: the firmware, then the bootloader. */
export function restart(phone: Phone, isWarm = false): Reason {
  systemIsOver(phone);
  if (phone.toBeCleared && !isWarm) phone.memory.clear();
  phone.toBeCleared = false;
  phone.boots++;
  phone.runs = 'bootloader';
  return undefined;
}

const wasDerivedWith = (resetSecret: number, secret: Bytes | undefined): boolean =>
  secret !== undefined &&
  images.some((image) => [true, false].some((isDebug) => sameBytes(secretOf(image, isDebug, resetSecret), secret)));

/** What an owner leaves to the next: nothing to read, and nothing that opens. */
export function changeHands(phone: Phone): void {
  const { sealed } = phone;
  if (sealed !== undefined) sealed.isOld = true;
  phone.isImageNew = false;
  phone.userData = 'none';
  const all = Array.from({ length: resetSecrets }, (_, secret) => secret);
  const fresh = all.find((one) => one !== phone.resetSecret && !wasDerivedWith(one, sealed?.secret));
  if (fresh === undefined) throw new Error('unreachable: no randomness');
  phone.resetSecret = fresh;
}
