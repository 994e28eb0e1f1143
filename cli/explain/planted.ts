/** Faults that are planted in rules, by the profiles that they are planted in. */
import { baseOf } from '../../mutants/boot/fault.ts';
import type { BootFault } from '../../mutants/boot/fault.ts';
import { ruleFaults } from '../../mutants/rule-faults.ts';

export const faultsOf = (profile: string): readonly BootFault[] =>
  ruleFaults.filter((fault) => baseOf(fault).profile.name === profile);

/** A fault by its name; or in one line why this profile has none of that name. */
export function faultIn(profile: string, id: string): BootFault | string {
  const fault = ruleFaults.find((one) => one.id === id);
  if (fault === undefined) return `no fault ${id} of the rules`;
  const { name } = baseOf(fault).profile;
  return name === profile ? fault : `${id} is a fault of ${name}, not of ${profile}`;
}
