import { describe, expect, test } from 'vitest';
import { profiles } from '../spec/profiles/all.ts';
import { linux61 } from '../spec/profiles/linux-6.1.ts';
import { linux73 } from '../spec/profiles/linux-7.3.ts';
import { readCall, writeCall } from './names.ts';
import { Machine } from '../spec/machine.ts';
import { Ordinals } from './ordinals.ts';
import { verify } from './verify.ts';
import { Walk } from './walk.ts';
import { bare, full, lifecycle, pages, worlds } from './worlds.ts';

describe('the default run', () => {
  test('holds, and says what it did', () => {
    const report = verify({ profile: linux73, worlds, seed: 1, runs: 20, length: 500 });
    expect(report.worlds.map(({ failure }) => failure)).toEqual(worlds.map(() => undefined));
    expect(report.stopped).toBe(false);
    expect(report.laws.length).toBeGreaterThan(30);
  });

  test.each([...profiles.values()].filter(({ name }) => !['linux-7.3', 'linux-6.1'].includes(name)))(
    'holds for $name',
    (profile) => {
      const report = verify({ profile, worlds: [bare, lifecycle], seed: 1, runs: 20, length: 500 });
      expect(report.worlds.map(({ failure }) => failure)).toEqual([undefined, undefined]);
    },
  );

  test('finds that Linux 6.1 shares what is no memory', () => {
    const [{ failure } = {}] = verify({ profile: linux61, worlds: [bare], seed: 1, runs: 20, length: 500 }).worlds;
    expect(failure?.law.clause).toBe('MEM-LEGAL');
    expect(failure?.calls).toMatchObject([{ call: 'host_share_hyp' }]);
  });

  test('stops when it is asked to, and reports on the way', () => {
    let steps = 0;
    const report = verify({
      profile: linux73,
      worlds: [pages],
      chapters: ['cpu'],
      seed: 1,
      runs: 1000,
      length: 100,
      onProgress: (progress) => (steps = progress.steps),
      shouldStop: () => steps > 500,
    });
    expect(report.stopped).toBe(true);
    expect(report.laws.every(({ clause }) => /^(CPU|LIFE)-/.test(clause))).toBe(true);
    expect(report.worlds[0]?.steps).toBe(steps);
  });
});

test('calls are written and read back', () => {
  const machine = new Machine(linux73, full.world);
  const walk = new Walk(machine, full, []);
  walk.run(5, 300);
  for (const call of walk.calls().filter(({ args }) => !args.includes(-1))) {
    expect(readCall(machine, writeCall(machine, call))).toEqual(call);
  }
});

test('VMs are named in order of reservation, whatever their entry', () => {
  const ordinals = new Ordinals(2);
  expect([0, 1, 2, -1].map((entry) => ordinals.toOrdinal(entry))).toEqual([0, 1, -2, -1]);
  for (const entry of [0, 0, 0]) ordinals.reserve(entry);
  expect(ordinals.toOrdinal(0)).toBe(2);
  expect([0, 1, 2].map((ordinal) => ordinals.toEntry(ordinal))).toEqual([0, 0, 0]);
  expect(ordinals.toEntry(ordinals.toOrdinal(1))).toBe(1);
  expect(ordinals.toEntry(3)).toBe(2);
});
