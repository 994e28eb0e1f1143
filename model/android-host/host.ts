/** An Android host as things: apps with permissions, VMs with those who hold them, packets, and a database of ids. */
import type { HostConfig, Permission } from '../../spec/host/config.ts';
import type { Release } from './packages.ts';

/** A VM with its virtmgr. Apps are numbers in the list of the configuration. */
export interface Vm {
  isRunning: boolean;
  readonly creator: number | undefined;
  /** Its image where that is not Microdroid as it comes. */
  readonly file: number | undefined;
  readonly options: ReadonlySet<Option>;
  /** Binder references, and who has had one. */
  readonly holders: Set<number>;
  readonly acquainted: Set<number>;
  readonly seenBy: Set<number>;
  readonly connections: Set<number>;
  readonly lowConnections: Set<number>;
  readonly sockets: Set<number>;
}
export const options = ['custom', 'protected', 'debug', 'gdb', 'outside'] as const;
export type Option = (typeof options)[number];

/** A row of the database of VirtualizationService. */
export interface InstanceRow {
  owner: number;
  readonly maker: number | undefined;
  /** How many ids were allocated since. */
  age: number;
}

/** What has become of packets and connections of VMs, from one number to another. */
export interface Traffic {
  readonly reached: Set<string>;
  readonly mistaken: Set<string>;
  readonly served: Set<string>;
  readonly relayed: Set<string>;
}
export const pair = (from: number, to: number): string => `${from}>${to}`;

export interface AndroidHost {
  readonly config: HostConfig;
  readonly release: Release;
  isCompromised: boolean;
  readonly permissions: Set<Permission>[];
  readonly vms: (Vm | undefined)[];
  readonly traffic: Traffic;
  readonly instances: Map<number, InstanceRow>;
  /** The ids that each app has stored or learnt. */
  readonly known: Set<number>[];
}

/** The VM process is gone, and its sockets with it. */
function destroy(host: AndroidHost, vm: number): void {
  host.vms[vm] = undefined;
  for (const log of Object.values(host.traffic) as Set<string>[])
    for (const entry of log) if (entry.split('>').includes(String(vm))) log.delete(entry);
}

/** A reference is released; with the last one virtmgr kills the VM. */
export function release(host: AndroidHost, app: number, vm: number): void {
  const found = host.vms[vm];
  found?.holders.delete(app);
  if (found?.holders.size === 0) destroy(host, vm);
}
