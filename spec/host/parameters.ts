/** What the calls of an Android host are made with: each by its number in the lists of the configuration. */
import type { Parameter } from '../parameters.ts';
import { none } from '../config.ts';
import type { Config } from '../config.ts';
import { hostOf, permissions } from './config.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const vmName = (value: number): string => `VM ${value}`;

export const app: Parameter = {
  kind: 'app',
  values: (config) => upTo(hostOf(config).apps.length),
  format: (config, value) => hostOf(config).apps[value]?.name ?? String(value),
};
export const permission: Parameter = {
  kind: 'permission',
  values: () => upTo(permissions.length),
  format: (_, value) => permissions[value] ?? String(value),
};
/** The file that a VM is made of; none where it is Microdroid as it comes. */
export const file: Parameter = {
  kind: 'file',
  values: (config) => [none, ...upTo(hostOf(config).files.length)],
  format: (config, value) => hostOf(config).files[value]?.name ?? 'Microdroid',
};
export const hostVm: Parameter = {
  kind: 'VM of the service',
  values: (config) => upTo(hostOf(config).vms),
  format: (_, value) => vmName(value),
};
/** The CID in a packet: that of a VM, or the host's. */
export const address: Parameter = {
  kind: 'address',
  values: (config: Config) => [none, ...upTo(hostOf(config).vms)],
  format: (_, value) => (value === none ? 'the host' : vmName(value)),
};
export const instanceId: Parameter = {
  kind: 'instance id',
  values: (config) => upTo(hostOf(config).ids),
  format: (_, value) => `id ${value}`,
};
