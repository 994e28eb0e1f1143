import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { clauses } from '../../spec/clauses.generated.ts';
import { patchesIn } from '../../targets/linux-pkvm/kernel/patch.ts';
import type { Patch } from '../../targets/linux-pkvm/kernel/patch.ts';
import { renderMutationScore } from '../generate/strength.ts';
import type { Campaigns, Found } from './campaigns.ts';
import { line } from './line.ts';
import { isRight, keepResult, readResults, resultOf, rowsOf } from './result.ts';
import type { Result, Row } from './result.ts';

const folder = fileURLToPath(new URL('../../mutants/kernel', import.meta.url));
const setting = { date: '2026-01-02', source: 'linux-source-7.3 1', machine: 'qemu', calls: 1000, shrinkLimit: 30 };

const patch = (name: string, more: Partial<Patch> = {}): Patch => ({
  name,
  file: `${name}.patch`,
  source: { name: 'linux-source-7.3', version: '1' },
  kind: 'fault',
  description: `What ${name} does.`,
  from: undefined,
  breaks: 'MEM-WIPE',
  unseen: undefined,
  changes: [],
  ...more,
});
const difference = { what: 'ret', expected: '"EPERM"', got: '0', clause: 'UNSHARE-HYP-BORROWED' } as const;
const questions = [{ op: 'host_unshare_hyp', args: { page: 'P0' } }];
const met = { questions, answers: [], changed: [], difference, kind: 'done where refused' } as const;
const campaigns = (steps?: number, seeds = 3): Campaigns => ({
  seeds,
  found: steps === undefined ? undefined : ({ steps, seconds: steps / 100 } as Found),
  shrunk: steps === undefined ? undefined : { met, repeated: true, runs: 9, failure: undefined },
  shrinkSeconds: 1.23,
});
const row = (one: Patch, steps?: number, seeds?: number): Row => ({
  patch: one,
  result: resultOf(campaigns(steps, seeds), setting),
});
const harmless = { kind: 'harmless', breaks: undefined } as const;

const lent = row(patch('lent', { from: '985bb51f17ab' }), 20, 1);
const hidden = row(patch('hidden', { unseen: 'it has no effect' }));
const missed = row(patch('missed'));
const extra = row(patch('extra', harmless));
const flagged = row(patch('flagged', harmless), 7, 1);
const never: Row = { patch: patch('never'), result: undefined };

test('a fault has to be found unless no campaign can see it, and a harmless change not flagged', () => {
  const right = [lent, hidden, missed, extra, flagged, never].filter(isRight);
  expect(right.map((one) => one.patch.name)).toEqual(['lent', 'hidden', 'extra']);
});

test('a line says what was broken, after how long, and how it shows', () => {
  expect(line(lent).split(/ {2,}/)).toEqual([
    ...['lent', 'found', 'UNSHARE-HYP-BORROWED', '20', '0.2', '1', 'host_unshare_hyp: ret 0, not "EPERM"'],
  ]);
  const stop = { ...met, difference: { ...difference, what: 'panic' } };
  const dead = { ...campaigns(8, 1), shrunk: { met: stop, repeated: true, runs: 9, failure: undefined } };
  expect(line({ patch: patch('dead'), result: resultOf(dead, setting) })).toContain(
    'host_unshare_hyp stops the hypervisor',
  );
  expect(line(row(patch('rare'), 5, 2))).toContain('found with seed 2 of 3');
  expect(line(never).split(/ {2,}/)).toEqual(['never', 'not searched for', 'MEM-WIPE']);
});

test('the page counts, and puts every row where it belongs', () => {
  const places = new Map([['MEM-WIPE', { path: 'docs/spec/memory.md', line: 1 }]]);
  const text = renderMutationScore([lent, hidden, missed, never, extra, flagged], places);
  expect(text).toContain(
    '**1 of 3 faults found, 1 of 2 harmless changes not flagged.** 2026-01-02; linux-source-7.3 1;',
  );
  const [_, historical, invented, unseen, left] = text.split(/^## /m);
  expect(historical).toContain('| [lent](../mutants/kernel/lent.patch) | What lent does. (985bb51f17ab) |');
  expect(invented).not.toContain('.patch');
  expect(unseen).toContain('What hidden does. | [MEM-WIPE](spec/memory.md#mem-wipe) | it has no effect |');
  expect(unseen).toContain('What missed does. | [MEM-WIPE](spec/memory.md#mem-wipe) | not known |');
  expect(unseen).toContain('| not measured yet: `npm run strength -- never` |');
  expect(left).toContain('What flagged does. | flagged: host_unshare_hyp');
});

test('results are kept beside each other, the newest of each patch', () => {
  const work = mkdtempSync(join(tmpdir(), 'pvm-spec-'));
  try {
    const file = pathToFileURL(join(work, 'results.json'));
    expect(readResults(file)).toEqual({});
    for (const one of [missed, lent, row(patch('missed'), 4)]) keepResult(file, one.patch, one.result as Result);
    expect(Object.keys(readResults(file))).toEqual(['lent', 'missed']);
    expect(rowsOf([patch('missed'), never.patch], readResults(file)).map(({ result }) => result?.found)).toEqual([
      true,
      undefined,
    ]);
  } finally {
    rmSync(work, { recursive: true });
  }
});

test('every patch breaks a clause that there is, and was searched for', () => {
  const all = patchesIn(folder);
  const known = new Set<string>(Object.keys(clauses));
  expect(all.flatMap(({ breaks }) => breaks ?? []).filter((id) => !known.has(id))).toEqual([]);
  const results = readResults(pathToFileURL(join(folder, 'results.json')));
  expect(
    rowsOf(all, results)
      .filter((one) => !isRight(one))
      .map(({ patch: { name } }) => name),
  ).toEqual([]);
  expect(Object.keys(results).sort()).toEqual(all.map(({ name }) => name).sort());
});

test('the README counts what the page counts', () => {
  const results = readResults(pathToFileURL(join(folder, 'results.json')));
  const measured = rowsOf(patchesIn(folder), results).filter(({ result }) => result !== undefined);
  const faults = measured.filter(({ patch: { kind } }) => kind === 'fault');
  const found = faults.filter(({ result }) => result?.found === true);
  const historical = found.filter(({ patch: { from } }) => from !== undefined);
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(`**${found.length} of ${faults.length} faults planted in the source of the real EL2**`);
  expect(readme).toContain(`are found, ${historical.length} of them bugs that Linux or Android once had`);
});
