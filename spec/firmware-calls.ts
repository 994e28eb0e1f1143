/** Calls of the host to the firmware that are made: none of them ends the machine, or a CPU of it. */
interface FirmwareCall {
  /** The function number, its first argument, and the immediate of the instruction. */
  readonly number: number;
  readonly argument?: number;
  readonly immediate?: 1;
}

const version = 0x84000000;
const cpuOn = 0xc4000003;
const sveHint = 0x10000;

export const firmwareCalls = {
  PSCI_VERSION: { number: version },
  'PSCI_VERSION by SMC #1': { number: version, immediate: 1 },
  'PSCI_VERSION + 2^32': { number: version + 2 ** 32 },
  'PSCI_VERSION with the SVE hint': { number: version + sveHint },
  AFFINITY_INFO: { number: 0xc4000004 },
  'CPU_ON of no CPU': { number: cpuOn, argument: 0x123456 },
  'CPU_ON of a number that is too wide': { number: cpuOn, argument: 2 ** 48 },
  'CPU_ON of no CPU with the SVE hint': { number: cpuOn + sveHint, argument: 0x123456 },
  'CPU_ON of the calling CPU': { number: cpuOn },
  'CPU_ON of the calling CPU with the SVE hint': { number: cpuOn + sveHint },
  'CPU_ON of 32 bits': { number: 0x84000003 },
  'CPU_SUSPEND of 32 bits': { number: 0x84000001 },
  'CPU_SUSPEND to no state': { number: 0xc4000001, argument: 0xfffe0000 },
  MEM_PROTECT: { number: 0x84000013 },
  'MEM_PROTECT with the SVE hint': { number: 0x84000013 + sveHint },
  'SYSTEM_RESET2 of 32 bits': { number: 0x84000012 },
} as const satisfies Readonly<Record<string, FirmwareCall>>;
export type FirmwareCallName = keyof typeof firmwareCalls;
export const firmwareCallNames = Object.keys(firmwareCalls) as readonly FirmwareCallName[];
export const firmwareCallAt = (name: FirmwareCallName): number => firmwareCallNames.indexOf(name);
