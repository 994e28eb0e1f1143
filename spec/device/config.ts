/** The part of a configuration that is a whole device: what it has of memory, and what its firmware can. */
import type { Parameter } from '../parameters.ts';
import type { Quantity } from '../given.ts';
import type { Config } from '../config.ts';

export interface PhoneConfig {
  /** Pages of memory that are given to a VM and taken back. */
  readonly pages: number;
  /** The firmware implements MEM_PROTECT, as PSCI has it from 1.1 on. */
  readonly memProtect: boolean;
}

/** A configuration without a device. */
export const noPhone: PhoneConfig = { pages: 0, memProtect: false };
const phoneOf = ({ phone }: Config): PhoneConfig => phone ?? noPhone;

/** Who has signed a system, and the hypervisor in it. `CUSTOM`: the owner, with a key that the device was told. */
export const systemImages = ['VENDOR', 'CUSTOM', 'UNSIGNED'] as const;
export const chainModes = ['NORMAL', 'DEBUG'] as const;
/** What a bootloader says of a system that it starts; the colours are green, yellow and orange. */
export const bootStates = ['VERIFIED', 'SELF_SIGNED', 'UNVERIFIED'] as const;
/** What lies in memory: nothing, something of this boot, or something of an earlier one. */
export const leftInRam = ['NOTHING', 'PRESENT', 'PAST'] as const;

export const phoneQuantities = {
  ramPages: { words: 'the number of pages for VMs', read: (config) => phoneOf(config).pages },
  memProtects: {
    words: 'the firmware [implements] MEM_PROTECT',
    flag: true,
    read: (config) => Number(phoneOf(config).memProtect),
  },
} as const satisfies Record<string, Quantity>;

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
export const ramPage: Parameter = {
  kind: 'ramPage',
  values: (config) => upTo(phoneOf(config).pages),
  format: (_, value) => `P${value}`,
};
/** Versions of the payload, and how many there are. */
export const payloadVersions = 2;
export const payloadVersion: Parameter = {
  kind: 'payloadVersion',
  values: () => upTo(payloadVersions),
  format: (_, value) => `version ${value}`,
};
export const systemImage: Parameter = {
  kind: 'systemImage',
  values: () => upTo(systemImages.length),
  format: (_, value) => systemImages[value] ?? String(value),
};
