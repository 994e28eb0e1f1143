/** Words about what a guest does besides loads, stores and fetches. */
import type { GuestFunction, Instruction } from '../guest-instructions.ts';
import { functionAt, instructionAt } from '../guest-instructions.ts';
import { choose, condition, either, equals } from '../language/build.ts';
import type { Ref } from '../language/build.ts';
import type { Bool, Num } from '../language/term.ts';

const is = (instruction: Ref, name: Instruction): Bool => equals(instruction, instructionAt(name));

export const isUndefined = condition(['instruction'], '{instruction} [is] undefined at every level', (instruction) =>
  either(is(instruction, 'UDF'), is(instruction, 'MSR ID_AA64PFR0_EL1')),
);
export const isWait = condition(['instruction'], '{instruction} [is] a wait for an interrupt', (instruction) =>
  is(instruction, 'WFI'),
);
export const isSecureCall = condition(['instruction'], '{instruction} [is] a call to the firmware', (instruction) =>
  is(instruction, 'SMC'),
);
/** It reads or writes a register of something that protected VMs do not have. */
export const isHidden = condition(
  ['instruction'],
  '{instruction} [is] of a feature that is not for protected VMs',
  (instruction) =>
    either(is(instruction, 'MRS ACTLR_EL1'), is(instruction, 'MSR ACTLR_EL1'), is(instruction, 'MSR PMCR_EL0')),
);
/** It reads or writes a register that the hypervisor lets the host answer for. */
export const isLeftToHost = condition(
  ['instruction'],
  '{instruction} [uses] a register for which the host answers',
  (instruction) => either(is(instruction, 'MRS AIDR_EL1'), is(instruction, 'MSR CSSELR_EL1')),
);

/** The call is one of these. */
export const callsOneOf = (call: Ref, ...names: GuestFunction[]): Bool =>
  either(...names.map((name) => equals(call, functionAt(name))));
/** What FEATURES answers, whatever is above the 32 bits of a function number. */
export const featuresOr = (call: Ref, bits: number): Num =>
  choose(callsOneOf(call, 'FEATURES', 'FEATURES + 2^32'), bits, 0);
