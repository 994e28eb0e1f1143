/** What a guest can do besides loads, stores and fetches: instructions that trap, and calls to whoever is below it. */

/** Instructions, each for its kind: an identification register, another one that traps, and those that are no access. */
export const instructions = [
  'MRS ID_AA64PFR0_EL1',
  'MRS ID_AA64DFR0_EL1',
  'MRS ACTLR_EL1',
  'MRS AIDR_EL1',
  'SMC',
  'WFI',
  'UDF',
] as const;
export type Instruction = (typeof instructions)[number];

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
