import { expect, test } from 'vitest';
import { profile, without } from '../../../spec/profile.ts';
import { linux73 } from '../../../spec/profiles/linux-7.3.ts';
import { ffaForeignFragment, ffaForeignRests, ffaStrayFragment } from '../../../spec/ffa-messages.ts';
import type { EventTarget } from '../../../spec/target.ts';
import { byTheRules, describedAs } from './by-the-rules.ts';
import { Campaign } from './campaign.ts';
import type { FuzzReport } from './campaign.ts';

const stops = 'FFA-UNMAP-UNPINNED';
const about = describedAs(linux73, true);
const huntOn = (target: EventTarget): Promise<FuzzReport> =>
  new Campaign([target], about, { profile: linux73, length: 1000, statesEvery: 100 }).fuzz({
    seed: 5,
    runs: 12,
    until: Infinity,
  });

test.each([
  ...(['FFA-SHARE-OWNED', 'FFA-SHARE-ALL', 'FFA-SHARE-MAILBOX', 'FFA-LEND-TAKEN', 'FFA-RECLAIM-RETURNED'] as const),
  ...(['FFA-MAP-FREE', 'FFA-MAP-RX-OWNED', 'FFA-UNMAP-MAPPED', 'SECURE-READ-GIVEN'] as const),
])('a machine with a secure world that forgets %s is found', async (clause) => {
  const { divergence } = await huntOn(byTheRules(profile('broken', linux73, [without(clause)]), about));
  expect(divergence?.met.difference.clause).toBe(clause);
});

test('all outcomes of its calls are met soon', async () => {
  const { coverage, divergence } = await huntOn(byTheRules(linux73, about));
  expect(divergence).toBeUndefined();
  const ofSecureWorld = coverage.report().filter(({ call }) => /^(ffa|secure)_/.test(call));
  expect(ofSecureWorld.map(({ call }) => call).sort()).toEqual([
    ...['ffa_lend', 'ffa_reclaim', 'ffa_rxtx_map', 'ffa_rxtx_unmap', 'ffa_share'],
    ...['secure_read', 'secure_return', 'secure_write'],
  ]);
  for (const { call, done, refused } of ofSecureWorld) {
    expect(done, call).toBeGreaterThan(0);
    for (const { clause, count } of refused) {
      if (clause === stops) expect(count, 'it would stop the machine').toBe(0);
      else expect(count, `${call}: ${clause}`).toBeGreaterThan(0);
    }
  }
});

test('fragments of which machines stop, or lose pages, are not sent to them', async () => {
  const sent = new Set<unknown>();
  const listening = byTheRules(linux73, about, ({ args }, right) => (sent.add(args['rest']), right));
  await huntOn(listening);
  expect([...ffaForeignRests].filter((rest) => !sent.has(rest))).toEqual([]);
  expect([ffaForeignFragment, ffaStrayFragment].filter((rest) => sent.has(rest))).toEqual([]);
});
