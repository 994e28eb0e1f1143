/** Words about what a guest does besides loads, stores and fetches. */
import type { GuestFunction, Instruction } from '../guest-instructions.ts';
import { functionAt, instructionAt } from '../guest-instructions.ts';
import { choose, condition, either, equals } from '../language/build.ts';
import type { Ref } from '../language/build.ts';
import type { Bool, Num } from '../language/term.ts';

const is = (instruction: Ref, name: Instruction): Bool => equals(instruction, instructionAt(name));

export const isUndefined = condition(['instruction'], '{instruction} [is] defined to be undefined', (instruction) =>
  is(instruction, 'UDF'),
);
export const isWait = condition(['instruction'], '{instruction} [is] a wait for an interrupt', (instruction) =>
  is(instruction, 'WFI'),
);
export const isSecureCall = condition(['instruction'], '{instruction} [is] a call to the firmware', (instruction) =>
  is(instruction, 'SMC'),
);
/** It reads a register of something that protected VMs do not have. */
export const isHidden = condition(
  ['instruction'],
  '{instruction} [is] of a feature that is not for protected VMs',
  (instruction) => is(instruction, 'MRS ACTLR_EL1'),
);
/** It reads a register that the hypervisor lets the host answer for. */
export const isLeftToHost = condition(
  ['instruction'],
  '{instruction} [reads] a register for which the host answers',
  (instruction) => is(instruction, 'MRS AIDR_EL1'),
);

/** The call is one of these. */
export const callsOneOf = (call: Ref, ...names: GuestFunction[]): Bool =>
  either(...names.map((name) => equals(call, functionAt(name))));
/** What FEATURES answers, whatever is above the 32 bits of a function number. */
export const featuresOr = (call: Ref, bits: number): Num =>
  choose(callsOneOf(call, 'FEATURES', 'FEATURES + 2^32'), bits, 0);
