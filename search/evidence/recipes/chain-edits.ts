/** What a carrier can do to a chain or to evidence as a whole. */
import { concat } from '../../../model/bytes.ts';
import type { Cbor } from '../../../model/cbor/decode.ts';
import { isMap } from '../../../model/cbor/decode.ts';
import { encode } from '../../../model/cbor/encode.ts';
import { claims } from '../../../model/dice/labels.ts';
import type { Edit } from './edit.ts';
import { zeros } from './edit.ts';

/** The root key and the entries, changed. */
const items = (change: (root: Cbor, entries: readonly Cbor[]) => Cbor[]): NonNullable<Edit['chain']> => ({
  chain: ([root = null, ...entries]) => change(root, entries),
});

export const chainEdits: readonly Edit[] = [
  { description: 'the first entry is left out', chain: items((root, [_, ...rest]) => [root, ...rest]) },
  {
    description: 'the second entry is left out',
    chain: items((root, [first = null, _, ...rest]) => [root, first, ...rest]),
  },
  { description: 'the last entry is left out', chain: items((root, entries) => [root, ...entries.slice(0, -1)]) },
  {
    description: 'the entries stand in the other order',
    chain: items((root, entries) => [root, ...entries.toReversed()]),
  },
  { description: 'the last entry stands there twice', chain: items((root, all) => [root, ...all, ...all.slice(-1)]) },
  {
    description: 'every stage has the same name',
    everywhere: { claims: (fields) => new Map([...fields, [claims.issuer, 'stage'], [claims.subject, 'stage']]) },
  },
  {
    description: 'the root key stands in a byte string',
    chain: items((root, entries) => [1, encode(root, { sorted: true }), ...entries]),
  },
  {
    description: 'the root key stands in a byte string, out of order',
    chain: items((root, entries) => [1, encode(isMap(root) ? new Map([...root].reverse()) : root), ...entries]),
  },
  { description: 'there is no entry', chain: items((root) => [root]) },
];

export const carrierEdits: readonly Edit[] = [
  { description: 'a byte follows after the end', chain: { bytes: (bytes) => concat(bytes, zeros(1)) } },
  { description: 'the last byte is missing', chain: { bytes: (bytes) => bytes.slice(0, -1) } },
  {
    description: 'the last bit is flipped',
    chain: { bytes: (bytes) => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)) },
  },
];
