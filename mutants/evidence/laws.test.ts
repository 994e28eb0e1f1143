import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ofDerivations } from '../../properties/dice/derivations.ts';
import { ofChains } from '../../properties/evidence/chains.ts';
import { lawsOfEvidence } from '../../search/evidence/laws.ts';
import { lawFaults } from './laws.ts';

test.each(lawFaults)('$id breaks every law of $clause', ({ clause, laws }) => {
  const own = laws().filter((one) => one.clause === clause && one.kind === 'always');
  expect(own.length).toBeGreaterThan(0);
  for (const { statement, property, runs } of own)
    expect(fc.check(property, { numRuns: 4 * runs, endOnFailure: true }), statement).toMatchObject({ failed: true });
});

test('each law of derivations and of chains is broken by one', () => {
  const all = [...ofDerivations, ...ofChains, ...lawsOfEvidence()].filter(({ kind }) => kind === 'always');
  expect(new Set(lawFaults.map(({ clause }) => clause))).toEqual(new Set(all.map(({ clause }) => clause)));
});
