import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fileOf } from '../counterexamples.ts';
import { lengthOf, widest, wrapped } from './columns.ts';
import { ranged } from './ranged.ts';
import { show } from './shown.ts';

function drawingOf(name: string): string {
  const shown = show(readFileSync(fileOf(name), 'utf8'));
  if (typeof shown === 'string') throw new Error(shown);
  return shown.drawing.join('\n');
}

/** The sentences of the start, without the breaks of its lines. */
const startOf = (name: string): string =>
  /start: ([^]*?)\n\n/.exec(drawingOf(name))?.[1]?.replaceAll(/\s+/g, ' ') ?? '';

describe('a start', () => {
  test('tells a note that is stale: whom it names, and who has that handle now', () => {
    expect(startOf('reclaim-same-page.a-page-has-no-owner')).toContain(
      "P0 is nobody's: the host's record still names VM0 at G0, but VM0 is gone and VM2 has its handle",
    );
  });
  test('tells whose the pages are that the story is about, and to whom the others are given', () => {
    expect(startOf('living-vm-reclaimed')).toBe(
      "VM0 (protected) runs; P0 is VM0's, at G0; P9 to P13 are the hypervisor's; all other memory is the host's",
    );
    expect(startOf('root-count-stays')).toContain("P8 is the host's, shared with the hypervisor, pinned 3 times");
  });
  test('tells where vCPUs are loaded', () => {
    expect(startOf('unshare-hyp-borrowed')).toMatch(
      /^VM0 \(protected\) and VM1 \(not protected\) run; CPU 0 has vCPU 0 of VM0/,
    );
  });
});

describe('what should have become of a machine', () => {
  test.each([
    ['live-vm-unreserved', 'by the rules, nothing changes'],
    ['unmap-counts-twice', 'by the rules, the count of pins of P0 stays 0; the model makes it -1'],
    ['share-not-uncounted', "by the rules, the host's state of P0 becomes OWNED; the model leaves it SHARED_OWNED"],
    ['dying-read-without-lock', 'by the rules, no order of the calls that overlap leads here'],
  ])('%s: %s', (name, line) => {
    expect(drawingOf(name)).toContain(line);
  });
  test('is never told as a step from what the model made of it', () => {
    const names = [
      'live-vm-unreserved',
      'living-vm-reclaimed',
      'loaded-vm-ended',
      'kvm-pin-leaks',
      'reserved-torn-down',
    ];
    for (const name of names) expect(drawingOf(name)).not.toMatch(/by the rules.*→/);
  });
});

test('a line is broken before a word, and is never too wide', () => {
  const text = Array.from({ length: 40 }, (_, i) => `word${i}`).join(' ');
  const lines = wrapped(text, '  ');
  expect(Math.max(...lines.map(lengthOf))).toBeLessThanOrEqual(widest);
  expect(lines.map((one) => one.trim()).join(' ')).toBe(text);
  expect(lines.length).toBe(3);
});

test('three pages and more that follow each other are a range', () => {
  expect(ranged(['P0', 'P1', 'P3', 'P4', 'P5', 'P10', 'VM0 G0'])).toBe('P0, P1, P3 to P5, P10, VM0 G0');
});
