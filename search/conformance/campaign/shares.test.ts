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

/** A hypervisor in which a call has other effects. */
function withEffects(call: string, change: (effects: readonly Effect[]) => readonly Effect[]): Profile {
  const rule = linux73.rules.get(call) ?? expect.fail(`no call ${call}`);
  const rules = new Map([...linux73.rules, [call, { ...rule, effects: change(rule.effects) }]]);
  return { ...linux73, name: 'faulty', rules };
}

const options = { profile: linux73, length: 2500, statesEvery: 250 };

test('that relaxed permissions always permit to write is found by a store of the guest', async () => {
  const relaxed = relaxPermissions(loadedVm, 'gfn', protBits.W);
  const faulty = withEffects('relax_perms', (effects) => [...effects, relaxed]);
  const campaign = new Campaign([byTheRules(faulty, about)], about, options);
  const { divergence } = await campaign.fuzz({ seed: 1, runs: 3, until: Infinity });
  const { questions, difference } = divergence?.met ?? expect.fail('nothing is found');
  expect(questions.at(-1)?.op).toMatch(/^guest_(write|atomic)$/);
  expect(difference.clause).toBe('GUEST-PERMITTED');
});

test('that mkyoung leaves a page old is found, although a CPU makes it young by itself', async () => {
  const faulty = withEffects('mkyoung', () => []);
  const campaign = new Campaign([byTheRules(faulty, about)], about, options);
  const { divergence } = await campaign.fuzz({ seed: 1, runs: 3, until: Infinity });
  const { questions } = divergence?.met ?? expect.fail('nothing is found');
  expect(questions.at(-1)?.op).toBe('test_clear_young');
});
