/**
 * How VMs of Android 15 and later come by their CIDs: VirtualizationService with its property and its contexts, the
 * clients that ask it, the kernel, and early VMs. Each function is a step that nothing interrupts; what a client's
 * thread has done so far is kept with the client, so that another can act between any two.
 */
import type { TargetAnswer } from '../../spec/target.ts';
import { closeGuest, setGuestCid } from './kernel.ts';
import type { Vsock } from './kernel.ts';

/** CIDs of the service begin here, and those of early VMs with the ranges of their partitions. */
export const guestCidMin = 2048;
const earlyRanges = { system: [100, 199], 'system_ext or product': [200, 299] } as const;
export type Partition = keyof typeof earlyRanges;
export const lastCidProperty = 'virtualizationservice.state.last_cid';

export interface ClientThread {
  /** The last thing that was done for it. */
  at: 'nothing' | 'looked' | 'wrote' | 'answered' | 'runs';
  cid?: number;
}
export interface Service {
  /** The contexts that it keeps, by CID: weak references, each to the client that holds the context. */
  readonly contexts: Map<number, number>;
}
export interface Android {
  /** A client's context is kept when its CID is allocated, or only when its VM is registered. */
  readonly keepsContext: 'at once' | 'when registered';
  /** The largest CID of the service. */
  readonly guestCidMax: number;
  /** System properties that end with the host. */
  readonly properties: Map<string, string>;
  readonly service: Service;
  readonly clients: ClientThread[];
  readonly kernel: Vsock;
  /** The CIDs written down since the host booted, in order, and the starts of early VMs. */
  readonly written: number[];
  readonly earlyStarts: number[];
}

type Refused = 'ILLEGAL_STATE' | 'EADDRINUSE' | 'EAGAIN' | 'EINVAL' | undefined;
const nameOf = (client: number): string => `the VM of client ${client}`;
const earlyName = (partition: Partition): string => `an early VM of ${partition}`;

/** The property if it can be used, else none. */
function readLastCid({ properties, guestCidMax }: Android): number | undefined {
  const last = Number.parseInt(properties.get(lastCidProperty) ?? '', 10);
  return last >= guestCidMin && last <= guestCidMax ? last : undefined;
}

/** From behind the last CID to the end of the range, and then from its start. */
function nextAvailable(android: Android): number | undefined {
  const { guestCidMax, service } = android;
  const last = readLastCid(android);
  const from = last === undefined || last === guestCidMax ? guestCidMin : last + 1;
  const free = (low: number, high: number): number | undefined => {
    for (let cid = low; cid <= high; cid++) if (!service.contexts.has(cid)) return cid;
    return undefined;
  };
  return free(from, guestCidMax) ?? free(guestCidMin, from - 1);
}

/** Whether the service has its lock taken by a request under way. */
const isLocked = ({ clients, keepsContext }: Android): boolean =>
  clients.some(({ at }) => at === 'looked' || (at === 'wrote' && keepsContext === 'at once'));

function look(android: Android, client: ClientThread): Refused {
  if (client.at !== 'nothing') return 'ILLEGAL_STATE';
  if (isLocked(android)) return 'EAGAIN';
  const cid = nextAvailable(android);
  if (cid === undefined) return 'ILLEGAL_STATE';
  Object.assign(client, { at: 'looked', cid } satisfies ClientThread);
  return undefined;
}

function write({ properties, written }: Android, client: ClientThread): Refused {
  if (client.at !== 'looked' || client.cid === undefined) return 'ILLEGAL_STATE';
  properties.set(lastCidProperty, String(client.cid));
  written.push(client.cid);
  client.at = 'wrote';
  return undefined;
}

function keep({ service, clients }: Android, client: ClientThread): Refused {
  if (client.at !== 'wrote' || client.cid === undefined) return 'ILLEGAL_STATE';
  service.contexts.set(client.cid, clients.indexOf(client));
  client.at = 'answered';
  return undefined;
}

function start({ keepsContext, kernel, clients }: Android, client: ClientThread): Refused {
  if (client.at !== (keepsContext === 'at once' ? 'answered' : 'wrote')) return 'ILLEGAL_STATE';
  const error = setGuestCid(kernel, client.cid ?? 0, nameOf(clients.indexOf(client)));
  if (error === undefined) client.at = 'runs';
  return error;
}

function register({ service, clients }: Android, client: ClientThread): Refused {
  if (client.at !== 'runs' || client.cid === undefined) return 'ILLEGAL_STATE';
  service.contexts.set(client.cid, clients.indexOf(client));
  return undefined;
}

/** The client's process ends: the kernel closes its VM, and the weak reference to its context leads nowhere. */
function drop({ service, clients, kernel }: Android, client: ClientThread): Refused {
  if (client.at === 'nothing' || client.at === 'looked') return 'ILLEGAL_STATE';
  const number = clients.indexOf(client);
  if (client.cid !== undefined && service.contexts.get(client.cid) === number) service.contexts.delete(client.cid);
  closeGuest(kernel, nameOf(number));
  forget(client);
  return undefined;
}

function forget(client: ClientThread): void {
  client.at = 'nothing';
  delete client.cid;
}

/** The process of the service ends and another begins. Requests that it was working on fail. */
function restart({ service, clients, keepsContext }: Android): Refused {
  service.contexts.clear();
  for (const client of clients)
    if (client.at === 'looked' || (client.at === 'wrote' && keepsContext === 'at once')) forget(client);
  return undefined;
}

function reboot({ properties, service, clients, kernel, written, earlyStarts }: Android): Refused {
  properties.clear();
  service.contexts.clear();
  kernel.guests.clear();
  clients.forEach(forget);
  written.length = 0;
  earlyStarts.length = 0;
  return undefined;
}

/** The file that describes an early VM lies on a partition, and gives its CID. */
function startEarly({ kernel, earlyStarts }: Android, cid: number, partition: Partition): Refused {
  const [low, high] = earlyRanges[partition];
  if (cid < low || cid > high) return 'ILLEGAL_STATE';
  const error = setGuestCid(kernel, cid, earlyName(partition));
  if (error === undefined) earlyStarts.push(cid);
  return error;
}

export const earlyPartitionAt = ({ kernel }: Android, cid: number): Partition | undefined =>
  (Object.keys(earlyRanges) as Partition[]).find((one) => kernel.guests.get(cid) === earlyName(one));
export const putEarly = ({ kernel }: Android, cid: number, partition: Partition): void =>
  void kernel.guests.set(cid, earlyName(partition));
export const isRunning = ({ kernel }: Android, client: number, cid: number): boolean =>
  kernel.guests.get(cid) === nameOf(client);
export const putRunning = ({ kernel }: Android, client: number, cid: number): void =>
  void kernel.guests.set(cid, nameOf(client));

function endEarly({ kernel }: Android, cid: number): Refused {
  return kernel.guests.delete(cid) ? undefined : 'ILLEGAL_STATE';
}

const ofClient: Readonly<Record<string, (android: Android, client: ClientThread) => Refused>> = {
  pick_cid: look,
  write_last_cid: write,
  hold_cid: keep,
  set_guest_cid: start,
  register_vm: register,
  drop_context: drop,
};
const ofHost: Readonly<Record<string, (android: Android) => Refused>> = {
  restart_service: restart,
  reboot_host: reboot,
};
export const stepCalls: readonly string[] = [
  ...Object.keys(ofClient),
  ...Object.keys(ofHost),
  'start_early_vm',
  'end_early_vm',
];

/** Makes one step by its name. Early VMs are named by their CID, partitions by their names. */
export function answerOfAndroid(
  android: Android,
  call: string,
  { client = 0, early = 0, partition = 'system' }: { client?: number; early?: number; partition?: Partition },
): TargetAnswer {
  const error =
    call === 'start_early_vm'
      ? startEarly(android, early, partition)
      : call === 'end_early_vm'
        ? endEarly(android, early)
        : (ofHost[call]?.(android) ?? ofClient[call]?.(android, android.clients[client] as ClientThread));
  return error === undefined ? { kind: 'done', answer: 0 } : { kind: 'refused', error };
}
