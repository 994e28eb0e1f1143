import { expect, test } from 'vitest';
import { profile, without } from '../../../spec/profile.ts';
import { linux73 } from '../../../spec/profiles/linux-7.3.ts';
import type { EventTarget } from '../../../spec/target.ts';
import { byTheRules, describedAs } from './by-the-rules.ts';
import { Campaign } from './campaign.ts';
import type { Divergence, Shrunk } from './campaign.ts';

const about = describedAs(linux73);
type Clause = Parameters<typeof without>[0];

/** A hypervisor that does not check one clause. */
const lacking = (clause: Clause): EventTarget =>
  byTheRules(profile('linux-7.3-broken', linux73, [without(clause)]), about);

const campaignOn = (...targets: EventTarget[]): Campaign =>
  new Campaign(targets, about, { profile: linux73, length: 3000, statesEvery: 250 });

async function found(campaign: Campaign, seed: number, first = 0): Promise<Divergence> {
  const { divergence } = await campaign.hunt({ seed, runs: 60, first, until: Infinity });
  return divergence ?? expect.fail('nothing was found');
}

async function shrunk(clause: Clause, seed: number): Promise<Shrunk> {
  const campaign = campaignOn(lacking(clause));
  const divergence = await found(campaign, seed);
  return campaign.shrink(divergence, Infinity);
}

test.each<[Clause, number, number]>([
  ['UNSHARE-HYP-BORROWED', 2, 10],
  ['DONATE-OWNED', 3, 10],
  ['DONATE-FREE', 3, 10],
  ['MEM-SHARE-OWNED', 1, 10],
  ['RECLAIM-DYING', 1, 10],
  ['INIT-VCPU-PLANNED', 1, 10],
  ['SHARE-GUEST-COUNT', 1, 10],
  ['UNSHARE-GUEST-WHOLE', 1, 10],
  ['UNSHARE-HYP-UNPINNED', 1, 10],
])('without %s it takes no more calls than it has to', async (clause, seed, most) => {
  const { met, runs } = await shrunk(clause, seed);
  console.log(
    clause,
    runs,
    met.kind,
    met.questions.length,
    met.questions.map((q) => `${q.op} ${JSON.stringify(q.args)}`).join('\n'),
  );
  expect(met.questions.length).toBeLessThanOrEqual(most);
});
