import { expect, test } from 'vitest';
import type { ClauseId } from '../../../spec/clauses.generated.ts';
import type { Profile } from '../../../spec/profile.ts';
import { linux73 } from '../../../spec/profiles/linux-7.3.ts';
import type { Question } from '../../../spec/target.ts';
import { TranscriptChecker, settingOf } from '../check.ts';
import { byTheRules, describedAs } from './by-the-rules.ts';
import { Campaign } from './campaign.ts';
import type { FuzzReport } from './campaign.ts';
import { QuestionGenerator } from './generate.ts';
import { campaignHeader, campaignSurvey } from './scope.ts';
import { fieldPlaces, offsetsOf } from './structures.ts';

const about = describedAs(linux73);

/** A hypervisor in which two guards of a call have changed places. */
function swapped(call: string, one: ClauseId, other: ClauseId): Profile {
  const rule = linux73.rules.get(call) ?? expect.fail(`no call ${call}`);
  const at = (clause: ClauseId): number => rule.guards.findIndex((step) => step.clause === clause);
  const guards = rule.guards
    .with(at(one), rule.guards[at(other)] as never)
    .with(at(other), rule.guards[at(one)] as never);
  return { ...linux73, name: 'swapped', rules: new Map([...linux73.rules, [call, { ...rule, guards }]]) };
}

/** The first of two guards of a call, and those between them: the other is asked before all of these. */
function fromTo(call: string, one: ClauseId, other: ClauseId): ClauseId[] {
  const clauses = (linux73.rules.get(call)?.guards ?? []).map(({ clause }) => clause);
  return clauses.slice(clauses.indexOf(one), clauses.indexOf(other));
}

const huntOn = (profile: Profile): Promise<FuzzReport> =>
  new Campaign([byTheRules(profile, about)], about, { profile: linux73, length: 1500, statesEvery: 250 }).fuzz({
    ...{ seed: 1, runs: 12, until: Infinity },
  });

test.each<[string, ClauseId, ClauseId, string, string]>([
  ['donate_guest', 'DONATE-OWNED', 'DONATE-GFN', '"EPERM"', '"ERANGE"'],
  ['share_guest', 'SHARE-GUEST-REFILLED', 'SHARE-GUEST-PROT', '"ENOMEM"', '"EINVAL"'],
  ['wrprotect', 'WRPROTECT-ALIGNED', 'WRPROTECT-GFN', '"EINVAL"', '"ERANGE"'],
])('%s: that %s and %s have changed places is found, and named', async (call, one, other, expected, got) => {
  const { divergence } = await huntOn(swapped(call, one, other));
  expect(divergence?.met.questions.at(-1)?.op).toBe(call);
  const { clause, ...difference } = divergence?.met.difference ?? expect.fail('nothing is found');
  expect(difference).toEqual({ what: 'ret', expected, got });
  expect(fromTo(call, one, other)).toContain(clause);
});

test('the pairs that were answered are counted, and none where the answer was wrong', async () => {
  const pairsOf = ({ coverage }: FuzzReport): string[] =>
    coverage.report().flatMap(({ call, pairs }) => pairs.map(({ first, other }) => `${call} ${first} ${other}`));
  const pair = 'donate_guest DONATE-MEMORY DONATE-GFN';
  expect(pairsOf(await huntOn(linux73))).toContain(pair);
  expect(pairsOf(await huntOn(swapped('donate_guest', 'DONATE-MEMORY', 'DONATE-GFN')))).not.toContain(pair);
});

test('boundary numbers are asked, and a VM in the last entry of the table', () => {
  const setting = settingOf(campaignHeader(about, linux73), campaignSurvey(about, linux73), linux73);
  const asked: Question[] = [];
  for (let seed = 1; seed <= 7; seed++) {
    const generator = new QuestionGenerator(new TranscriptChecker(setting), about.calls, seed);
    for (let i = 0; i < 3000; i++) asked.push(generator.next()?.question ?? expect.fail('nothing to ask'));
  }
  const passed = (op: string, name: string): Set<unknown> =>
    new Set(asked.flatMap((question) => (question.op === op ? [question.args[name]] : [])));
  const counted = ['share_guest', 'unshare_guest', 'wrprotect', 'test_clear_young'].map((op) => passed(op, 'nr'));
  for (const counts of counted) expect([...counts]).toEqual(expect.arrayContaining([0, 1, 511, 512, 513]));
  const wrapping = [2 ** 63, 2 ** 32 + 1, 2 ** 32 + 512, 2 ** 52 + 1, 2 ** 52 + 512];
  expect(counted.flatMap((counts) => [...counts])).toEqual(expect.arrayContaining(wrapping));
  const edges = [0, 511, 512, 2 ** 18 - 1, 2 ** 18, 2 ** 28 - 1, 2 ** 28, 2 ** 36 - 1, 2 ** 36];
  for (const op of ['donate_guest', 'share_guest'])
    expect([...passed(op, 'gfn')]).toEqual(
      expect.arrayContaining([...edges, 2 ** 40, 2 ** 52 - 1, 2 ** 52 + 256, 2 ** 63]),
    );
  expect([...passed('vcpu_load', 'index')]).toEqual(expect.arrayContaining([0, 1, 2, 511, 512, 2 ** 31 - 1]));
  expect([...passed('init_vm', 'handle')]).toEqual(expect.arrayContaining([0x1000 + 254, 0x1000 + 255]));
});

test('of the fields that the host writes most are of the vCPU that is loaded, and of its VM', () => {
  const description = { ...about, hostFields: { kvm: { created_vcpus: 2296 }, kvm_vcpu: { 'arch.hcr_el2': 5064 } } };
  const places = fieldPlaces(description, linux73.name);
  const survey = campaignSurvey(description, linux73, offsetsOf(places));
  const checker = new TranscriptChecker(settingOf(campaignHeader(description, linux73), survey, linux73));
  const generator = new QuestionGenerator(checker, about.calls, 1, { places, upper: false });
  const { vcpus, pages } = checker.system.config;
  const written = { inUse: 0, other: 0 };
  for (let i = 0; i < 4000; i++) {
    const loaded = checker.cell('loaded', 0);
    const used =
      loaded < 0 ? [] : [checker.cell('kvm', Math.floor(loaded / vcpus)), checker.cell('hostVcpu', loaded) + 1];
    const { op, args } = generator.next()?.question ?? expect.fail('nothing to ask');
    if (op !== 'host_write' || loaded < 0 || !/^K?V(M|CPU)/.test(String(args['page']))) continue;
    written[used.some((page) => pages[page]?.name === args['page']) ? 'inUse' : 'other']++;
  }
  expect(written.other).toBeGreaterThan(0);
  expect(written.inUse).toBeGreaterThan(written.other);
});
