import { smc } from '../../parameters.ts';
import { hypercall, must } from '../../rule.ts';
import { condition, either, equals, not } from '../../language/build.ts';
import type { Ref } from '../../language/build.ts';
import type { Bool } from '../../language/term.ts';
import { firmwareCallAt } from '../../firmware-calls.ts';
import type { FirmwareCallName } from '../../firmware-calls.ts';

const isOneOf = (call: Ref, ...names: FirmwareCallName[]): Bool =>
  either(...names.map((name) => equals(call, firmwareCallAt(name))));
const hasImmediate = condition(['smc'], '{smc} [has] an immediate', (call) => isOneOf(call, 'PSCI_VERSION by SMC #1'));
const hasUpperHalf = condition(['smc'], '{smc} [has] a number of more than 32 bits', (call) =>
  isOneOf(call, 'PSCI_VERSION + 2^32'),
);
const isUnrelayed = condition(['smc'], '{smc} [is] of PSCI and not relayed', (call) =>
  isOneOf(call, 'CPU_ON of 32 bits', 'CPU_SUSPEND of 32 bits', 'MEM_PROTECT', 'SYSTEM_RESET2 of 32 bits'),
);
const startsNoCpu = condition(['smc'], '{smc} [starts] a CPU that was not there at the start', (call) =>
  isOneOf(call, 'CPU_ON of no CPU', 'CPU_ON of a number that is too wide'),
);

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
