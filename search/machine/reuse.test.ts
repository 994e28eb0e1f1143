import { expect, test } from 'vitest';
import { possibleReuses, reuseName } from '../judge/page-uses.ts';
import { machineSequence } from './campaign.ts';
import { machineScopes } from './scopes.ts';
import { TwoRunHarness } from './two-run.ts';
import { MachineWalk } from './walk.ts';

/** Runs in each scope, at the most. Seeds that are even let calls follow each other. */
const most = 600;

test('what a page served for, or was refused as, it serves for again as everything else', { timeout: 120_000 }, () => {
  const scopes = machineScopes.filter(({ name }) => ['leftovers', 'ending', 'empty'].includes(name));
  const harnesses = scopes.map((scope) => new TwoRunHarness(scope, { hasSecond: false }));
  const walks = harnesses.map((harness) => new MachineWalk(harness));
  const all = new Set(harnesses.flatMap(({ spec }) => possibleReuses(spec, new Set(spec.rules.keys()))));
  const missing = (): string[] =>
    [...all].filter((pair) => !harnesses.some(({ uses }) => uses.met.has(pair))).map(reuseName);
  for (let run = 1; run <= most && missing().length > 0; run++) {
    for (const walk of walks) expect(walk.run(2 * run, machineSequence)?.violation).toBeUndefined();
  }
  expect(all.size).toBeGreaterThan(100);
  expect(missing()).toEqual([]);
});
