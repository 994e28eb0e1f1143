/** virtmgr: what is checked before a VM is made, and what holders of a VM can do with it. */
import type { HostFile } from '../../spec/host/config.ts';
import type { Refusal } from '../../spec/answers.ts';
import { options, release } from './host.ts';
import type { AndroidHost, Option } from './host.ts';

type Args = Readonly<Record<string, number>>;
type Answer = Refusal | number;

/** SELinux types of which no app may write a file. */
const safeTypes = /^(apk_data|shell_data|staging_data|system|virtualizationservice_data|vendor_microdroid)_file$/;

function refusalOfFile(file: HostFile | undefined, asKernel: boolean, isProtected: boolean): Refusal | undefined {
  if (file === undefined) return undefined;
  const isChecked = asKernel ? isProtected : true;
  if (isChecked && !safeTypes.test(file.label)) return 'SERVICE_SPECIFIC';
  return file.place === 'VENDOR' ? 'SERVICE_SPECIFIC' : undefined;
}

/** The first reason of an honest host not to make the VM, before and after it asks whether there is room. */
function refusals(host: AndroidHost, args: Args): { first?: Refusal; then?: Refusal } {
  if (host.isCompromised) return {};
  const { app = 0, file = -1, custom, asKernel, gdb, debug, outside, protected: isProtected } = args;
  const has = host.permissions[app]!;
  if (!has.has('MANAGE')) return { first: 'SECURITY' };
  const isOwn = file >= 0 || custom === 1;
  if (isOwn && !has.has('CUSTOM')) return { then: 'SECURITY' };
  if (gdb === 1 && (isProtected === 1 || debug !== 1)) return { then: 'SECURITY' };
  if (outside === 1) return { then: 'ILLEGAL_ARGUMENT' };
  const refused = refusalOfFile(host.config.files[file], asKernel === 1, isProtected === 1);
  return refused === undefined ? {} : { then: refused };
}

export function createVm(host: AndroidHost, args: Args): Answer {
  const { app = 0, file = -1 } = args;
  const { first, then } = refusals(host, args);
  if (first !== undefined) return first;
  const number = host.vms.indexOf(undefined);
  if (number < 0) return 'ILLEGAL_STATE';
  if (then !== undefined) return then;
  host.vms[number] = {
    isRunning: false,
    creator: app,
    file: file < 0 ? undefined : file,
    options: new Set<Option>(options.filter((one) => args[one] === 1)),
    holders: new Set([app]),
    acquainted: new Set([app]),
    seenBy: new Set(),
    connections: new Set(),
    lowConnections: new Set(),
    sockets: new Set(),
  };
  return number;
}

const isHolder = ({ vms }: AndroidHost, { app = 0, vm = 0 }: Args): boolean => vms[vm]?.holders.has(app) === true;

export function startVm(host: AndroidHost, args: Args): Answer {
  const vm = host.vms[args['vm'] ?? 0];
  if (!isHolder(host, args) || vm === undefined) return 'SECURITY';
  if (vm.isRunning) return 'ILLEGAL_STATE';
  vm.isRunning = true;
  return 0;
}

export function passHandle(host: AndroidHost, args: Args): Answer {
  const { vm = 0, to = 0 } = args;
  if (!isHolder(host, args)) return 'SECURITY';
  host.vms[vm]?.holders.add(to);
  host.vms[vm]?.acquainted.add(to);
  return 0;
}

export function dropHandle(host: AndroidHost, args: Args): Answer {
  if (!isHolder(host, args)) return 'SECURITY';
  release(host, args['app'] ?? 0, args['vm'] ?? 0);
  return 0;
}

export function connectVsock(host: AndroidHost, args: Args): Answer {
  const { app = 0, vm = 0, low } = args;
  const found = host.vms[vm];
  if (!isHolder(host, args) && !host.isCompromised) return 'SECURITY';
  if (found?.isRunning !== true) return 'SERVICE_SPECIFIC';
  if (low === 1 && !host.isCompromised) return 'SERVICE_SPECIFIC';
  found.connections.add(app);
  if (low === 1) found.lowConnections.add(app);
  return 0;
}

export function listVms({ vms, permissions, isCompromised }: AndroidHost, { app = 0 }: Args): Answer {
  if (!isCompromised && permissions[app]?.has('DEBUG') !== true) return 'SECURITY';
  for (const vm of vms) vm?.seenBy.add(app);
  return 0;
}
