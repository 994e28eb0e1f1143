/** What is left in memory, found by looking for the bytes of every secret that there is. */
import type { Bytes } from '../bytes.ts';
import type { Device } from './device.ts';
import type { Region } from './memory.ts';
import type { Leftover } from './secrets.ts';
import { secretsOf } from './secrets.ts';
import { once } from './images/once.ts';

/** A secret is looked for in pieces of so many bytes: whatever half of it is left, one of them is whole. */
const telling = 8;

const textOf = (bytes: Bytes): string => String.fromCharCode(...bytes);
const piecesOf = once((secret: Bytes): readonly string[] =>
  Array.from({ length: secret.length / telling }, (_, at) => textOf(secret.subarray(at * telling, (at + 1) * telling))),
);

/** The gravest first: with what pvmfw was given, the rest can be derived. */
const kinds = ['GIVEN', 'NEXT', 'DERIVED'] as const;

/** The worst that each region holds. */
export function leftIn(device: Device): Readonly<Record<Region, Leftover>> {
  const { memory, vm } = device;
  const secrets = vm && secretsOf(device, vm);
  const worst = (region: Region): Leftover => {
    const bytes = memory[region];
    if (secrets === undefined || bytes.every((byte) => byte === 0)) return 'NOTHING';
    const text = textOf(bytes);
    const holds = (secret: Bytes): boolean => piecesOf(secret).some((piece) => text.includes(piece));
    return kinds.find((kind) => secrets[kind].some(holds)) ?? 'NOTHING';
  };
  return {
    configuration: worst('configuration'),
    data: worst('data'),
    stack: worst('stack'),
    registers: worst('registers'),
    handover: worst('handover'),
    payload: worst('payload'),
  };
}
