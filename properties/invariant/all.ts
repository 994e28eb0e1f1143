/**
 * The invariants of a profile: laws of the chapters that are inductive as they stand, and those that support them.
 * Whatever else is a law of these chapters has to follow from them.
 */
import type { Profile } from '../../spec/profile.ts';
import { liveCidsDiffer, neverAgain, nothingIsGrantedTwice } from '../android/cids.ts';
import { cpusHaveTheirVcpu, loadedVcpusExist, loadedVmsLive, vcpusHaveTheirCpu } from '../cpu/laws.ts';
import { deviceMappingsAreCounted, mailboxIsLent } from '../dma/laws.ts';
import { vcpusAreComplete, vcpusHaveFeatures, vmsAreComplete } from '../lifecycle/laws.ts';
import {
  donatedPagesAreCounted,
  donatedPagesServe,
  pinsAreConserved,
  sharesAreConserved,
} from '../memory/conservation.ts';
import { vmsOwnOrBorrow } from '../memory/records.ts';
import type { Always } from '../property.ts';
import { cidInvariants, cyclicInvariants, upwardInvariants } from './cids.ts';
import { withDevices, withSecureWorld } from './devices.ts';
import { entryInvariants } from './entries.ts';
import { pageInvariants, withoutDevices } from './pages.ts';
import { vcpuInvariants, vmInvariants } from './vcpus.ts';

/** Laws that are there for the sake of others. */
function supportingOf({ rules, name }: Profile): readonly Always[] {
  if (rules.has('allocate_cid'))
    return name === 'cids-strict'
      ? cidInvariants
      : [...cidInvariants, ...(name === 'cids-13' ? upwardInvariants : cyclicInvariants)];
  if (!rules.has('host_share_hyp')) return [];
  const devices = rules.has('iommu_map') ? withDevices : withoutDevices;
  const secureWorld = rules.has('ffa_share') ? withSecureWorld : [];
  return [...pageInvariants, ...devices, ...secureWorld, ...entryInvariants, ...vmInvariants, ...vcpuInvariants];
}

/** Laws that support themselves, and others. */
const inductive: readonly Always[] = [
  sharesAreConserved,
  pinsAreConserved,
  donatedPagesServe,
  donatedPagesAreCounted,
  vmsOwnOrBorrow,
  vmsAreComplete,
  vcpusAreComplete,
  cpusHaveTheirVcpu,
  vcpusHaveTheirCpu,
  loadedVmsLive,
  loadedVcpusExist,
];

export function invariantsOf(profile: Profile): readonly Always[] {
  const { rules, name } = profile;
  const supporting = supportingOf(profile);
  if (rules.has('allocate_cid'))
    return [...supporting, liveCidsDiffer, ...(neverAgain.includes(name) ? [nothingIsGrantedTwice] : [])];
  const hasFeatures = rules.get('init_vcpu')?.guards.some(({ clause }) => clause === 'INIT-VCPU-FEATURES');
  return [
    ...supporting,
    ...inductive,
    ...(rules.has('iommu_map') ? [deviceMappingsAreCounted] : []),
    ...(rules.has('ffa_rxtx_map') ? [mailboxIsLent] : []),
    ...(hasFeatures === true ? [vcpusHaveFeatures] : []),
  ];
}
