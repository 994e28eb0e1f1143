import { expect, test } from 'vitest';
import { allProperties } from '../../properties/chapters.ts';
import { byTheRules, describedAs } from '../../search/conformance/campaign/by-the-rules.ts';
import { Campaign } from '../../search/conformance/campaign/campaign.ts';
import { Campaign as RulesCampaign } from '../../search/rules/campaign.ts';
import { pages } from '../../search/scopes/linux.ts';
import type { Suite } from '../../search/scopes/suite.ts';
import { hostFields } from '../../spec/profiles/host-memory-7.3.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { profile } from '../../spec/profile.ts';
import type { Profile } from '../../spec/profile.ts';
import type { EventTargetDescription, Question } from '../../spec/target.ts';
import { beliefs } from './all.ts';
import type { Belief } from './all.ts';

const offsetsIn = (structure: string): Record<string, number> =>
  Object.fromEntries(hostFields.filter(({ of }) => of === structure).map(({ path, at = 0 }) => [path, at]));
const about = {
  ...describedAs(linux73),
  hostFields: { kvm: offsetsIn('kvm'), kvm_vcpu: offsetsIn('kvm_vcpu') },
};

const length = 600;
const suiteOf = (rules: Profile): Suite => ({ chapter: 'memory', profile: rules, scope: pages, unsafe: false });
const writesStructure = ({ op, args }: Question): boolean => op === 'host_write' && /^KVM\d/.test(String(args['page']));

/** Hunts on a target that answers by these rules. */
const huntOn = (rules: Profile, description: EventTargetDescription = about): Campaign =>
  new Campaign([byTheRules(rules, description)], description, { profile: linux73, length, statesEvery: 200 });

test('a target that takes no more than the rules do is not accused, and is written to', async () => {
  const written: string[] = [];
  const noting = byTheRules(linux73, about, (question, right) => {
    if (question.op === 'host_write') written.push(JSON.stringify(question));
    return right;
  });
  const campaign = new Campaign([noting], about, { profile: linux73, length, statesEvery: 200 });
  const { steps, divergence } = await campaign.fuzz({ seed: 4, runs: 3, until: Infinity });
  expect([steps, divergence]).toEqual([3 * length, undefined]);
  expect(written.filter((line) => /"(KVM|VCPU)\d/.test(line)).length).toBeGreaterThan(10);
  expect(written.filter((line) => line.includes('"value":"&')).length).toBeGreaterThan(2);
});

const believing = ({ id, difference }: Belief): Profile => profile(id, linux73, [difference]);
const fuzz = { seed: 1, runs: 3, until: Infinity };

test.each(beliefs)('$id ($title): a hunt finds it', async (belief) => {
  const { divergence } = await huntOn(believing(belief)).fuzz(fuzz);
  expect(divergence?.met.questions.some(writesStructure)).toBe(true);
});

test('where the fields of structures are not known no hunt of this length finds any', async () => {
  for (const belief of beliefs) {
    const { divergence } = await huntOn(believing(belief), describedAs(linux73)).fuzz(fuzz);
    expect(divergence, belief.id).toBeUndefined();
  }
});

test('it is shrunk to a store into the structure of a VM, and the call that shows it', async () => {
  const campaign = huntOn(believing(beliefs[0] as Belief));
  const { divergence } = await campaign.fuzz(fuzz);
  if (divergence === undefined) return expect.fail('nothing was found');
  const { met } = await campaign.shrink(divergence, Infinity);
  const [store, shows] = met.questions.slice(-2);
  expect(store).toMatchObject({ op: 'host_write', args: { page: 'KVM0+0' } });
  expect(shows?.op).not.toBe('host_write');
});

test.each(beliefs)('$id: in the rules it breaks the law of its clause', async (belief) => {
  const campaign = new RulesCampaign(suiteOf(believing(belief)), allProperties, 300);
  const { minimized } = await campaign.run({ seed: 5, runs: 50 });
  expect(minimized?.violation.property.clause).toBe(belief.clause);
  expect(minimized?.calls.at(-1)?.call).toBe('host_write');
});
