import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseHeader } from '../targets/transcript/read.ts';
import { checkTraceFile } from './trace-file.ts';
import type { TraceReport } from './trace-file.ts';

const recorded = join(import.meta.dirname, '../targets/transcript/recorded');
const scratch = mkdtempSync(join(tmpdir(), 'pvm-spec-trace-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

const linesOf = (name: string): string[] => readFileSync(join(recorded, name), 'utf8').trimEnd().split('\n');

async function checkText(text: string): Promise<TraceReport> {
  const file = join(scratch, 'trace.jsonl');
  writeFileSync(file, text);
  return checkTraceFile(file, { most: 5 });
}

const checkLines = (lines: readonly string[]): Promise<TraceReport> => checkText(`${lines.join('\n')}\n`);

/** The same line with another answer, or nothing if it records none. */
function changedAnswer(text: string): string | undefined {
  const line = JSON.parse(text) as Record<string, unknown>;
  if (typeof line['ret'] === 'number') return JSON.stringify({ ...line, ret: line['ret'] + 1 });
  if (typeof line['ret'] === 'string')
    return JSON.stringify({ ...line, ret: line['ret'] === 'EPERM' ? 'EINVAL' : 'EPERM' });
  if (typeof line['value'] === 'string')
    return JSON.stringify({ ...line, value: line['value'] === '0x7' ? '0x0' : '0x7' });
  if (line['ok'] === true) return JSON.stringify({ ...line, ok: undefined, fault: 'EFAULT' });
  if (typeof line['exit'] === 'string') return JSON.stringify({ ...line, exit: 'irq' });
  if (typeof line['smccc'] === 'number') return JSON.stringify({ ...line, smccc: line['smccc'] === 0 ? -3 : 0 });
  return undefined;
}

describe('recorded answers of real hypervisors', () => {
  for (const name of readdirSync(recorded)) {
    test(`${name} is explained, event by event`, async () => {
      const report = await checkTraceFile(join(recorded, name), { most: 5 });
      expect(report).toMatchObject({ differences: [], malformed: undefined, cutOff: undefined });
      expect(report.events + report.states).toBe(linesOf(name).length - 1);
    });
  }

  test('the README counts them', () => {
    const files = readdirSync(recorded).map(linesOf);
    const answers = files.reduce((sum, lines) => sum + lines.length - 1, 0).toLocaleString('en-US');
    const releases = new Set(files.map(([header = '']) => parseHeader(header).profile)).size;
    const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
    const counted = `${files.length} of ${files.length} explained: ${answers} answers of ${releases} Linux releases`;
    expect(readme).toContain(`✓ transcripts   ${counted}\n`);
  });

  test('one changed answer is noticed at its line', async () => {
    const lines = linesOf('random-7.3.4-seed1.jsonl');
    let changed = 0;
    for (let number = 2; number <= lines.length; number += 101) {
      const other = changedAnswer(lines[number - 1] as string);
      if (other === undefined) continue;
      changed++;
      const report = await checkLines(lines.map((line, i) => (i === number - 1 ? other : line)));
      expect(report.differences[0]?.line, other).toBe(number);
    }
    expect(changed).toBeGreaterThan(15);
  });

  test('one changed page state is noticed at its line', async () => {
    const lines = linesOf('scenario-share-unshare.jsonl');
    const number = lines.findIndex((line) => line.includes('SHARED_OWNED')) + 1;
    const report = await checkLines(
      lines.map((line, i) => (i === number - 1 ? line.replace('SHARED_OWNED', 'OWNED') : line)),
    );
    expect(report.differences).toHaveLength(1);
    expect(report.differences[0]).toMatchObject({ line: number, what: 'state of P0' });
  });

  test('judged by the profile of another release, a transcript differs', async () => {
    const file = join(recorded, 'random-6.12.95-seed21.jsonl');
    const report = await checkTraceFile(file, { most: 1, profile: 'linux-6.1' });
    expect(report.malformed?.problem).toMatch(/^profile linux-6.1 has no call init_vm; it has /);
  });
});

describe('a file that cannot be read', () => {
  const good = linesOf('scenario-share-unshare.jsonl');
  const withLine = (number: number, change: (line: string) => string): string[] =>
    good.map((line, i) => (i === number - 1 ? change(line) : line));

  const cases: readonly [string, readonly string[], number, RegExp][] = [
    [
      'a line that is no JSON',
      withLine(5, (line) => line.slice(1)),
      5,
      /^expected an event or a state line as one JSON object, found /,
    ],
    [
      'an unknown call',
      withLine(5, (line) => line.replace(/"op":"\w+"/, '"op":"frob"')),
      5,
      /^profile linux-7.3 has no call frob; it has donate_guest, /,
    ],
    [
      'an unknown profile',
      withLine(1, (line) => line.replace('"profile":"linux-7.3"', '"profile":"linux-9"')),
      1,
      /^no profile linux-9; there are linux-7.3, /,
    ],
    [
      'a page that the header lacks',
      withLine(5, (line) => line.replace('"P0"', '"P77"')),
      5,
      /^the header declares no page P77$/,
    ],
    [
      'an argument of the wrong type',
      withLine(5, (line) => line.replace('"P0"', '7')),
      5,
      /^host_share_hyp needs a string as page, got 7$/,
    ],
    [
      'an argument too many',
      withLine(5, (line) => line.replace('"page"', '"gfn":1,"page"')),
      5,
      /^host_share_hyp has no argument gfn; it takes page$/,
    ],
    ['a line that is missing', good.filter((_, i) => i !== 4), 5, /^expected i to be 3, got 4$/],
    [
      'an unknown page state',
      withLine(9, (line) => line.replace('SHARED_OWNED', 'MINE')),
      9,
      /^expected an event or a state line: state\.P0\.host: /,
    ],
    [
      'more pages than memory holds',
      withLine(1, (line) => line.replace('"blocks":{', '"blocks":{"X":1000000,"Y":1000000,')),
      1,
      /^expected the header of a pvm-trace: blocks: expected no more than 1048576 pages in all$/,
    ],
    [
      'a structure larger than memory',
      withLine(1, (line) => line.replace('"kvmPages":2', '"kvmPages":1e9')),
      1,
      /^expected the header of a pvm-trace: sizes\.\w+: /,
    ],
    [
      'another format',
      withLine(1, (line) => line.replace('pvm-trace', 'csv')),
      1,
      /^expected the header of a pvm-trace: format: /,
    ],
  ];
  for (const [what, lines, line, problem] of cases) {
    test(`${what} is named with its line`, async () => {
      const report = await checkLines(lines);
      expect(report.malformed?.line).toBe(line);
      expect(report.malformed?.problem).toMatch(problem);
    });
  }

  test('an empty file is said to be empty', async () => {
    expect((await checkText('')).malformed).toEqual({ line: 1, problem: 'the file is empty' });
  });

  test('a file that is cut off is checked up to its last whole line', async () => {
    const report = await checkText(`${good.slice(0, 20).join('\n')}\n${(good[20] as string).slice(0, 30)}`);
    expect(report).toMatchObject({ cutOff: 21, differences: [], malformed: undefined });
    expect(report.events + report.states).toBe(19);
  });
});
