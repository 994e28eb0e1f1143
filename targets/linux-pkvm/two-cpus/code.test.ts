import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Code } from './code.ts';
import { accessOf, asksAgain, synchronises } from './instructions.ts';
import { Image, Memory, pageBytes, rangesOf } from './memory.ts';
import type { Range } from './memory.ts';
import { Registers } from './registers.ts';
import { translate } from './tables.ts';
import { contended, momentsIn, touchedIn } from './trace.ts';

/** As the hypervisor of Linux 7.3.4 takes a ticket lock, and gives it back. */
const takesLock = [
  0x52a00022, 0xb8a20060, 0xd503201f, 0xd503201f, 0xd503201f, 0x4ac04001, 0x340000c1, 0xd50320bf, 0xd503205f,
  0x485ffc62, 0x4a404041, 0x35ffffa1,
];
const [ticket, draw, ask, staddlh, branch] = [0x52a00022, 0xb8a20060, 0x485ffc62, 0x7860003f, 0x340000c1];

const firstPage = 0x40000;
const start = firstPage * pageBytes;
/** Where the code is seen: the entries 4, 3, 2 and 1 of the four levels. */
const seen = (4n << 39n) | (3n << 30n) | (2n << 21n) | (1n << 12n);

let folder: string;
let memory: Memory;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pvm-code-'));
  const ram = Buffer.alloc(6 * pageBytes);
  const table = (page: number, index: number, entry: number): void => {
    ram.writeBigUInt64LE(BigInt(start) + BigInt(entry), page * pageBytes + index * 8);
  };
  [4, 3, 2].forEach((index, page) => table(page, index, (page + 1) * pageBytes + 3));
  table(3, 1, 4 * pageBytes + 3);
  // Data: mapped next to the code, and never executed.
  ram.writeBigUInt64LE((1n << 54n) | BigInt(start + 5 * pageBytes + 3), 3 * pageBytes + 2 * 8);
  [...takesLock, staddlh].forEach((word, i) => ram.writeUInt32LE(word, 4 * pageBytes + 4 * i));
  ram.writeUInt32LE(draw, 5 * pageBytes);
  writeFileSync(join(folder, 'ram'), ram);
  memory = new Memory(join(folder, 'ram'), firstPage);
});
afterAll(() => {
  memory.close();
  rmSync(folder, { recursive: true });
});

test('addresses are translated as the tables say', () => {
  expect(translate(memory, BigInt(start), seen + 8n)).toBe(start + 4 * pageBytes + 8);
  expect(translate(memory, BigInt(start), seen + 0x5000n)).toBeUndefined();
});

test('points are the instructions of executable pages that synchronise', () => {
  const code = new Code(memory, BigInt(start));
  expect(code.points().map((point) => code.nameOf(point))).toEqual(['+0x4', '+0x24', '+0x30']);
  expect(code.points().map((point) => code.named(code.nameOf(point)))).toEqual(code.points());
  expect(code.named(code.nameOf(0x40050n))).toBe(0x40050n);
  expect(code.at(seen)).toBe(ticket);
  expect(code.at(seen + 0x1000n)).toBeUndefined();
  expect([...code.pages]).toEqual([firstPage + 4]);
});

test('memory is put back, and what changed is told word by word', () => {
  const [range] = rangesOf([firstPage + 5, firstPage + 5]);
  if (range === undefined) throw new Error('no range');
  const image = new Image(memory, [range]);
  memory.write(range.address + 16, Buffer.from('changed!'));
  expect(image.changes()).toEqual([{ address: range.address + 16, bytes: Buffer.from('changed!') }]);
  image.restore();
  expect(image.changes()).toEqual([]);
});

test('neighbouring pages are one range', () => {
  expect(rangesOf([7, 5, 6, 9])).toEqual([
    { address: 5 * pageBytes, bytes: 3 * pageBytes },
    { address: 9 * pageBytes, bytes: pageBytes },
  ]);
});

describe('instructions', () => {
  // x1 = 0x1000, x2 = 0x10, x3 = 0x3000
  const registers = new Registers(Buffer.alloc(268).toString('hex')).with(0n, [0n, 0x1000n, 0x10n, 0x3000n]);

  test.each([
    ['ldr x0, [x1]', 0xf9400020, 0x1000n, 8, false],
    ['str x0, [x1]', 0xf9000020, 0x1000n, 8, true],
    ['str w0, [x1, #4]', 0xb9000420, 0x1004n, 4, true],
    ['ldurb w0, [x1, #-1]', 0x385ff020, 0xfffn, 1, false],
    ['str x0, [x1], #8', 0xf8008420, 0x1000n, 8, true],
    ['str x0, [x1, #-16]!', 0xf81f0c20, 0xff0n, 8, true],
    ['ldr x0, [x1, x2, lsl #3]', 0xf8627820, 0x1080n, 8, false],
    ['stp x0, x2, [x1, #16]', 0xa9010820, 0x1010n, 16, true],
    ['ldp x0, x2, [x1], #16', 0xa8c10820, 0x1000n, 16, false],
    ['ldadda w2, w0, [x3]', draw, 0x3000n, 4, true],
    ['ldaxrh w2, [x3]', ask, 0x3000n, 2, false],
    ['stlr w0, [x1]', 0x889ffc20, 0x1000n, 4, true],
    ['casal x0, x2, [x1]', 0xc8e0fc22, 0x1000n, 8, true],
    ['dc zva, x1', 0xd50b7421, 0x1000n, 64, true],
  ])('%s', (_, word, address, bytes, writes) => {
    expect(accessOf(word, registers)).toEqual({ address, bytes, writes });
  });

  test('what touches no memory has no access', () => {
    expect([ticket, branch, 0xd503205f].map((word) => accessOf(word, registers))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('points are exclusive, atomic, releasing and invalidating ones', () => {
    const tlbiIpas2e1is = 0xd50c8020;
    expect([draw, ask, staddlh, 0x889ffc20, 0xc8e0fc22, tlbiIpas2e1is].map(synchronises)).not.toContain(false);
    expect([ticket, branch, 0xf9400020, 0xf9000020].map(synchronises)).not.toContain(true);
    expect([ask, draw, 0x889ffc20, 0xc8e0fc22].map(asksAgain)).toEqual([true, false, false, false]);
  });
});

/** As the emulator notes what a CPU holds. */
const noted = (pc: bigint, ...general: readonly bigint[]): string => {
  const hex = (value = 0n): string => value.toString(16).padStart(16, '0');
  const all = Array.from({ length: 31 }, (_, i) => `X${String(i).padStart(2, '0')}=${hex(general[i])}`);
  const rows = [all.slice(0, 2), all.slice(2, 5), all.slice(5)].map((row) => row.join(' ')).join('\n');
  return ` PC=${hex(pc)} ${rows} SP=${hex(0x77n)}\nPSTATE=60400009 -ZC- EL2h\n`;
};

test('what the emulator noted is read instruction by instruction', () => {
  const moments = [...momentsIn(noted(4n, 1n, 2n) + noted(8n, 3n))];
  expect(moments.map(({ pc, registers }) => [pc, registers.x(0), registers.x(1), registers.x(31)])).toEqual([
    [4n, 1n, 2n, 0x77n],
    [8n, 3n, 0n, 0x77n],
  ]);
});

test('a call touches what its tables map at that moment, though it changes them as it goes', () => {
  const [storeTo, loadFrom] = [0xf9000020, 0xf9400041];
  const code = { at: (pc: bigint) => (pc === 4n ? storeTo : pc === 8n ? loadFrom : undefined) };
  const about = { code, memory, root: BigInt(start) };
  const unmapped = seen + 0x5000n;
  const entry = BigInt(start + 3 * pageBytes + 6 * 8);
  const page = BigInt(start + 5 * pageBytes);
  const before = [...momentsIn(noted(8n, 0n, 0n, unmapped))];
  expect(touchedIn(before, about)).toEqual([]);
  // The last table is where the code is: it maps itself for this.
  const self = Buffer.alloc(8);
  self.writeBigUInt64LE(BigInt(start + 3 * pageBytes) | 3n);
  const selfEntry = start + 3 * pageBytes + 7 * 8;
  const mapsIt = { read: (range: Range) => (range.address === selfEntry ? self : memory.read(range)) };
  const store = noted(4n, page | 3n, seen + 0x6000n + (entry & 0xfffn));
  expect(touchedIn(momentsIn(store + noted(8n, 0n, 0n, unmapped)), { ...about, memory: mapsIt })).toEqual([
    { at: 4n, cell: Number(entry) / 8, writes: true },
    { at: 8n, cell: Number(page) / 8, writes: false },
  ]);
});

test('contended are the accesses of both to one cell that one of them writes', () => {
  const one = [
    { at: 1n, cell: 10, writes: false },
    { at: 2n, cell: 11, writes: false },
    { at: 3n, cell: 12, writes: true },
  ];
  const other = [
    { at: 4n, cell: 10, writes: true },
    { at: 5n, cell: 11, writes: false },
    { at: 6n, cell: 13, writes: true },
  ];
  const of = (touched: typeof one) => ({ touched, isWhole: true });
  expect(contended(of(one), of(other))).toEqual({ points: new Set([1n, 4n]), cells: [{ address: 80, bytes: 8 }] });
});
