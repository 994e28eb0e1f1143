/** The memory of a VM as bytes, region by region, and how a handover of secrets lies in it. */
import type { regions } from '../../spec/fields.ts';
import type { Bytes } from '../bytes.ts';
import { sameBytes } from '../bytes.ts';
import type { Cdis } from '../dice/derive.ts';
import { sizes } from '../dice/derive.ts';
import { handoverLabels, writeHandover } from '../dice/handover.ts';

export type Region = (typeof regions)[number];
export type Memory = Readonly<Record<Region, Bytes>>;

const size = 256;
/** pvmfw works in the lower half of each region, the guest in the upper one: neither cleans up after the other. */
export const frames = { firmware: 0, guest: size / 2 } as const;

export const emptyMemory = (): Memory => ({
  configuration: new Uint8Array(size),
  data: new Uint8Array(size),
  stack: new Uint8Array(size),
  registers: new Uint8Array(size),
  handover: new Uint8Array(size),
  payload: new Uint8Array(size),
});

/** What a stage does to its own half of a region when it has finished there. */
export const wipe = (region: Bytes, frame: number): void => {
  region.fill(0, frame, frame + size / 2);
};

export function wipeAll(memory: Memory): void {
  for (const region of Object.values(memory)) region.fill(0);
}

/** Secrets without a chain, as they lie at the start of a region. */
export const putHandover = (region: Bytes, cdis: Cdis): void => {
  region.set(writeHandover({ cdis, chain: [] }));
};

const [mapOfTwo, stringOf32] = [[0xa2], [0x58, sizes.cdi]];
const beforeAttest = Uint8Array.from([...mapOfTwo, handoverLabels.attest, ...stringOf32]);
const beforeSeal = Uint8Array.from([handoverLabels.seal, ...stringOf32]);

/** The secrets in a handover at the start of a region, if there is one. */
export function handoverIn(region: Bytes): Cdis | undefined {
  const attest = beforeAttest.length;
  const second = attest + sizes.cdi;
  const seal = second + beforeSeal.length;
  const isThere = sameBytes(region.subarray(0, attest), beforeAttest);
  if (!isThere || !sameBytes(region.subarray(second, seal), beforeSeal)) return undefined;
  return { attest: region.slice(attest, second), seal: region.slice(seal, seal + sizes.cdi) };
}
