import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allProperties } from '../../properties/chapters.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { full, pages } from '../scopes/linux.ts';
import { sequences } from './sequences.ts';
import type { CallSequence } from './sequences.ts';

test('fast-check draws sequences that break nothing', () => {
  const system = new TransitionSystem(linux73, full.config);
  const all = sequences(system, full, { properties: allProperties(system) });
  fc.assert(
    fc.property(all, ({ result }) => result === undefined),
    { seed: 1, numRuns: 200 },
  );
});

describe('a guard that is left out', () => {
  const system = new TransitionSystem(linux73, pages.config, { call: 'donate_guest', clause: 'DONATE-OWNED' });
  const all = sequences(system, pages, { properties: allProperties(system), length: 300 });
  const property = fc.property(all, ({ result }) => result === undefined);
  const first = fc.check(property, { seed: 42, numRuns: 200 });
  const callsOf = ({ counterexample }: fc.RunDetails<[CallSequence]>) => counterexample?.[0].calls;

  test('is found, and shrunk to the shortest sequence', () => {
    expect(first.failed).toBe(true);
    expect(callsOf(first)?.map(({ call }) => call)).toEqual(['share_guest', 'donate_guest']);
  });

  test('is found again by its seed, and at once by its path', () => {
    expect(callsOf(fc.check(property, { seed: 42, numRuns: 200 }))).toEqual(callsOf(first));
    const again = fc.check(property, { seed: 42, path: String(first.counterexamplePath), endOnFailure: true });
    expect(again.numRuns).toBe(1);
    expect(callsOf(again)).toEqual(callsOf(first));
  });

  test('is shown by an example, which shrinks like what was drawn', () => {
    const [counterexample] = first.counterexample ?? [];
    if (counterexample === undefined) throw new Error('unreachable: it was found');
    const replayed = fc.check(property, { seed: 1, numRuns: 1, examples: [[counterexample] as [CallSequence]] });
    expect(callsOf(replayed)).toEqual(callsOf(first));
  });

  test('is printed in words by the reports of fast-check', () => {
    const report = fc.defaultReportMessage(
      fc.check(property, { seed: 42, numRuns: 200, verbose: fc.VerbosityLevel.Verbose }),
    );
    expect(report).toContain('donate_guest(P0, G0) on CPU 0');
    expect(report).toContain('Encountered failures were:');
  });
});

test('what a predicate of its own refuses is shrunk by what the calls depend on', () => {
  const system = new TransitionSystem(linux73, full.config);
  const hasNoShare = fc.property(sequences(system, full, { length: 200 }), ({ calls }) =>
    calls.every(({ call }) => call !== 'guest_mem_unshare'),
  );
  const found = fc.check(hasNoShare, { seed: 3 });
  expect(found.counterexample?.[0].calls.map(({ call }) => call)).toEqual(['guest_mem_unshare']);
});
