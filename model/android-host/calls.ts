/** The calls of an Android host by their names. */
import type { Refusal } from '../../spec/answers.ts';
import type { App, Permission } from '../../spec/host/config.ts';
import type { TargetAnswer } from '../../spec/target.ts';
import type { AndroidHost } from './host.ts';
import { allocateId, claimId, removeApp, removeId, tellId } from './maintenance.ts';
import { isGrantable } from './packages.ts';
import { connectVsock, createVm, dropHandle, listVms, passHandle, startVm } from './virtmgr.ts';
import { guestConnect, guestSend, openSocket, relay } from './vsock.ts';

type Args = Readonly<Record<string, number>>;

const order: readonly Permission[] = ['MANAGE', 'CUSTOM', 'DEBUG'];

function grant(host: AndroidHost, { app = 0, permission = 0 }: Args): Refusal | number {
  const wanted = order[permission]!;
  if (!host.isCompromised && !isGrantable(host.config.apps[app] as App, wanted, host.release)) return 'SECURITY';
  host.permissions[app]?.add(wanted);
  return 0;
}

function fall(host: AndroidHost): number {
  host.isCompromised = true;
  return 0;
}

const calls: Readonly<Record<string, (host: AndroidHost, args: Args) => Refusal | number>> = {
  grant_permission: grant,
  remove_app: removeApp,
  create_vm: createVm,
  start_vm: startVm,
  list_vms: listVms,
  pass_handle: passHandle,
  drop_handle: dropHandle,
  connect_vsock: connectVsock,
  open_socket: openSocket,
  guest_connect: guestConnect,
  guest_send: guestSend,
  app_relay: relay,
  allocate_id: allocateId,
  tell_id: tellId,
  claim_id: claimId,
  remove_id: removeId,
  host_falls: fall,
};
export const androidHostCalls: readonly string[] = Object.keys(calls);

/** Answers a call; the host is changed by it. */
export function answerOfAndroidHost(host: AndroidHost, call: string, args: Args): TargetAnswer {
  const run = calls[call];
  if (run === undefined) throw new Error(`unreachable: no Android has a call ${call}`);
  const answer = run(host, args);
  return typeof answer === 'number' ? { kind: 'done', answer } : { kind: 'refused', error: answer };
}
