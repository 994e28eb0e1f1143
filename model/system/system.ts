/**
 * A device as a whole: the phone, the host's service and kernel with their CIDs, the VM that is followed, an app that
 * has written down where it is, and the payload on the data partition with what Secretkeeper has noted of it.
 */
import type { TargetAnswer } from '../../spec/target.ts';
import { answerOfHost } from '../cids/service.ts';
import type { Host } from '../cids/service.ts';
import { answerOfPhone } from '../phone/calls.ts';
import type { Phone, Vm } from '../phone/phone.ts';

/** A VM of one start. */
export interface Started {
  readonly vm: Vm;
  readonly cid: number;
  readonly payload: number;
}
/** `of`: the very VM that was meant. */
export interface Note {
  readonly cid: number;
  readonly of: Started | undefined;
}

export interface System {
  readonly phone: Phone;
  readonly host: Host;
  started: Started | undefined;
  note: Note | undefined;
  /** What is installed; the least that Secretkeeper gives its secret to; what sealed something. */
  installed: number;
  least: number | undefined;
  sealedBy: number | undefined;
}
type Args = Readonly<Record<string, number>>;

const refused = (error: 'NOT_READY' | 'ILLEGAL_STATE' | 'ENODEV' | 'POLICY_ERROR'): TargetAnswer => ({
  kind: 'refused',
  error,
});
const done = (answer = 0): TargetAnswer => ({ kind: 'done', answer });
const isUp = ({ phone }: System): boolean => phone.runs === 'system';

/** virtmgr asks the service for a CID, crosvm the kernel; then the VM runs, and speaks with Secretkeeper. */
function start(system: System): TargetAnswer {
  const { phone, host } = system;
  if (!isUp(system) || system.started !== undefined) return refused('NOT_READY');
  const cid = answerOfHost(host, 'allocate_cid', {});
  if (cid.kind !== 'done') return cid;
  const tooOld = phone.keeper !== undefined && system.installed < (system.least ?? 0);
  const answer = tooOld ? refused('POLICY_ERROR') : answerOfPhone(phone, 'start_vm', {});
  if (answer.kind !== 'done' || phone.vm === undefined) {
    answerOfHost(host, 'release_cid', { cid: cid.answer });
    return answer;
  }
  system.started = { vm: phone.vm, cid: cid.answer, payload: system.installed };
  system.least = system.installed;
  return answer;
}

/** A VM of some other app. */
function releaseOther({ host, started }: System, cid: number): TargetAnswer {
  const others = host.vms.filter((one) => one === cid).length - (started?.cid === cid ? 1 : 0);
  return others > 0 ? answerOfHost(host, 'release_cid', { cid }) : refused('ILLEGAL_STATE');
}

function connect({ host, note, started }: System): TargetAnswer {
  if (note === undefined) return refused('NOT_READY');
  if (!host.vms.includes(note.cid)) return refused('ENODEV');
  return done(started?.cid === note.cid ? 0 : 1);
}

function learn(system: System): TargetAnswer {
  const { started } = system;
  if (started === undefined) return refused('NOT_READY');
  system.note = { cid: started.cid, of: started };
  return done();
}

const ofHost = ['allocate_cid', 'restart_service'];
const own: Readonly<Record<string, (system: System, args: Args) => TargetAnswer>> = {
  start_vm: start,
  crash_vm: ({ phone }) => answerOfPhone(phone, 'end_vm', {}),
  release_cid: (system, { cid = 0 }) => (isUp(system) ? releaseOther(system, cid) : refused('NOT_READY')),
  learn_cid: learn,
  connect_cid: connect,
  install_payload: (system, { version = 0 }) => {
    if (!isUp(system)) return refused('NOT_READY');
    system.installed = version;
    return done();
  },
};
export const systemCalls: readonly string[] = [...ofHost, ...Object.keys(own)];

function perform(system: System, call: string, args: Args): TargetAnswer {
  const run = own[call];
  if (run !== undefined) return run(system, args);
  if (!ofHost.includes(call)) return answerOfPhone(system.phone, call, args);
  return isUp(system) ? answerOfHost(system.host, call, args) : refused('NOT_READY');
}

/** Answers a call; what follows from it elsewhere follows: processes end with the system, and a CID with its VM. */
export function answerOfSystem(system: System, call: string, args: Args): TargetAnswer {
  const { phone, host } = system;
  const boot = isUp(system) ? phone.boots : undefined;
  const answer = perform(system, call, args);
  const hasEnded = boot !== undefined && !(isUp(system) && phone.boots === boot);
  if (hasEnded) {
    answerOfHost(host, 'reboot_host', {});
    system.note = undefined;
  }
  if (system.started !== undefined && phone.vm !== system.started.vm) {
    if (!hasEnded) answerOfHost(host, 'release_cid', { cid: system.started.cid });
    system.started = undefined;
  }
  if (answer.kind === 'done' && call === 'seal') system.sealedBy = system.started?.payload;
  if (phone.keeper === undefined) system.least = undefined;
  return answer;
}
