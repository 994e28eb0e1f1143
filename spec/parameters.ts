/**
 * Kinds of arguments: which numbers a configuration offers for each, how one is said, and how a number that wraps is
 * read.
 */
import { content } from './fields.ts';
import type { Config, Sizes } from './config.ts';
import { earlyPartitions, none, protBits } from './config.ts';
import { firmwareCallNames } from './firmware-calls.ts';
import { functionNames, instructions } from './guest-instructions.ts';

export interface Parameter {
  readonly kind: string;
  /** The numbers worth passing in this configuration, usable or not. */
  readonly values: (config: Config) => readonly number[];
  /** The number that a caller's number stands for. */
  readonly resolve?: (config: Config, passed: number) => number;
  readonly format: (config: Config, value: number) => string;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const plain = (_: Config, value: number): string => String(value);
/** An argument that is a number; a configuration can offer more of them. */
const numbers = (kind: string, values: Parameter['values']): Parameter => ({
  kind,
  values: (config) => [...values(config), ...(config.passed?.[kind] ?? [])],
  format: plain,
});

/** A physical page, by the number that the host passes; numbers that wrap at 64 bits reach the page they wrap to. */
export const page: Parameter = {
  kind: 'page',
  values: (config) => upTo(config.pages.length),
  resolve: (config, passed) => config.pages[passed]?.of ?? passed,
  format: (config, value) => config.pages[value]?.name ?? String(value),
};
/** The first page of a range that must exist. */
export const firstPage: Parameter = { ...page, kind: 'firstPage' };
/** The same where the configuration says how long the range is: of no pages, any is the first. */
export const firstOf = (size: keyof Sizes): Parameter => ({
  ...firstPage,
  values: (config) => (config.sizes[size] === 0 ? [0] : firstPage.values(config)),
});
/** A page of the host's mailbox, where the configuration has the host make one. */
export const mailboxPage: Parameter = {
  ...page,
  values: (config) => (config.mailbox === true ? page.values(config) : []),
};
/** A guest frame. */
export const gfn: Parameter = {
  kind: 'gfn',
  values: (config) => upTo(config.gfns.length),
  resolve: (config, passed) => config.gfns[passed]?.of ?? passed,
  format: (config, value) => config.gfns[value]?.name ?? String(value),
};
/** A VM by its entry in the VM table; `slots` stands for a handle beyond it, -1 for one below the first handle. */
export const vm: Parameter = {
  kind: 'vm',
  values: (config) => [...upTo(config.slots + 1), none],
  format: (config, value) => (value === none || value >= config.slots ? 'no VM' : `VM${value}`),
};
export const vcpuIndex = numbers('vcpu', (config) => upTo(config.vcpus + 1));
/** How many vCPUs a VM is created for. */
export const vcpuCount = numbers('vCPU count', (config) => upTo(config.vcpus + 1));
/** A number of pages to map: one, a block, or neither. */
export const count = numbers('count', (config) => [1, config.block, 2, 0]);
/** A number of pages that the host puts on a list. */
export const fewPages = numbers('list length', () => [1, 2]);
/** A set of permissions; 16 stands for a number that is none. */
export const prot: Parameter = {
  kind: 'prot',
  values: (config) => config.permissions ?? upTo(17),
  format: (_, value) =>
    value > 15
      ? 'bad prot'
      : Object.entries(protBits)
          .flatMap(([name, bit]) => ((value & bit) === bit ? [name] : []))
          .join('+') || 'no access',
};
export const flag: Parameter = {
  kind: 'flag',
  values: () => [0, 1],
  format: (_, value) => (value === 1 ? 'yes' : 'no'),
};
/** 1 where an address or a reserved argument is not what it has to be. */
export const fault: Parameter = {
  kind: 'fault',
  values: () => [0, 1],
  format: (_, value) => (value === 1 ? 'wrong' : 'right'),
};
/** The power state in which the host wants a vCPU to start: stopped, runnable, or a state that no new vCPU has. */
export const mpState: Parameter = {
  kind: 'mpState',
  values: () => [0, 1, 2],
  format: (_, value) => ['STOPPED', 'RUNNABLE'][value] ?? 'neither',
};
/** The same of a call about the host's mailbox, where the configuration has the host make one. */
export const mailboxFault: Parameter = {
  ...fault,
  values: (config) => (config.mailbox === true ? fault.values(config) : []),
};
/** Which of the words of a page that are followed. */
export const word: Parameter = { kind: 'word', values: (config) => upTo(config.words), format: plain };
/** What the host writes. */
export const hostValue: Parameter = { kind: 'value', values: () => [content.host], format: formatContent };
/** What a guest writes: its secret. */
export const guestValue: Parameter = { kind: 'value', values: () => [content.firstOfVms], format: formatContent };
export const device: Parameter = {
  kind: 'device',
  values: (config) => upTo(config.devices + 1),
  format: (_, value) => `device ${value}`,
};
/** A device that there is: the one that accesses memory, not a number that a caller passes. */
export const actingDevice: Parameter = { ...device, kind: 'actingDevice', values: (config) => upTo(config.devices) };
export const iova: Parameter = {
  kind: 'iova',
  values: (config) => upTo(config.iovas),
  format: (_, value) => `iova ${value}`,
};
export const cid: Parameter = {
  kind: 'cid',
  values: (config) => upTo(config.cids),
  format: (_, value) => `CID ${value}`,
};
/** A client of the service that allocates CIDs. */
export const client: Parameter = {
  kind: 'client',
  values: ({ clients = 0 }) => upTo(clients),
  format: (_, value) => `client ${value}`,
};
export const earlyCid: Parameter = {
  kind: 'early CID',
  values: ({ earlyCids = [] }) => upTo(earlyCids.length),
  format: (_, value) => `fixed CID ${value}`,
};
/** The partition that an early VM comes from, by its number in the field that holds it. */
export const partition: Parameter = {
  kind: 'partition',
  values: () => earlyPartitions.map((_, i) => 1 + i),
  format: (_, value) => earlyPartitions[value - 1] ?? 'NONE',
};

/** Stands for every number of a hypercall that has more than 32 bits. */
export const wideCallNumber = 2 ** 31 - 1;

/** Bit 16 of a function number (SMCCC 1.3): the caller has nothing in its vector registers. It is no part of the number. */
export const sveHint = 0x10000;

/** The number of a hypercall: those at the edges of what is answered, and those that it is worth making. */
export const callNumber = (lowest: number, highest: number, made: readonly number[]): Parameter => ({
  ...numbers('call number', () => [
    ...[0, lowest - 1, lowest, ...made, highest + 1],
    ...[lowest - 1, lowest, highest, highest + 1].map((number) => sveHint + number),
    wideCallNumber,
  ]),
  format: (_, value) => {
    if (value === wideCallNumber) return 'a number of more than 32 bits';
    return value < sveHint ? String(value) : `${value - sveHint} with the SVE hint`;
  },
});

/** What a guest executes. */
export const instruction: Parameter = {
  kind: 'instruction',
  values: () => upTo(instructions.length),
  format: (_, value) => instructions[value] ?? String(value),
};
/** Which function a guest calls by its number. */
export const guestFunction: Parameter = {
  kind: 'function',
  values: () => upTo(functionNames.length),
  format: (_, value) => functionNames[value] ?? String(value),
};

/** A call of the host to the firmware. */
export const smc: Parameter = {
  kind: 'firmware call',
  values: () => upTo(firmwareCallNames.length),
  format: (_, value) => firmwareCallNames[value] ?? String(value),
};

/** A content symbol in words. */
export function formatContent(_: Config, value: number): string {
  if (value === content.zero) return 'zeros';
  if (value === content.unknown) return 'unknown';
  if (value === content.code) return 'guest code';
  if (value === content.host) return 'host data';
  const of = value - content.firstOfVms;
  return `${of % 2 === 0 ? 'secret' : 'shared data'} of VM${Math.floor(of / 2)}`;
}
