import { smc } from '../../parameters.ts';
import { hypercall, must } from '../../rule.ts';
import { condition, either, equals, not } from '../../language/build.ts';
import type { Ref } from '../../language/build.ts';
import type { Bool } from '../../language/term.ts';
import { firmwareCallAt, firmwareCallNames } from '../../firmware-calls.ts';
import type { FirmwareCallName } from '../../firmware-calls.ts';

const isOneOf = (call: Ref, ...names: FirmwareCallName[]): Bool =>
  either(...names.map((name) => equals(call, firmwareCallAt(name))));
const hasImmediate = condition(['smc'], '{smc} [has] an immediate', (call) => isOneOf(call, 'PSCI_VERSION by SMC #1'));
const hasUpperHalf = condition(['smc'], '{smc} [has] a number of more than 32 bits', (call) =>
  isOneOf(call, 'PSCI_VERSION + 2^32'),
);
const isUnrelayed = condition(['smc'], '{smc} [is] of PSCI and not relayed', (call) =>
  isOneOf(
    call,
    ...(['CPU_ON of 32 bits', 'CPU_SUSPEND of 32 bits', 'SYSTEM_RESET2 of 32 bits'] as const),
    ...(['MEM_PROTECT', 'MEM_PROTECT with the SVE hint'] as const),
  ),
);
const startsNoCpu = condition(['smc'], '{smc} [starts] a CPU that was not there at the start', (call) =>
  isOneOf(call, 'CPU_ON of no CPU', 'CPU_ON of no CPU with the SVE hint', 'CPU_ON of a number that is too wide'),
);
/** Whether the function number has a hint beside it, which is dropped before the number is looked at. */
const hasHint = condition(['smc'], '{smc} [has] the SVE hint', (call) =>
  isOneOf(call, ...firmwareCallNames.filter((name) => name.endsWith('with the SVE hint'))),
);
/** Where the hint is taken for a part of the number: what it makes of a function of PSCI is none. */
export const isRelayedOrHinted = either(hasHint('smc'), not(isUnrelayed('smc')));
export const startsKnownCpuOrHinted = either(hasHint('smc'), not(startsNoCpu('smc')));

const ofFirmware = { waiver: 'what the firmware does is not part of the state' };

/** The host calls the firmware, and the hypervisor is in between. */
export const hostSmc = hypercall(
  'host_smc',
  { smc },
  {
    guards: [
      must('SMC-IMMEDIATE', not(hasImmediate('smc')), 'NOT_SUPPORTED', ofFirmware),
      must('SMC-NUMBER', not(hasUpperHalf('smc')), 'NOT_SUPPORTED', ofFirmware),
      must('SMC-RELAYED', not(isUnrelayed('smc')), 'NOT_SUPPORTED', ofFirmware),
      must('SMC-CPU-KNOWN', not(startsNoCpu('smc')), 'INVALID_PARAMETERS', ofFirmware),
    ],
    effects: [],
  },
);
