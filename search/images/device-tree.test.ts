import { expect, test } from 'vitest';
import { formatNamed } from '../../properties/images/formats.ts';
import { treeSamples } from './device-tree.ts';

const format = formatNamed('device tree');
const isAccepted = (piece: Parameters<typeof format.judge>[0]): boolean => format.judge(piece).kind === 'accepted';

test('every byte of the smallest tree that is covered counts, each bit of it, and no other range is without a choice', () => {
  const [smallest] = treeSamples;
  const piece = smallest?.make(0) ?? { bytes: new Uint8Array() };
  expect(format.judge(piece)).toEqual({ kind: 'accepted' });
  const free = format.free(piece);
  const accepted = Array.from(piece.bytes, (byte, at) =>
    [0, 1, 2, 3, 4, 5, 6, 7].some((bit) => isAccepted({ ...piece, bytes: piece.bytes.with(at, byte ^ (1 << bit)) })),
  );
  const isFree = accepted.map((_, at) => free.some(({ from, to }) => at >= from && at < to));
  expect(accepted.flatMap((can, at) => (can && !isFree[at] ? [at] : []))).toEqual([]);
  expect(free.filter(({ from, to }) => !accepted.slice(from, to).includes(true))).toEqual([]);
});
