/** The device that a state stands for. */
import { sameBytes } from '../../model/bytes.ts';
import type { Bytes } from '../../model/bytes.ts';
import { answerOfPhone, phoneCalls } from '../../model/phone/calls.ts';
import { images, isZero, Memory, resetSecrets, secretOf, writtenIn } from '../../model/phone/memory.ts';
import { ownPages } from '../../model/phone/phone.ts';
import type { BootRecord, Phone, Use } from '../../model/phone/phone.ts';
import type { FieldName } from '../../spec/fields.ts';
import { initialState } from '../../spec/state.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { Cells } from './cells.ts';
import { twin } from './twin.ts';
import type { Twin } from './twin.ts';

export function phoneTwin({ profile, layout, config }: TransitionSystem): Twin | undefined {
  const { phone } = config;
  if (phone === undefined || !profile.rules.has('boot_system')) return undefined;
  const start = initialState(layout).cells;
  return twin<Phone>({
    name: 'device',
    calls: phoneCalls,
    read: (cells) => phoneIn(new Cells(layout, cells), phone.memProtect),
    write: (things, cells) => {
      cells.set(start);
      writePhone(new Cells(layout, cells), things);
    },
    answer: answerOfPhone,
  });
}

/** The bytes of each secret, by its number. */
const secrets: readonly Bytes[] = Array.from({ length: resetSecrets }, (_, reset) => reset).flatMap((reset) =>
  images.flatMap((image) => [false, true].map((isDebug) => secretOf(image, isDebug, reset))),
);
/** The boot that runs is the second, so that there was one before it. */
const thisBoot = 2;

const running = ['nothing', 'bootloader', 'system'] as const;
const uses: readonly Use[] = ['HOST', 'VM', 'SHARED'];
const states: readonly BootRecord['state'][] = ['VERIFIED', 'SELF_SIGNED', 'UNVERIFIED'];
const data = ['none', 'of before', 'of now'] as const;

/** Nothing for a state that no device has: a VM without a system or a secret, an entry without a policy. */
export function phoneIn(cells: Cells, hasMemProtect: boolean): Phone | undefined {
  const one = <T>(all: readonly T[], field: FieldName): T => all[cells.get(field)] as T;
  const bytes = (left: number): Bytes =>
    left === 0 ? new Uint8Array(64) : writtenIn(left === 1 ? thisBoot : thisBoot - 1);
  const memory = new Memory(0);
  memory.pages.push(...cells.each('ram', (page) => bytes(cells.get('ram', page))));
  memory.pvmfw = bytes(cells.get('pvmfwMemory'));
  const having = (secret: FieldName, keeper: FieldName) => {
    const [found, ticket] = [secrets[cells.get(secret)], cells.maybe(keeper)];
    return found === undefined || ticket === undefined ? undefined : { secret: found, ticket };
  };
  const [vm, sealed] = [having('runSecret', 'runKeeper'), having('sealedSecret', 'sealedKeeper')];
  const [ticket, policy] = [cells.maybe('keeperEntry'), cells.get('keeperPolicy')];
  const runs = one(running, 'phonePower');
  const isStrange =
    (cells.flag('runs') && (vm === undefined || runs !== 'system')) ||
    (cells.maybe('sealedSecret') !== undefined && sealed === undefined) ||
    (ticket !== undefined && (policy < 0 || policy >= images.length * 2)) ||
    cells.get('resetSecret') < 0;
  if (isStrange) return undefined;
  return {
    runs,
    boots: thisBoot,
    memory,
    uses: cells.each('ramUse', (page) => uses[cells.get('ramUse', page)] as Use),
    hasMemProtect,
    toBeCleared: cells.flag('memProtect'),
    isLocked: !cells.flag('unlocked'),
    mayUnlock: cells.flag('unlockAllowed'),
    image: one(images, 'systemImage'),
    isImageNew: cells.flag('imageNew'),
    hasDebugger: cells.flag('debugger'),
    boot: {
      isDebug: cells.flag('chainMode'),
      state: one(states, 'bootState'),
      wasLocked: cells.flag('bootLocked'),
      wasDebugged: cells.flag('bootDebugged'),
    },
    resetSecret: cells.get('resetSecret'),
    userData: one(data, 'userData'),
    keeper:
      ticket === undefined
        ? undefined
        : { ticket, image: images[Math.floor(policy / 2)] ?? 'VENDOR', isDebug: policy % 2 === 1 },
    vm: cells.flag('runs') ? vm : undefined,
    sealed: sealed && { ...sealed, isOld: cells.flag('sealedOld'), isNormal: cells.flag('sealedNormal') },
  };
}

export function writePhone(cells: Cells, phone: Phone): void {
  const { memory, boots, boot, keeper, vm, sealed } = phone;
  const left = (bytes: Bytes): number => (isZero(bytes) ? 0 : sameBytes(bytes, writtenIn(boots)) ? 1 : 2);
  const secret = (bytes: Bytes | undefined): number | undefined =>
    bytes && secrets.findIndex((one) => sameBytes(one, bytes));
  memory.pages.forEach((bytes, page) => cells.set('ram', left(bytes), page));
  phone.uses.forEach((use, page) => cells.set('ramUse', uses.indexOf(use), page));
  cells.set('pvmfwMemory', left(memory.pvmfw));
  cells.set('phonePower', running.indexOf(phone.runs));
  cells.set('privateCount', phone.hasMemProtect ? ownPages(phone) : 0);
  cells.set('memProtect', phone.toBeCleared);
  cells.set('unlocked', !phone.isLocked);
  cells.set('unlockAllowed', phone.mayUnlock);
  cells.set('systemImage', images.indexOf(phone.image));
  cells.set('imageNew', phone.isImageNew);
  cells.set('debugger', phone.hasDebugger);
  cells.set('chainMode', boot.isDebug);
  cells.set('bootState', states.indexOf(boot.state));
  cells.set('bootLocked', boot.wasLocked);
  cells.set('bootDebugged', boot.wasDebugged);
  cells.set('resetSecret', phone.resetSecret);
  cells.set('userData', data.indexOf(phone.userData));
  cells.set('keeperEntry', keeper?.ticket);
  cells.set('keeperPolicy', keeper && images.indexOf(keeper.image) * 2 + Number(keeper.isDebug));
  cells.set('runs', vm !== undefined);
  cells.set('runSecret', secret(vm?.secret));
  cells.set('runKeeper', vm?.ticket);
  cells.set('sealedSecret', secret(sealed?.secret));
  cells.set('sealedKeeper', sealed?.ticket);
  cells.set('sealedOld', sealed?.isOld ?? false);
  cells.set('sealedNormal', sealed?.isNormal ?? false);
}
