/** Corpora: what they keep, and that they keep it as short as it gets. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { linux73 } from '../../../spec/profiles/linux-7.3.ts';
import { byTheRules, describedAs } from './by-the-rules.ts';
import { Campaign } from './campaign.ts';
import type { CorpusEntry } from './corpus.ts';

const about = describedAs(linux73);
const campaign = new Campaign([byTheRules(linux73, about)], about, { profile: linux73, length: 300, statesEvery: 250 });

/** What is kept of a hunt that begins with nothing. */
async function keptOf(sequences: ReturnType<Campaign['corpus']>['sequences']): Promise<Map<string, CorpusEntry>> {
  const { growth } = campaign.corpus([]);
  const report = await campaign.repeat(sequences, { until: Infinity, growth });
  expect(report.divergence).toBeUndefined();
  const { entries } = growth.grown(Infinity);
  return new Map(entries.map((entry) => [entry.shows, entry]));
}

test('each committed sequence shows what it says, and is no longer than it has to be', async () => {
  const text = readFileSync('search/corpus/linux-7.3.json', 'utf8');
  const { entries } = JSON.parse(text) as { entries: readonly CorpusEntry[] };
  expect(entries.length).toBeGreaterThan(300);
  let asked = 0;
  for (const entry of entries.filter((_, i) => i % 40 === 0)) {
    const { sequences } = campaign.corpus([entry]);
    if (sequences.length === 0) continue;
    asked++;
    const kept = (await keptOf(sequences)).get(entry.shows);
    expect(kept?.calls, entry.shows).toHaveLength(entry.calls.length);
  }
  expect(asked).toBeGreaterThan(8);
});

test('a hunt adds what its corpus has not, and a corpus that has all of it stays as it is', async () => {
  const fuzz = { seed: 5, runs: 1, until: Infinity };
  const first = campaign.corpus([]);
  const { coverage } = await campaign.fuzz({ ...fuzz, growth: first.growth });
  const { entries, added, left } = first.growth.grown(Infinity);
  const shown = coverage
    .report()
    .flatMap(({ call, done, refused }) => [
      ...(done > 0 ? [`${call} done`] : []),
      ...refused.filter(({ count }) => count > 0).map(({ clause }) => `${call} ${clause}`),
    ]);
  expect(entries.map(({ shows }) => shows)).toEqual(expect.arrayContaining(shown));
  expect({ added, left }).toEqual({ added: entries.length, left: 0 });
  expect(Math.max(...entries.map(({ calls }) => calls.length))).toBeLessThan(25);
  const again = campaign.corpus(entries);
  await campaign.fuzz({ ...fuzz, growth: again.growth });
  expect(again.growth.grown(Infinity)).toEqual({ entries, added: 0, left: 0 });
});

test('what there is no time to make short is left for another hunt', async () => {
  const { growth } = campaign.corpus([]);
  await campaign.fuzz({ seed: 5, runs: 1, until: Infinity, growth });
  const { entries, left } = growth.grown(0);
  expect(entries).toEqual([]);
  expect(left).toBeGreaterThan(50);
});
