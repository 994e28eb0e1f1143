/** What a step changed of an Android host, in words: permissions, VMs and who has them, packets, ids; and clients. */
import { none } from '../../spec/config.ts';
import { clientPhases, hostVmStates } from '../../spec/fields.ts';
import { hostOf, permissions } from '../../spec/host/config.ts';
import type { Layout } from '../../spec/state.ts';
import type { Change, Label } from './boot-changes.ts';

/** Whom a change is about, and what to say of it; nothing for what only mirrors another change. */
export function formatHostChange({ config }: Layout, change: Change): Label {
  const { apps, files, vms, ids } = hostOf(config);
  const { field, index, to } = change;
  const app = (number: number): string => (number === none ? 'nobody' : (apps[number]?.name ?? `app ${number}`));
  const has = (words: string): Label => [
    app(Math.floor(index / vms)),
    `${to === 1 ? words : `no longer ${words}`} VM ${index % vms}`,
  ];
  const pair = (words: string): Label =>
    to === 1 ? [`VM ${Math.floor(index / vms)}`, `${words} VM ${index % vms}`] : undefined;
  switch (field) {
    case 'hostFallen':
      return ['host', 'is compromised'];
    case 'appGranted':
      return [
        app(Math.floor(index / permissions.length)),
        `${to === 1 ? 'has' : 'has lost'} ${permissions[index % permissions.length] ?? ''}`,
      ];
    case 'hostVmState':
      return [`VM ${index}`, (hostVmStates[to] ?? '').toLowerCase().replace('none', 'gone')];
    case 'hostVmCreator':
      return to === none ? undefined : [`VM ${index}`, `is ${app(to)}'s`];
    case 'hostVmFile':
      return to === none ? undefined : [`VM ${index}`, `is made of ${files[to]?.name ?? ''}`];
    case 'hostVmProtected':
      return to === 1 ? [`VM ${index}`, 'is protected'] : undefined;
    case 'hostVmGdb':
      return to === 1 ? [`VM ${index}`, 'is open to gdb'] : undefined;
    case 'appHandle':
      return has('holds');
    case 'appSees':
      return has('knows of');
    case 'appChannel':
      return has('connected to');
    case 'appSocket':
      return has('has a socket to');
    case 'packetReached':
      return pair('reaches');
    case 'packetMistaken':
      return pair('is taken for');
    case 'guestServed':
      return pair('is served as');
    case 'packetRelayed':
      return pair('is carried to');
    case 'idOwner':
      return [`id ${index}`, to === none ? 'deleted, with its secrets' : `is ${app(to)}'s`];
    case 'idKnown':
      return [app(Math.floor(index / ids)), `${to === 1 ? 'knows' : 'forgets'} id ${index % ids}`];
    case 'clientPhase':
      return [`client ${index}`, (clientPhases[to] ?? '').toLowerCase().replace('none', 'has nothing')];
    case 'clientCid':
      return to === none ? undefined : [`client ${index}`, `CID ${to}`];
    case 'clientKnown':
      return [`client ${index}`, to === 1 ? 'known to the service' : 'forgotten by the service'];
    case 'earlyFrom':
      return [`fixed CID ${index}`, to === 0 ? 'free' : `a VM of ${['', 'system', 'system_ext or product'][to] ?? ''}`];
    default:
      return undefined;
  }
}
