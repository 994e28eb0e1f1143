/** The invariants of a profile, and what follows from them. */
import type { Profile } from '../../spec/profile.ts';
import { entryConsequences, entryInvariants } from './entries.ts';
import type { Invariant } from './invariant.ts';
import { pageInvariants, withDevices, withSecureWorld, withoutDevices } from './pages.ts';
import { vcpuConsequences, vcpuInvariants } from './vcpus.ts';

export const invariantsOf = ({ rules }: Profile): readonly Invariant[] => [
  ...pageInvariants,
  ...(rules.has('iommu_map') ? withDevices : withoutDevices),
  ...(rules.has('ffa_share') ? withSecureWorld : []),
  ...entryInvariants,
  ...vcpuInvariants,
];
export const consequences: readonly Invariant[] = [...entryConsequences, ...vcpuConsequences];
