/** The Android host that a state stands for. */
import { androidHostCalls, answerOfAndroidHost } from '../../model/android-host/calls.ts';
import { options, pair } from '../../model/android-host/host.ts';
import type { AndroidHost, Option, Traffic, Vm } from '../../model/android-host/host.ts';
import { permissions } from '../../spec/host/config.ts';
import type { HostConfig } from '../../spec/host/config.ts';
import type { FieldName } from '../../spec/fields.ts';
import { hostVmStates } from '../../spec/fields.ts';
import { initialState } from '../../spec/state.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { Cells } from './cells.ts';
import { twin } from './twin.ts';
import type { Twin } from './twin.ts';

export function androidHostTwin({ profile, layout, config }: TransitionSystem): Twin | undefined {
  const { host } = config;
  if (host === undefined || !profile.rules.has('host_falls')) return undefined;
  const start = initialState(layout).cells;
  const release = profile.name === 'android-14' ? 'android-14' : 'android-15';
  return twin<AndroidHost>({
    name: 'android host',
    calls: androidHostCalls,
    read: (cells) => hostIn(new Cells(layout, cells), host, release),
    write: (things, cells) => {
      cells.set(start);
      writeHost(new Cells(layout, cells), things);
    },
    answer: answerOfAndroidHost,
  });
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const optionFields: Readonly<Record<Option, FieldName>> = {
  custom: 'hostVmCustom',
  protected: 'hostVmProtected',
  debug: 'hostVmDebug',
  gdb: 'hostVmGdb',
  outside: 'hostVmOutside',
};
const listFields = {
  holders: 'appHandle',
  acquainted: 'appHeld',
  seenBy: 'appSees',
  connections: 'appChannel',
  lowConnections: 'appLowChannel',
  sockets: 'appSocket',
} as const satisfies Partial<Record<keyof Vm, FieldName>>;
type List = keyof typeof listFields;
const trafficFields = {
  reached: 'packetReached',
  mistaken: 'packetMistaken',
  served: 'guestServed',
  relayed: 'packetRelayed',
} as const satisfies Record<keyof Traffic, FieldName>;
const entries = <K extends string, V>(record: Readonly<Record<K, V>>): [K, V][] => Object.entries(record) as [K, V][];

function hostIn(cells: Cells, config: HostConfig, release: AndroidHost['release']): AndroidHost {
  const { apps, vms, ids } = config;
  const pairs = (field: FieldName): Set<string> =>
    new Set(
      upTo(vms).flatMap((from) =>
        upTo(vms).flatMap((to) => (cells.flag(field, from * vms + to) ? [pair(from, to)] : [])),
      ),
    );
  const listed = (field: FieldName, vm: number): Set<number> =>
    new Set(upTo(apps.length).filter((app) => cells.flag(field, app * vms + vm)));
  const vmIn = (vm: number): Vm | undefined => {
    const state = hostVmStates[cells.get('hostVmState', vm)];
    if (state === 'NONE') return undefined;
    const lists = entries(listFields).map(([list, field]) => [list, listed(field, vm)]);
    return {
      isRunning: state === 'RUNNING',
      creator: cells.maybe('hostVmCreator', vm),
      file: cells.maybe('hostVmFile', vm),
      options: new Set(options.filter((one) => cells.flag(optionFields[one], vm))),
      ...(Object.fromEntries(lists) as Pick<Vm, List>),
    };
  };
  return {
    config,
    release,
    isCompromised: cells.flag('hostFallen'),
    permissions: apps.map(
      (_, app) => new Set(permissions.filter((__, one) => cells.flag('appGranted', app * permissions.length + one))),
    ),
    vms: upTo(vms).map(vmIn),
    traffic: {
      reached: pairs('packetReached'),
      mistaken: pairs('packetMistaken'),
      served: pairs('guestServed'),
      relayed: pairs('packetRelayed'),
    },
    instances: new Map(
      upTo(ids).flatMap((id) => {
        const owner = cells.maybe('idOwner', id);
        const row = { maker: cells.maybe('idMaker', id), age: cells.get('idAge', id) };
        return owner === undefined ? [] : [[id, { owner, ...row }] as const];
      }),
    ),
    known: apps.map((_, app) => new Set(upTo(ids).filter((id) => cells.flag('idKnown', app * ids + id)))),
  };
}

function writeHost(
  cells: Cells,
  { config, isCompromised, permissions: granted, vms, traffic, instances, known }: AndroidHost,
): void {
  const count = config.vms;
  cells.set('hostFallen', isCompromised);
  granted.forEach((has, app) =>
    permissions.forEach((one, number) => cells.set('appGranted', has.has(one), app * permissions.length + number)),
  );
  vms.forEach((vm, number) => {
    if (vm === undefined) return;
    cells.set('hostVmState', hostVmStates.indexOf(vm.isRunning ? 'RUNNING' : 'CREATED'), number);
    cells.set('hostVmCreator', vm.creator, number);
    cells.set('hostVmFile', vm.file, number);
    for (const [option, field] of entries(optionFields)) cells.set(field, vm.options.has(option), number);
    for (const [list, field] of entries(listFields))
      for (const app of vm[list]) cells.set(field, 1, app * count + number);
  });
  for (const [log, field] of entries(trafficFields))
    for (const from of upTo(count))
      for (const to of upTo(count)) cells.set(field, traffic[log].has(pair(from, to)), from * count + to);
  for (const [id, { owner, maker, age }] of instances) {
    cells.set('idOwner', owner, id);
    cells.set('idMaker', maker, id);
    cells.set('idAge', age, id);
  }
  known.forEach((ids, app) => ids.forEach((id) => cells.set('idKnown', 1, app * config.ids + id)));
}
