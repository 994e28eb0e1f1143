/** What a guest can do besides loads, stores and fetches: instructions that trap, and calls to whoever is below it. */

/**
 * Instructions, each for its kind: reads of identification registers and of others that trap, what is no access, and
 * writes: of a register that reads as zero, of one that cannot be written, of those that protected VMs do not have, of
 * one that is left to the host.
 */
export const instructions = [
  'MRS ID_AA64PFR0_EL1',
  'MRS ID_AA64DFR0_EL1',
  'MRS ACTLR_EL1',
  'MRS AIDR_EL1',
  'SMC',
  'WFI',
  'UDF',
  'MRS MDSCR_EL1',
  'MSR MDSCR_EL1',
  'MSR ID_AA64PFR0_EL1',
  'MSR ACTLR_EL1',
  'MSR PMCR_EL0',
  'MSR CSSELR_EL1',
] as const;
export type Instruction = (typeof instructions)[number];
/** It gives a register a value, and returns none. */
export const isRegisterWrite = (instruction: string): boolean => instruction.startsWith('MSR ');

/** Calls by HVC, by their SMCCC function numbers; the last but one is FEATURES with a bit above the 32 of the number. */
export const guestFunctions = {
  VERSION: 0x80000000,
  CALL_UID: 0x8600ff01,
  FEATURES: 0x86000000,
  PSCI_VERSION: 0x84000000,
  PSCI_FEATURES: 0x8400000a,
  AFFINITY_INFO: 0xc4000004,
  SYSTEM_OFF: 0x84000008,
  SYSTEM_RESET: 0x84000009,
  'FEATURES + 2^32': 0x186000000,
  unknown: 0xc600007f,
} as const;
export type GuestFunction = keyof typeof guestFunctions;
export const functionNames = Object.keys(guestFunctions) as readonly GuestFunction[];

export const instructionAt = (name: Instruction): number => instructions.indexOf(name);
export const functionAt = (name: GuestFunction): number => functionNames.indexOf(name);
