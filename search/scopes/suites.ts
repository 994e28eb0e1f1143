/** What is hunted in by default: each chapter with its profiles and its worlds. */
import { profiles } from '../../spec/profiles/all.ts';
import type { Profile } from '../../spec/profile.ts';
import { cids, devices, devicesFull, devicesUncovered } from './android.ts';
import { completeWorlds, largerWorlds } from './exhaustive.ts';
import { attestation } from './attestation.ts';
import { bootWorlds, images, instances, recordsAlone, versions } from './boot.ts';
import {
  worlds as linuxWorlds,
  bare,
  full,
  inherited,
  lifecycle,
  nonProtected,
  pages,
  reused,
  single,
} from './linux.ts';
import type { NamedWorld } from './linux.ts';

export interface Suite {
  readonly chapter: string;
  readonly profile: Profile;
  readonly named: NamedWorld;
  /** An assumption does not hold in this world: laws may break here, and what the assumption forbids must be seen. */
  readonly unsafe: boolean;
}

const linux = 'linux-7.3';
const android = 'android16-6.12';

/** Which worlds a chapter is hunted in, under which profiles when none is asked for. */
const plan: readonly {
  readonly chapter: string;
  readonly profiles: readonly string[];
  /** Profiles that may be asked for instead. */
  readonly fits: RegExp;
  readonly worlds: readonly NamedWorld[];
  readonly unsafe?: true;
}[] = [
  { chapter: 'memory', profiles: [linux], fits: /^linux-/, worlds: [pages, bare, reused, inherited, full] },
  { chapter: 'lifecycle', profiles: [linux], fits: /^linux-/, worlds: [single, lifecycle] },
  { chapter: 'cpu', profiles: [linux], fits: /^linux-/, worlds: [nonProtected] },
  { chapter: 'dma', profiles: [android], fits: /^android/, worlds: [devices, devicesFull] },
  { chapter: 'dma', profiles: [android], fits: /^android/, worlds: [devicesUncovered], unsafe: true },
  { chapter: 'android', profiles: ['cids-strict', 'cids-cyclic'], fits: /^cids-/, worlds: [cids] },
  { chapter: 'boot', profiles: ['avf-15', 'avf-2026'], fits: /^avf-/, worlds: [images] },
  { chapter: 'instance', profiles: ['avf-15'], fits: /^avf-1/, worlds: [versions, recordsAlone, instances] },
  { chapter: 'instance', profiles: ['avf-14'], fits: /^none$/, worlds: [instances] },
  { chapter: 'instance', profiles: ['avf-2026'], fits: /^avf-2026$/, worlds: [versions] },
  { chapter: 'attestation', profiles: ['attest-15'], fits: /^attest-/, worlds: [attestation] },
];

/** The suites of the default run, or those for one profile. */
export function suitesOf(profileName?: string): Suite[] {
  return plan.flatMap(({ chapter, profiles: usual, fits, worlds, unsafe }) => {
    const names = profileName === undefined ? usual : fits.test(profileName) ? [profileName] : [];
    return names.flatMap((name) => {
      const profile = profiles.get(name);
      if (profile === undefined) throw new Error(`unreachable: no profile ${name}`);
      const fitting = worlds.filter(({ prelude }) => prelude.every(({ call }) => profile.rules.has(call)));
      return fitting.map((named): Suite => ({ chapter, profile, named, unsafe: unsafe === true }));
    });
  });
}

/** A world by its name. */
export const worldNamed = (name: string): NamedWorld | undefined =>
  [
    ...linuxWorlds,
    devices,
    devicesUncovered,
    devicesFull,
    ...bootWorlds,
    attestation,
    ...[...completeWorlds, ...largerWorlds].map(({ named }) => named),
  ].find((one) => one.name === name);
