/** The calls of a device by their names. */
import type { TargetAnswer } from '../../spec/target.ts';
import { images, isZero, secretOf, writtenIn } from './memory.ts';
import type { Bytes } from '../bytes.ts';
import { sameBytes } from '../bytes.ts';
import type { Phone, Reason } from './phone.ts';
import { changeHands, ownPages, restart, setUse, systemIsOver } from './phone.ts';

type Args = Readonly<Record<string, number>>;
type Answered = number | NonNullable<Reason> | undefined;
type Call = (phone: Phone, args: Args) => Answered;

const whileRunning =
  (call: Call): Call =>
  (phone, args) =>
    phone.runs === 'system' ? call(phone, args) : 'NOT_READY';
const inMenu =
  (call: Call): Call =>
  (phone, args) =>
    phone.runs === 'bootloader' ? call(phone, args) : 'NOT_ALLOWED';
const ofVm =
  (call: Call): Call =>
  (phone, args) =>
    phone.vm === undefined ? 'NOT_READY' : call(phone, args);
const ifOn =
  (call: Call): Call =>
  (phone, args) =>
    phone.runs === 'nothing' ? 'NOT_READY' : call(phone, args);

function boot(phone: Phone): Answered {
  const { image, isLocked, hasDebugger } = phone;
  if (phone.runs !== 'bootloader') return 'NOT_READY';
  if (isLocked && image === 'UNSIGNED') return 'VERIFICATION_FAILED';
  const signed = image === 'VENDOR' ? 'VERIFIED' : 'SELF_SIGNED';
  phone.boot = {
    isDebug: !isLocked || hasDebugger,
    state: isLocked ? signed : 'UNVERIFIED',
    wasLocked: isLocked,
    wasDebugged: hasDebugger,
  };
  phone.memory.pvmfw = writtenIn(phone.boots);
  phone.runs = 'system';
  return undefined;
}

const poison = ({ memory }: Phone): void => void (memory.pvmfw = new Uint8Array(64));
function switchOff(phone: Phone): Answered {
  systemIsOver(phone);
  phone.runs = 'nothing';
  return undefined;
}

const unlock: Call = (phone, { confirmed }) => {
  if (!phone.mayUnlock || confirmed !== 1) return 'NOT_ALLOWED';
  changeHands(phone);
  phone.memory.clear();
  phone.isLocked = false;
  return undefined;
};
const flash: Call = (phone, { image = 0 }) => {
  if (phone.isLocked) return 'LOCKED';
  phone.image = images[image] ?? 'UNSIGNED';
  phone.isImageNew = true;
  return undefined;
};

function startVm(phone: Phone): Answered {
  const { image, keeper, sealed } = phone;
  const { isDebug } = phone.boot;
  if (phone.vm !== undefined) return 'NOT_READY';
  if (keeper !== undefined && (keeper.image !== image || keeper.isDebug !== isDebug)) return 'POLICY_ERROR';
  const ticket = keeper?.ticket ?? [0, 1].find((one) => one !== sealed?.ticket) ?? 0;
  phone.keeper ??= { ticket, image, isDebug };
  phone.vm = { secret: secretOf(image, isDebug, phone.resetSecret), ticket };
  return undefined;
}

const writes = (phone: Phone, page: number): void => void (phone.memory.pages[page] = writtenIn(phone.boots));
const give: Call = (phone, { page = 0 }) => {
  if (phone.uses[page] !== 'HOST') return 'EPERM';
  setUse(phone, page, 'VM');
  writes(phone, page);
  return undefined;
};
const share: Call = (phone, { page = 0 }) => {
  if (phone.uses[page] !== 'VM') return 'EPERM';
  phone.memory.wipe(page);
  setUse(phone, page, 'SHARED');
  return undefined;
};
const unshare: Call = (phone, { page = 0 }) => {
  if (phone.uses[page] !== 'SHARED') return 'EPERM';
  setUse(phone, page, 'VM');
  writes(phone, page);
  return undefined;
};
const reclaim: Call = (phone, { page = 0 }) => {
  if (phone.uses[page] === 'HOST') return 'EPERM';
  phone.memory.wipe(page);
  setUse(phone, page, 'HOST');
  return undefined;
};

/** 0 for zeros, 1 for what this boot has written, 2 for anything older. */
const seen = ({ boots }: Phone, bytes: Bytes): number =>
  isZero(bytes) ? 0 : sameBytes(bytes, writtenIn(boots)) ? 1 : 2;
const readPage: Call = (phone, { page = 0 }) => {
  if (phone.image === 'VENDOR' && phone.uses[page] === 'VM') return 'FAULT';
  return seen(phone, phone.memory.pages[page] ?? new Uint8Array());
};

const states = ['VERIFIED', 'SELF_SIGNED', 'UNVERIFIED'];
const calls: Readonly<Record<string, Call>> = {
  power_on: (phone) => (phone.runs === 'nothing' ? restart(phone) : 'NOT_READY'),
  boot_system: boot,
  psci_system_reset: whileRunning((phone) => {
    poison(phone);
    return restart(phone);
  }),
  psci_system_reset2: whileRunning((phone) => {
    poison(phone);
    return restart(phone, !phone.hasMemProtect || ownPages(phone) === 0);
  }),
  psci_system_off: whileRunning((phone) => {
    poison(phone);
    return switchOff(phone);
  }),
  watchdog_reset: ifOn((phone) => restart(phone)),
  cut_power: ifOn(switchOff),
  allow_unlock: whileRunning((phone) => void (phone.mayUnlock = true)),
  unlock: inMenu(unlock),
  lock: inMenu((phone) => {
    changeHands(phone);
    phone.isLocked = true;
    return undefined;
  }),
  flash: inMenu(flash),
  factory_reset: inMenu((phone) => {
    changeHands(phone);
    return undefined;
  }),
  attach_debugger: (phone) => (phone.runs === 'system' ? 'NOT_ALLOWED' : void (phone.hasDebugger = true)),
  detach_debugger: (phone) => (phone.hasDebugger ? void (phone.hasDebugger = false) : 'NOT_READY'),
  write_user_data: whileRunning((phone) => void (phone.userData = 'of now')),
  start_vm: whileRunning(startVm),
  end_vm: ofVm((phone) => void (phone.vm = undefined)),
  give_page: ofVm(give),
  share_page: ofVm(share),
  unshare_page: ofVm(unshare),
  reclaim_page: reclaim,
  seal: ofVm((phone) => {
    const { vm, boot: record } = phone;
    if (vm !== undefined) phone.sealed = { ...vm, isOld: false, isNormal: record.wasLocked && !record.wasDebugged };
    return undefined;
  }),
  read_page: whileRunning(readPage),
  read_pvmfw: whileRunning((phone) => (phone.image === 'VENDOR' ? 'FAULT' : seen(phone, phone.memory.pvmfw))),
  delete_all: whileRunning((phone) => void (phone.keeper = undefined)),
  attest_key: whileRunning(({ boot: { state, wasLocked } }) => states.indexOf(state) * 2 + Number(wasLocked)),
};
export const phoneCalls: readonly string[] = Object.keys(calls);

/** Answers a call; the device is changed by it. */
export function answerOfPhone(phone: Phone, call: string, args: Args): TargetAnswer {
  const run = calls[call];
  if (run === undefined) throw new Error(`unreachable: no device has a call ${call}`);
  const answer = run(phone, args);
  return typeof answer === 'string' ? { kind: 'refused', error: answer } : { kind: 'done', answer: answer ?? 0 };
}
