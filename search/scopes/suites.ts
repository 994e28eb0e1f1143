/** What is fuzzed by default: each chapter with its profiles and its scopes. */
import { profiles } from '../../spec/profiles/all.ts';
import {
  cidClients,
  cids,
  devices,
  devicesFull,
  devicesUncovered,
  guestCode,
  longRange,
  manyClients,
} from './android.ts';
import { exhaustiveSuites, largerSuites } from './exhaustive.ts';
import { attestation } from './attestation.ts';
import { oldPhone, phone } from './device.ts';
import { apps, apps14 } from './host.ts';
import { interrupts } from './interrupts.ts';
import { bootScopes, images, instances, recordsAlone, versions } from './boot.ts';
import {
  scopes as linuxScopes,
  bare,
  full,
  inherited,
  lifecycle,
  mailbox,
  nonProtected,
  ownCode,
  pages,
  reused,
  single,
} from './linux.ts';
import type { Scope } from './linux.ts';
import { heapScopes } from './heap.ts';
import { capable, payload } from './inside.ts';
import { whole } from './system.ts';
import { files, served, storageScopes, stores } from './storage.ts';
import type { Suite } from './suite.ts';

const linux = 'linux-7.3';
const android = 'android16-6.12';

/** Which scopes a chapter is fuzzed in, under which profiles when none is asked for. */
const plan: readonly {
  readonly chapter: string;
  readonly profiles: readonly string[];
  /** Profiles that may be asked for instead. */
  readonly fits: RegExp;
  readonly scopes: readonly Scope[];
  readonly unsafe?: true;
}[] = [
  {
    chapter: 'memory',
    profiles: [linux],
    fits: /^(linux-(?!7\.4)|ownership$)/,
    scopes: [pages, bare, reused, inherited, full],
  },
  { chapter: 'memory', profiles: [linux], fits: /^linux-7\.[23]/, scopes: [ownCode] },
  { chapter: 'lifecycle', profiles: [linux], fits: /^linux-(?!7\.4)/, scopes: [single, lifecycle] },
  { chapter: 'cpu', profiles: [linux], fits: /^linux-(?!7\.4)/, scopes: [nonProtected] },
  // From 7.4 on the structures of VMs lie in the hypervisor's heap.
  { chapter: 'memory', profiles: [], fits: /^linux-7\.4/, scopes: heapScopes.memory },
  { chapter: 'lifecycle', profiles: [], fits: /^linux-7\.4/, scopes: heapScopes.lifecycle },
  { chapter: 'cpu', profiles: [], fits: /^linux-7\.4/, scopes: heapScopes.cpu },
  { chapter: 'dma', profiles: [linux], fits: /^linux-(?!6\.1$)/, scopes: [mailbox] },
  { chapter: 'dma', profiles: [android], fits: /^android\d/, scopes: [devices, devicesFull] },
  { chapter: 'dma', profiles: [android], fits: /^android\d/, scopes: [devicesUncovered], unsafe: true },
  // The default run has guest code in the scopes of Linux.
  { chapter: 'memory', profiles: [], fits: /^android\d/, scopes: [guestCode] },
  { chapter: 'android', profiles: ['cids-13', 'cids-cyclic'], fits: /^cids-(13|[a-z])/, scopes: [cids] },
  {
    chapter: 'android',
    profiles: ['cids-15', 'cids-2025'],
    fits: /^cids-(15|2025)/,
    scopes: [cidClients, manyClients, longRange],
  },
  { chapter: 'host', profiles: ['android-15'], fits: /^android-15/, scopes: [apps] },
  { chapter: 'host', profiles: ['android-14'], fits: /^android-14/, scopes: [apps14] },
  { chapter: 'boot', profiles: ['avf-15', 'avf-2026', 'avf-13'], fits: /^avf-/, scopes: [images] },
  { chapter: 'instance', profiles: ['avf-15'], fits: /^avf-1/, scopes: [versions, recordsAlone, instances] },
  { chapter: 'instance', profiles: ['avf-14'], fits: /^avf-2026$/, scopes: [instances] },
  { chapter: 'instance', profiles: ['avf-2026'], fits: /^avf-2026$/, scopes: [versions] },
  { chapter: 'attestation', profiles: ['attest-15'], fits: /^attest-/, scopes: [attestation] },
  { chapter: 'storage', profiles: ['images-15'], fits: /^images-/, scopes: [served] },
  { chapter: 'storage', profiles: ['authfs-15'], fits: /^authfs-/, scopes: [files] },
  { chapter: 'storage', profiles: ['store-15', 'store-13'], fits: /^store-/, scopes: [stores] },
  { chapter: 'guest', profiles: ['guest-15'], fits: /^guest-/, scopes: [payload, capable] },
  { chapter: 'device', profiles: ['device-15'], fits: /^device-/, scopes: [phone, oldPhone] },
  { chapter: 'interrupts', profiles: ['interrupts-7.3'], fits: /^interrupts-/, scopes: [interrupts] },
  { chapter: 'system', profiles: ['system-15'], fits: /^system-/, scopes: [whole] },
];

/** The suites of the default run, or those for one profile. */
export function suitesOf(profileName?: string): Suite[] {
  return plan.flatMap(({ chapter, profiles: usual, fits, scopes, unsafe }) => {
    const names = profileName === undefined ? usual : fits.test(profileName) ? [profileName] : [];
    return names.flatMap((name) => {
      const profile = profiles.get(name);
      if (profile === undefined) throw new Error(`unreachable: no profile ${name}`);
      const fitting = scopes.filter(({ prelude }) => prelude.every(({ call }) => profile.rules.has(call)));
      return fitting.map((scope): Suite => ({ chapter, profile, scope, unsafe: unsafe === true }));
    });
  });
}

/** A scope by its name. */
export const scopeNamed = (name: string): Scope | undefined =>
  [
    ...linuxScopes,
    ...Object.values(heapScopes).flat(),
    devices,
    devicesUncovered,
    devicesFull,
    guestCode,
    ...bootScopes,
    attestation,
    ...storageScopes,
    capable,
    payload,
    phone,
    oldPhone,
    whole,
    manyClients,
    longRange,
    apps,
    apps14,
    interrupts,
    ...[...exhaustiveSuites, ...largerSuites].map(({ scope }) => scope),
  ].find((one) => one.name === name);
