import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ofDerivations } from '../../properties/dice/derivations.ts';
import { ofChains } from '../../properties/evidence/chains.ts';
import { lawsOfEvidence } from '../../search/evidence/laws.ts';
import { sounds } from '../../search/images/sounds.ts';
import { ofImages } from '../../properties/images/laws.ts';
import { ofEntries } from '../../properties/images/config-laws.ts';
import { ofTrees } from '../../properties/images/trees.ts';
import { imageLawFaults } from '../images/laws.ts';
import { lawFaults } from './laws.ts';

test.each([...lawFaults, ...imageLawFaults])('$id breaks every law of $clause', ({ clause, laws }) => {
  const own = laws().filter((one) => one.clause === clause && one.kind === 'always');
  expect(own.length).toBeGreaterThan(0);
  for (const { statement, property, runs } of own)
    expect(fc.check(property, { numRuns: 4 * runs, endOnFailure: true }), statement).toMatchObject({ failed: true });
});

test('each law of derivations, of chains and of images is broken by one', () => {
  const all = [
    ...ofDerivations,
    ...ofChains,
    ...lawsOfEvidence(),
    ...ofImages(sounds),
    ...ofTrees,
    ...ofEntries,
  ].filter(({ kind }) => kind === 'always');
  expect(new Set([...lawFaults, ...imageLawFaults].map(({ clause }) => clause))).toEqual(
    new Set(all.map(({ clause }) => clause)),
  );
});
