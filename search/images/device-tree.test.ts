import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatNamed } from '../../properties/images/formats.ts';
import { ofTrees } from '../../properties/images/trees.ts';
import { readHandoff } from '../../model/boot/images/handoff.ts';
import { judgeTree } from '../../model/boot/images/tree.ts';
import { writeFdt } from '../../model/fdt/write.ts';
import { argumentsIn } from '../../model/images/bootargs.ts';
import { readTree } from '../../model/images/device-tree.ts';
import { guestTree } from '../../model/images/guest-tree.ts';
import { hostTree } from '../../model/images/host-tree.ts';
import type { Piece } from '../../model/images/reader.ts';
import { treeForgeries, treeSamples } from './device-tree.ts';
import { configForgeries, configSamples } from './pvmfw-config.ts';
import { imageRuns } from './runs.ts';
import { largestScale } from './sounds.ts';

const format = formatNamed('device tree');
const configuration = formatNamed('pvmfw configuration');
const isAccepted = (piece: Piece): boolean => format.judge(piece).kind === 'accepted';

test('every bit of the smallest tree that is covered counts, and in every other range something can be chosen', () => {
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

/** Samples and forgeries with words in them that are others. */
const changedOf = (all: readonly { readonly make: (scale: number) => Piece }[]): fc.Arbitrary<Piece> =>
  fc
    .tuple(
      fc.constantFrom(...all),
      fc.nat({ max: largestScale }),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 2, 4, 8, 16, 0x40, 0x80, 0xff)), { maxLength: 3 }),
    )
    .map(([{ make }, scale, edits]) => {
      const piece = make(scale);
      const bytes = piece.bytes.slice();
      for (const [place, byte] of edits) bytes[place % bytes.length] = byte;
      return { ...piece, bytes };
    });

describe('the model of pvmfw decides by itself as the checks do', () => {
  const isSmall = ({ description }: { readonly description: string }): boolean => !description.includes('larger than');

  test('on device trees', { timeout: 600_000 }, () => {
    const drawn = changedOf([...treeSamples, ...treeForgeries.filter(isSmall)]);
    fc.assert(
      fc.property(drawn, (piece) => {
        const { isSane, isPlaced } = judgeTree(piece.bytes, piece.beside ?? {});
        return (isSane && isPlaced.kernel && isPlaced.ramdisk) === isAccepted(piece);
      }),
      { numRuns: 3 * imageRuns },
    );
  });

  test('on configurations', { timeout: 600_000 }, () => {
    const drawn = changedOf([...configSamples, ...configSamples, ...configForgeries]);
    const ofTable = /^CONFIG-(?:REGION|MAGIC|VERSION|BOUNDS|ORDER|HANDOVER)$/;
    fc.assert(
      fc.property(drawn, (piece) => {
        const verdict = configuration.judge(piece);
        const clause = verdict.kind === 'refused' ? verdict.clause : '';
        const { isConfiguration, isHandover } = readHandoff(piece.bytes);
        if (!isConfiguration || ofTable.test(clause)) return !isConfiguration && ofTable.test(clause);
        return isHandover !== clause.startsWith('BOOT-HANDOVER');
      }),
      { numRuns: imageRuns },
    );
  });
});

test('the laws of the guest’s tree can break: with the arguments of the host, one does', () => {
  const facts = readTree({ bytes: writeFdt(hostTree({ arguments: 'panic=-1 init=/bin/sh' })) });
  const given = { policy: undefined, isNew: false, seed: 0n, handover: [0n, 0n] } as const;
  const [kept, cut] = [true, false].map((isDebuggable) => guestTree(facts, { ...given, isDebuggable }));
  expect([kept, cut].map((bytes) => new TextDecoder().decode(bytes).includes('init=/bin/sh'))).toEqual([true, false]);
  expect(ofTrees.map(({ clause }) => clause)).toContain('BOOT-TREE-ARGUMENTS');
});

test.each([
  ['', []],
  ['  \n ', []],
  ['a=b   c=d  e=  f g ', ['a=b', 'c=d', 'e=', 'f', 'g']],
  ['foo=hello" "world bar', ['foo=hello" "world', 'bar']],
  ['foo=incomplete" quote bar=y', ['foo=incomplete" quote bar=y']],
])('boot arguments %j are %j', (line, found) => {
  expect(argumentsIn(line)).toEqual(found);
});
