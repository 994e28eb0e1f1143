import { describe, expect, test } from 'vitest';
import {
  accessFlag,
  annotationOf,
  gfnOf,
  handleOf,
  leafHigh,
  leafLow,
  outputFrame,
  ownerHigh,
  ownerLow,
  ownerOf,
  protOf,
  stateOf,
} from './descriptor.ts';
import { Board } from './board.ts';
import { Memory } from './memory.ts';
import { smallConfig } from './small-config.ts';
import { TranslationTable } from './table.ts';

const hex = (low: number, high: number): string =>
  ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString(16).padStart(16, '0');

describe('descriptors, worked out by hand from the Arm ARM', () => {
  test('a page with all permissions: valid, page, normal memory, S2AP RW, inner shareable, AF', () => {
    expect(hex(leafLow(0x40123, 15, true), leafHigh(0x40123, 15, 0))).toBe('00000000401237ff');
  });

  test('a block has bit 1 clear', () => {
    expect(hex(leafLow(0x40200, 15, false), leafHigh(0x40200, 15, 0))).toBe('00000000402007fd');
  });

  test('read only and not executable: S2AP 01, XN 10; shared and owned: software bit 55', () => {
    expect(hex(leafLow(0x40123, 8, true), leafHigh(0x40123, 8, 1))).toBe('00c000004012377f');
  });

  test('output addresses above 4 GiB reach the high half', () => {
    const frame = 0xabcde1234;
    expect(hex(leafLow(frame, 15, true), leafHigh(frame, 15, 0))).toBe('0000abcde12347ff');
    expect(outputFrame(leafLow(frame, 15, true), leafHigh(frame, 15, 0))).toBe(frame);
  });

  test.each([0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 14, 15])('permissions %i come back as they were', (prot) => {
    expect(protOf(leafLow(1, prot, true), leafHigh(1, prot, 2))).toBe(prot);
    expect(stateOf(leafHigh(1, prot, 2))).toBe(2);
  });

  test('an annotation of the host: type 63:60, gfn 59:20, handle 19:4, owner 3:1, valid bit clear', () => {
    const gfn = 0x123456789;
    expect(hex(ownerLow(2, 0x1001, gfn), ownerHigh(gfn))).toBe('1012345678910014');
    expect(annotationOf(ownerLow(2, 0x1001, gfn), ownerHigh(gfn))).toBe(1);
    expect(ownerOf(ownerLow(2, 0x1001, gfn))).toBe(2);
    expect(handleOf(ownerLow(2, 0x1001, gfn))).toBe(0x1001);
    expect(gfnOf(ownerLow(2, 0x1001, gfn), ownerHigh(gfn))).toBe(gfn);
  });
});

function newTable(): {
  table: TranslationTable;
  memory: Memory;
  free: number[];
  counts: Uint16Array;
  invalidated: string[];
  root: number;
} {
  const board = new Board(smallConfig());
  const memory = new Memory(board);
  const counts = new Uint16Array(board.end);
  const free = [3, 2, 1].map((i) => board.first + i);
  const invalidated: string[] = [];
  const source = {
    take: (): number => free.pop() ?? -1,
    give: (frame: number): void => {
      memory.zero(frame);
      free.push(frame);
    },
  };
  const shape = { entries: 4, levels: 3, rootPages: 1 };
  const root = board.first;
  const table = new TranslationTable(memory, counts, shape, root, source, (ipa, pages) =>
    invalidated.push(`${ipa}+${pages}`),
  );
  return { table, memory, free, counts, invalidated, root };
}

describe('a table of three levels with four entries each', () => {
  test('mapping frame 21 puts descriptors where a walk by hand finds them: entries 1, 1, 1', () => {
    const { table, memory, root } = newTable();
    expect(table.map(21, 0, 0x40123, 15, 0)).toBe(true);
    expect(hex(memory.low(root, 1), memory.high(root, 1))).toBe(
      `0000000000${(root + 1).toString(16).padStart(3, '0')}003`,
    );
    expect(hex(memory.low(root + 1, 1), memory.high(root + 1, 1))).toBe(
      `0000000000${(root + 2).toString(16).padStart(3, '0')}003`,
    );
    expect(hex(memory.low(root + 2, 1), memory.high(root + 2, 1))).toBe('00000000401237ff');
  });

  test('without a table page left, mapping fails', () => {
    const { table, free } = newTable();
    free.length = 1;
    expect(table.map(21, 0, 7, 15, 0)).toBe(false);
  });

  test('a block answers for all its pages, and splitting it keeps the others mapped', () => {
    const { table, invalidated } = newTable();
    table.map(4, 1, 0x100, 15, 0);
    table.find(6);
    expect([table.height, table.frameFor(6)]).toEqual([1, 0x102]);
    table.annotate(5, ownerLow(1, 0, 0), ownerHigh(0));
    expect(invalidated).toEqual(['4+4', '5+1']);
    table.find(6);
    expect([table.height, table.isValid, table.frameFor(6)]).toEqual([0, true, 0x102]);
    table.find(5);
    expect([table.isValid, ownerOf(table.low)]).toEqual([false, 1]);
  });

  test('tables go when their last entry goes, and annotations count as entries', () => {
    const { table, free, counts, root } = newTable();
    table.map(0, 0, 7, 15, 0);
    table.annotate(1, 0, ownerHigh(0));
    expect(counts[root + 2]).toBe(3);
    table.find(0);
    table.remove(0);
    expect(free).toHaveLength(1);
    table.find(1);
    table.remove(1);
    expect(free).toHaveLength(3);
  });

  test('a change of the state alone needs no invalidation, a change of anything else does', () => {
    const { table, invalidated } = newTable();
    table.map(0, 0, 7, 15, 0);
    table.map(0, 0, 7, 15, 1);
    expect(invalidated).toEqual([]);
    table.map(0, 0, 8, 15, 1);
    expect(invalidated).toEqual(['0+1']);
  });

  test('frames beyond the range are not found', () => {
    const { table } = newTable();
    expect(table.find(64)).toBe(false);
    expect(table.find(63)).toBe(true);
  });

  test('a young page is old once its access flag is cleared', () => {
    const { table } = newTable();
    table.map(0, 0, 7, 15, 0);
    table.find(0);
    expect(table.low & accessFlag).toBe(accessFlag);
  });
});
