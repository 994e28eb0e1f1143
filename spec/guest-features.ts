/**
 * What a protected VM finds in its identification registers: for each field, the least and the most that it says. A
 * field that is not listed says 0, that its feature is not there. Source: Linux 7.3 `sys_regs.c`.
 */
import type { Instruction } from './guest-instructions.ts';

/** `least`, where it is not 0: fields that count from -1 say with ones that there is nothing. */
export interface FeatureField {
  readonly name: string;
  readonly shift: number;
  readonly most: number;
  readonly least?: number;
}

/** How many bits a field has. */
const fieldBits = 4n;
const fieldMask = (1n << fieldBits) - 1n;
const nothing = Number(fieldMask);

/** The features of protected VMs, by the instruction that asks for them. */
export const features: Readonly<Partial<Record<Instruction, readonly FeatureField[]>>> = {
  'MRS ID_AA64PFR0_EL1': [
    { name: 'EL0', shift: 0, most: 1 },
    { name: 'EL1', shift: 4, most: 1 },
    { name: 'EL2', shift: 8, most: 1 },
    { name: 'EL3', shift: 12, most: 1 },
    { name: 'FP', shift: 16, most: 1 },
    { name: 'AdvSIMD', shift: 20, most: 1 },
    { name: 'GIC', shift: 24, most: 1 },
    { name: 'RAS', shift: 28, most: 1 },
    { name: 'SVE', shift: 32, most: 1 },
    { name: 'DIT', shift: 48, most: 1 },
    { name: 'CSV2', shift: 56, most: 1 },
    { name: 'CSV3', shift: 60, most: 1 },
  ],
  'MRS ID_AA64DFR0_EL1': [
    { name: 'DoubleLock', shift: 36, most: nothing, least: nothing },
    { name: 'MTPMU', shift: 48, most: nothing, least: nothing },
  ],
  // No identification register; it reads as zero, whatever was written to it.
  'MRS MDSCR_EL1': [],
};

/** The nearest to a value of a register that a protected VM may find there: the same, if it may find that. */
export function nearestAllowed(fields: readonly FeatureField[], value: bigint): bigint {
  let allowed = 0n;
  for (const { shift, most, least = 0 } of fields) {
    const found = Number((value >> BigInt(shift)) & fieldMask);
    allowed |= BigInt(Math.max(least, Math.min(most, found))) << BigInt(shift);
  }
  return allowed;
}
