import { describe, expect, test } from 'vitest';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Profile } from '../../spec/profile.ts';
import { android16 } from '../../spec/profiles/android16-6.12.ts';
import { android16AsShipped } from '../../spec/profiles/android16-6.12-as-shipped.ts';
import { cidsCyclic, cidsForgetful, cidsSplit, cidsStrict } from '../../spec/profiles/cids.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { cids } from '../../properties/android/cids.ts';
import { android } from '../../properties/android/laws.ts';
import * as scopes from './android.ts';
import { cpu } from '../../properties/cpu/laws.ts';
import { dma } from '../../properties/dma/laws.ts';
import { lifecycle } from '../../properties/lifecycle/laws.ts';
import { memory } from '../../properties/memory/all.ts';
import { isWitness, titleOf } from '../../properties/property.ts';
import type { Property } from '../../properties/property.ts';
import { Walk } from '../generate/walk.ts';
import type { Scope } from './linux.ts';

const length = 60;
const ofAndroid = (system: TransitionSystem): Property[] => [...dma(system), ...android(system)];
const ofAll = (system: TransitionSystem): Property[] => [...memory, ...lifecycle(system), ...cpu, ...ofAndroid(system)];

/** The clause that breaks first in so many walks, and what the walks have seen. */
function walk(
  profile: Profile,
  scope: Scope,
  properties: (system: TransitionSystem) => readonly Property[],
  walks: number,
  leaveOut?: { call: string; clause: ClauseId },
): { broken: string | undefined; seen: string[] } {
  const system = new TransitionSystem(profile, scope.config, leaveOut);
  const walker = new Walk(system, scope, properties(system));
  for (let seed = 1; seed <= walks; seed++) {
    const { violation } = walker.run(seed, length);
    if (violation) return { broken: titleOf(violation.property), seen: [] };
  }
  return { broken: undefined, seen: walker.judge.seen.map(titleOf) };
}

interface Setting {
  readonly profile: Profile;
  readonly scope: Scope;
  readonly properties: (system: TransitionSystem) => readonly Property[];
}
const titled = (setting: Setting): [string, Setting] => [`${setting.profile.name} in ${setting.scope.name}`, setting];

const titlesOfWitnesses = (properties: readonly Property[]): string[] => properties.filter(isWitness).map(titleOf);

describe.each(
  [
    { profile: android16, scope: scopes.devices, properties: ofAll },
    { profile: android16, scope: scopes.devicesFull, properties: ofAll },
    // Where the SoC leaves a way open, what is said of memory holds no more; what the IOMMU does holds still.
    { profile: android16, scope: scopes.devicesUncovered, properties: ofAndroid },
    { profile: cidsStrict, scope: scopes.cids, properties: cids },
    { profile: cidsCyclic, scope: scopes.cids, properties: cids },
    { profile: cidsSplit, scope: scopes.cids, properties: cids },
  ].map(titled),
)('%s', (_, { profile, scope, properties }) => {
  test('every property holds', () => {
    expect(walk(profile, scope, properties, 300).broken).toBeUndefined();
  });
});

test.each(
  [
    { profile: android16, scope: scopes.devices, properties: ofAndroid },
    { profile: android16, scope: scopes.devicesUncovered, properties: ofAndroid },
    { profile: cidsStrict, scope: scopes.cids, properties: cids },
    { profile: cidsCyclic, scope: scopes.cids, properties: cids },
    { profile: cidsSplit, scope: scopes.cids, properties: cids },
  ].map(titled),
)('%s › every witness is seen', (_, { profile, scope, properties }) => {
  const wanted = titlesOfWitnesses(properties(new TransitionSystem(profile, scope.config)));
  expect(walk(profile, scope, properties, 2000).seen.sort()).toEqual(wanted.sort());
});

test.each([
  [android16AsShipped.name, 'MEM-CONSENT', android16AsShipped, scopes.devices, ofAndroid],
  [cidsForgetful.name, 'CID-RESTART', cidsForgetful, scopes.cids, cids],
] as const)('%s breaks %s', (_, clause, profile, scope, properties) => {
  expect(walk(profile, scope, properties, 300).broken).toMatch(new RegExp(`^${clause} `));
});

test.each([
  ['donate_guest', 'DONATE-UNPINNED', 'DMA-FOLLOWS-OWNER'],
  ['host_share_hyp', 'SHARE-HYP-UNPINNED', 'DMA-MAPPED-PINNED'],
  ['ffa_lend', 'FFA-LEND-UNPINNED', 'DMA-FOLLOWS-OWNER'],
  ['ffa_reclaim', 'FFA-RECLAIM-RETURNED', 'FFA-LENT'],
  ['iommu_map', 'IOMMU-MAP-OWNED', 'DMA-MAPPED-PINNED'],
  ['iommu_attach', 'IOMMU-ATTACH-DEVICE', 'MEM-CONSERVE-PINS'],
  ['guest_read', 'RUN-POWERED', 'CPU-POWER'],
] as const)('without its guard %s › %s, %s breaks', (call, clause, broken) => {
  const watching = (system: TransitionSystem): readonly Property[] =>
    ofAndroid(system).filter((one) => one.clause === broken);
  expect(walk(android16, scopes.devices, watching, 1500, { call, clause }).broken).toMatch(new RegExp(`^${broken} `));
});
