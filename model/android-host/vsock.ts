/** vsock between VMs and the host: what the kernel drops, which domains may open sockets, whom servers accept. */
import type { Refusal } from '../../spec/answers.ts';
import { pair } from './host.ts';
import type { AndroidHost, Vm } from './host.ts';

type Args = Readonly<Record<string, number>>;
type Answer = Refusal | number;

const hostCid = 2;
const firstCid = 2048;
/** The CID of a VM; the host's where no VM is meant. */
const cidOf = (vm: number): number => (vm < 0 ? hostCid : firstCid + vm);
const running = ({ vms }: AndroidHost, vm: number): Vm | undefined =>
  vms[vm]?.isRunning === true ? vms[vm] : undefined;

interface Packet {
  readonly source: number;
  readonly destination: number;
}

/** vhost-vsock takes from a guest only what comes from its own CID and is for the host. */
const isDropped = ({ source, destination }: Packet, guestCid: number): boolean =>
  source !== guestCid || destination !== hostCid;

export function guestSend(host: AndroidHost, { vm = 0, source = 0, destination = 0 }: Args): Answer {
  if (running(host, vm) === undefined) return 'ENODEV';
  const packet = { source: cidOf(source), destination: cidOf(destination) };
  if (!host.isCompromised && isDropped(packet, cidOf(vm))) return 'IGNORED';
  const { reached, mistaken } = host.traffic;
  if (packet.destination !== hostCid) {
    if (running(host, destination) !== undefined) reached.add(pair(vm, destination));
  } else if (packet.source !== hostCid && packet.source !== cidOf(vm)) mistaken.add(pair(vm, source));
  return 0;
}

/** A server is bound to the CID of its VM, and looks at that of the peer. */
export function guestConnect(host: AndroidHost, { vm = 0, server = 0 }: Args): Answer {
  if (running(host, vm) === undefined || running(host, server) === undefined) return 'ENODEV';
  const peerCid = cidOf(vm);
  if (!host.isCompromised && peerCid !== cidOf(server)) return 'EACCES';
  host.traffic.served.add(pair(vm, server));
  return 0;
}

export function openSocket(host: AndroidHost, { app = 0, vm = 0 }: Args): Answer {
  const domain = host.config.apps[app]?.domain ?? 'APP';
  if (domain === 'APP' && !host.isCompromised) return 'EACCES';
  const found = running(host, vm);
  if (found === undefined) return 'ENODEV';
  found.sockets.add(app);
  return 0;
}

export function relay({ vms, traffic }: AndroidHost, { app = 0, from = 0, to = 0 }: Args): Answer {
  if (vms[from]?.connections.has(app) !== true || vms[to]?.connections.has(app) !== true) return 'ENODEV';
  traffic.relayed.add(pair(from, to));
  return 0;
}
