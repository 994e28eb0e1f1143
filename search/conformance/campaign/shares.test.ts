import { expect, test } from 'vitest';
import type { Effect } from '../../../spec/language/term.ts';
import type { Profile } from '../../../spec/profile.ts';
import { linux73 } from '../../../spec/profiles/linux-7.3.ts';
import { protBits } from '../../../spec/config.ts';
import { relaxPermissions } from '../../../spec/vocabulary/stage2.ts';
import { loadedVm } from '../../../spec/vocabulary/vms.ts';
import { byTheRules, describedAs } from './by-the-rules.ts';
import { Campaign } from './campaign.ts';

const about = describedAs(linux73);

/** A hypervisor in which a call does something more. */
function withEffect(call: string, effect: Effect): Profile {
  const rule = linux73.rules.get(call) ?? expect.fail(`no call ${call}`);
  const rules = new Map([...linux73.rules, [call, { ...rule, effects: [...rule.effects, effect] }]]);
  return { ...linux73, name: 'faulty', rules };
}

test('that relaxed permissions always permit to write is found by a store of the guest', async () => {
  const faulty = withEffect('relax_perms', relaxPermissions(loadedVm, 'gfn', protBits.W));
  const options = { profile: linux73, length: 2500, statesEvery: 250 };
  const campaign = new Campaign([byTheRules(faulty, about)], about, options);
  const { divergence } = await campaign.fuzz({ seed: 1, runs: 3, until: Infinity });
  const { questions, difference } = divergence?.met ?? expect.fail('nothing is found');
  expect(questions.at(-1)?.op).toMatch(/^guest_(write|atomic)$/);
  expect(difference.clause).toBe('GUEST-PERMITTED');
});
