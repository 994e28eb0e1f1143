import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { PairFound } from '../../search/pairs/hunt.ts';
import { scenesFor } from '../../search/pairs/scenes.ts';
import { clauses } from '../../spec/clauses.generated.ts';
import { offsets } from '../../spec/profiles/host-memory-7.3.ts';
import { patchesIn } from '../../targets/linux-pkvm/kernel/patch.ts';
import type { Patch } from '../../targets/linux-pkvm/kernel/patch.ts';
import { renderMutationScore } from '../generate/strength.ts';
import type { Campaigns, Found } from './campaigns.ts';
import { line } from './line.ts';
import { keepResult, readResults } from './files.ts';
import { isRaceRight, raceResultOf, raceRowsIn } from './races/result.ts';
import { isRight, resultOf, rowsOf } from './result.ts';
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
  scene: undefined,
  needsSecureWorld: false,
  unseen: undefined,
  changes: [],
  ...more,
});
const difference = { what: 'ret', expected: '"EPERM"', got: '0', clause: 'UNSHARE-HYP-BORROWED' } as const;
const share = { op: 'host_unshare_hyp', args: { page: 'P0' } };
const questions = [share];
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
  const text = renderMutationScore([lent, hidden, missed, never, extra, flagged], [], places);
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
    expect(
      rowsOf([patch('missed'), never.patch], readResults<Result>(file)).map(({ result }) => result?.found),
    ).toEqual([true, undefined]);
  } finally {
    rmSync(work, { recursive: true });
  }
});

test('every patch breaks a clause that there is, and was searched for', () => {
  const all = patchesIn(folder);
  const known = new Set<string>(Object.keys(clauses));
  expect(all.flatMap(({ breaks }) => breaks ?? []).filter((id) => !known.has(id))).toEqual([]);
  const results = readResults<Result>(pathToFileURL(join(folder, 'results.json')));
  expect(
    rowsOf(all, results)
      .filter((one) => !isRight(one))
      .map(({ patch: { name } }) => name),
  ).toEqual([]);
  expect(Object.keys(results).sort()).toEqual(all.map(({ name }) => name).sort());
});

const races = raceRowsIn(new URL('../../mutants/kernel/races/', import.meta.url));

test('every race breaks a clause and has a scene that there are, and what was run to the end is as it has to be', () => {
  const scenes = new Set(scenesFor({}, offsets).map(({ name }) => name));
  const known = new Set<string>(Object.keys(clauses));
  const isKnown = ({ patch: { scene = '', breaks } }: (typeof races)[number]): boolean =>
    scenes.has(scene) && (breaks === undefined || known.has(breaks));
  expect(races.filter((one) => !isKnown(one)).map(({ patch: { name } }) => name)).toEqual([]);
  const ended = races.filter(({ patch: { kind }, result }) => result && (kind === 'harmless' || result.isComplete));
  expect(ended.filter((one) => !isRaceRight(one)).map(({ patch: { name } }) => name)).toEqual([]);
});

const cpus: PairFound['pair'] = [[{ ...share, cpu: 0 }], [{ ...share, cpu: 1 }]];
const steps = [0, 0, 1, 0].map((cpu) => ({ cpu, progress: 'stands', at: '+0x4' }) as const);
const wrong: PairFound = {
  pair: cpus,
  schedule: [
    { cpu: 0, steps: 2 },
    { cpu: 1, steps: 9 },
  ],
  followed: { steps, end: 'over' },
  orders: [{ order: [0, 1], at: cpus[1][0], difference }],
};
const ofRace = { date: '2026-01-02', source: 's', machine: 'm', scene: 'a page', limit: 60 };
const tally = { schedules: 5, steps: 40, endings: 2, restarts: 0 };
const race = (one: Patch, found: PairFound | undefined, isComplete: boolean) => ({
  patch: { ...one, scene: 'a page' },
  result: raceResultOf(tally, found, { ...ofRace, isComplete }),
});

test('a race is shown with its schedule; one that was not found, with what was run', () => {
  const rows = [
    race(patch('raced'), wrong, true),
    race(patch('late'), undefined, false),
    race(patch('none'), undefined, true),
    race(patch('slow', harmless), undefined, true),
    race(patch('seen', harmless), wrong, true),
    { patch: patch('unrun'), result: undefined },
  ];
  expect(rows.filter(isRaceRight).map(({ patch: { name } }) => name)).toEqual(['raced', 'slow']);
  const [_, found, missed, left] = renderMutationScore([], rows, new Map()).split(/^### |^## Races/m);
  expect(found).toContain('**1 of 3 races found, 1 of 2 harmless changes not flagged.** 2026-01-02; s; m.');
  expect(found).toContain(
    '| MEM-WIPE | a page | 5 | 1: CPU 0 × 2, CPU 1 × 1, CPU 0 × 1 | host_unshare_hyp(P0) beside ' +
      'host_unshare_hyp(P0); host_unshare_hyp: ret 0, not "EPERM" |',
  );
  expect(missed).toContain('| 5 schedules in 60 s; the rest was not run |');
  expect(missed).toContain('| not known |');
  expect(missed).toContain('| not run yet: `npm run strength:pairs -- unrun` |');
  expect(left).toContain('| a page | not flagged by all 5 schedules |');
  expect(left).toContain('| flagged: host_unshare_hyp: ret 0, not "EPERM" by all 5 schedules |');
});

test('the README counts what the page counts', () => {
  const results = readResults<Result>(pathToFileURL(join(folder, 'results.json')));
  const measured = rowsOf(patchesIn(folder), results).filter(({ result }) => result !== undefined);
  const faults = measured.filter(({ patch: { kind } }) => kind === 'fault');
  const found = faults.filter(({ result }) => result?.found === true);
  const historical = found.filter(({ patch: { from } }) => from !== undefined);
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(`**${found.length} of ${faults.length} faults planted in the source of the real EL2**`);
  expect(readme).toContain(`are found, ${historical.length} of them bugs that Linux or Android once had`);
  const planted = races.filter(({ patch: { kind }, result }) => kind === 'fault' && result !== undefined);
  const raced = planted.filter(({ result }) => result?.found !== undefined);
  expect(readme).toContain(`Of ${planted.length} races planted there, ${raced.length} are found with two CPUs.`);
});
