import { describe, expect, test } from 'vitest';
import { profile, without } from '../../../spec/profile.ts';
import { ownership } from '../../../spec/profiles/ownership.ts';
import type { EventTarget, Question } from '../../../spec/target.ts';
import type { Answer } from '../../../spec/transcript.ts';
import { Random } from '../../generate/random.ts';
import { TranscriptChecker, settingOf } from '../check.ts';
import type { Difference } from '../difference.ts';
import { isRefused } from '../ownership.ts';
import { byTheRules, describedAs } from './by-the-rules.ts';
import { Campaign } from './campaign.ts';
import type { FuzzReport } from './campaign.ts';
import { campaignHeader, campaignSurvey } from './scope.ts';

const about = describedAs(ownership);

const campaignOn = (target: EventTarget): Campaign =>
  new Campaign([target], about, { profile: ownership, length: 500, statesEvery: 250 });
const huntOn = (target: EventTarget): Promise<FuzzReport> =>
  campaignOn(target).fuzz({ seed: 5, runs: 20, until: Infinity });

type Wrong = (question: Question, right: Answer) => Answer;
const answering = (wrong: Wrong): EventTarget => byTheRules(ownership, about, wrong);

/** Some calls are refused that need not be, and have not happened. */
function strict(refuses: (question: Question) => boolean): EventTarget {
  const target = byTheRules(ownership, about);
  const one = async (question: Question): Promise<readonly Answer[]> =>
    refuses(question) ? [{ ret: 'NO' }] : target.answerAll([question]);
  return { ...target, answerAll: async (all) => (await Promise.all(all.map(one))).flat() };
}

describe('not wrong by ownership', () => {
  test.each<[string, Wrong]>([
    ['refusals of another name', (_, right) => (isRefused(right) ? { ret: 'REFUSED' } : right)],
    ['a refusal as a negative number', (_, right) => (isRefused(right) ? { ret: -1 } : right)],
    ['a refusal as a fault', (_, right) => (isRefused(right) ? { fault: 'SEGV' } : right)],
    ['success in fields of its own', (_, right) => (isRefused(right) || 'value' in right ? right : { status: 'fine' })],
  ])('%s', async (_, wrong) => {
    const { divergence, steps, stricter } = await huntOn(answering(wrong));
    expect(divergence?.met.difference).toBeUndefined();
    expect({ steps, stricter: stricter.size }).toEqual({ steps: 10_000, stricter: 0 });
  });
  test('to refuse now and then, and to leave everything as it was: it is counted', async () => {
    const random = new Random(7);
    const { divergence, stricter } = await huntOn(strict(() => random.below(10) === 0));
    expect(divergence?.met.difference).toBeUndefined();
    expect(stricter.get('host_share_hyp')).toBeGreaterThan(0);
  });
  test.each(['guest_mem_share', 'finalize_teardown_vm', 'init_vm', 'host_read'])('to refuse every %s', async (op) => {
    const { divergence, stricter } = await huntOn(strict((question) => question.op === op));
    expect(divergence?.met.difference).toBeUndefined();
    expect([...stricter.keys()]).toEqual([op]);
  });
  test('to wipe a page when it changes hands, and not afterwards', () => {
    const system = settingOf(campaignHeader(about, ownership), campaignSurvey(about, ownership), ownership);
    const checker = new TranscriptChecker(system);
    const [vm, word] = [{ handle: 4096 }, { offset: 0, value: '0x5' }];
    const reads = (op: string, args: Question['args'], value: string): Difference | undefined =>
      checker.check({ i: 0, op, args: { ...args, offset: 0 }, answer: { value } });
    const does = (op: string, args: Question['args']): void =>
      expect(checker.check({ i: 0, op, args, answer: {} })).toBeUndefined();
    does('init_vm', { ...vm, protected: true });
    does('host_write', { page: 'P0', ...word });
    does('donate_guest', { ...vm, page: 'P0', gfn: 256 });
    const inVm = { ...vm, gfn: 256 };
    expect(['0x0', '0x5'].map((value) => reads('guest_read', inVm, value))).toEqual([undefined, undefined]);
    expect(reads('guest_read', inVm, '0x7')).toMatchObject({ what: 'value', expected: '"0x5"' });
    does('guest_write', { ...inVm, ...word });
    expect(reads('guest_read', inVm, '0x0')).toMatchObject({ what: 'value', expected: '"0x5"' });
    does('guest_mem_share', inVm);
    does('start_teardown_vm', vm);
    does('finalize_teardown_vm', vm);
    expect(['0x0', '0x5'].map((value) => reads('host_read', { page: 'P0' }, value))).toEqual([undefined, undefined]);
  });
});

test('a target that refuses every call was not checked', async () => {
  await expect(huntOn(strict(() => true))).rejects.toThrow('refuses every call: nothing was checked');
});

describe('wrong by ownership', () => {
  test.each<[Parameters<typeof without>[0], string]>([
    ['DONATE-OWNED', 'donate_guest'],
    ['DONATE-FREE', 'donate_guest'],
    ['DONATE-PROTECTED', 'donate_guest'],
    ['HOST-READ-REACHES', 'host_read'],
    ['HOST-WRITE-REACHES', 'host_write'],
    ['RECLAIM-DYING', 'reclaim_dying_guest_page'],
    ['RECLAIM-DYING-OWNED', 'reclaim_dying_guest_page'],
    ['SHARE-GUEST-OWNED', 'share_guest'],
    ['UNSHARE-HYP-BORROWED', 'host_unshare_hyp'],
    ['OWN-VM-FREE', 'init_vm'],
    ['OWN-VM-RUNS', 'guest_read'],
  ])('without %s a call is done where a refusal is due', async (clause, op) => {
    const { divergence } = await huntOn(byTheRules(profile('broken', ownership, [without(clause)]), about));
    expect(divergence?.met).toMatchObject({ kind: 'done where refused', difference: { what: 'answer' } });
    const last = divergence?.met.questions.at(-1)?.op;
    expect(clause === 'OWN-VM-RUNS' ? last?.startsWith('guest_') : last === op).toBe(true);
  });
  test('another word than the one that was written', async () => {
    const { divergence } = await huntOn(answering((_, right) => ('value' in right ? { value: '0x77' } : right)));
    expect(divergence?.met).toMatchObject({ kind: 'other content', difference: { what: 'value', got: '"0x77"' } });
  });
  test('zeros where a page stayed where it was', async () => {
    const { divergence } = await huntOn(answering((_, right) => ('value' in right ? { value: '0x0' } : right)));
    expect(divergence?.met).toMatchObject({ kind: 'other content', difference: { what: 'value', got: '"0x0"' } });
  });
  test('a machine that stops', async () => {
    const stops: Wrong = ({ op }, right) => (op === 'guest_mem_share' ? { panic: 'EL2', message: 'oops' } : right);
    expect((await huntOn(answering(stops))).divergence?.met.kind).toBe('the machine stops');
  });
  test('page states, of which the counts do not matter', async () => {
    const page = (hyp: string) => ({ P0: { host: 'OWNED', hyp, refcount: 9, guestShares: 9 } });
    const showing = (state: ReturnType<typeof page>): EventTarget => ({
      ...strict(({ op }) => op !== 'host_read'),
      pageStates: () => Promise.resolve({ state, otherPagesChanged: 0 }),
    });
    expect((await huntOn(showing(page('NOPAGE')))).divergence).toBeUndefined();
    expect((await huntOn(showing(page('OWNED')))).divergence?.met.kind).toBe('page state');
  });
});

test('what differs is shrunk to handles and pages that begin at the first', async () => {
  const campaign = campaignOn(byTheRules(profile('broken', ownership, [without('DONATE-OWNED')]), about));
  const { divergence } = await campaign.fuzz({ seed: 5, runs: 20, until: Infinity });
  if (divergence === undefined) return expect.fail('nothing was found');
  const { questions } = (await campaign.shrink(divergence, Infinity)).met;
  expect(JSON.stringify(questions)).not.toMatch(/409[789]|"P[1-7]"/);
  expect(questions.at(-1)).toEqual({ op: 'donate_guest', args: { handle: 4096, page: 'P0', gfn: 256 } });
});

const calls = [...ownership.rules.keys()];
test.each([
  ...calls.map((left): [string, string[]] => [`all but ${left}`, calls.filter((call) => call !== left)]),
  ...calls.map((call): [string, string[]] => [`${call} and what the host reads`, [call, 'host_read']]),
  ['share and unshare', ['host_share_hyp', 'host_unshare_hyp']],
  ['five calls', ['host_write', 'host_read', 'init_vm', 'donate_guest', 'guest_read']],
  ['no end of a VM', calls.filter((call) => !/teardown|reclaim/.test(call))],
])('a hypervisor that has %s is asked for nothing else, and not accused', async (_, few) => {
  const described = { ...about, calls: few };
  const campaign = new Campaign([byTheRules(ownership, described)], described, {
    profile: ownership,
    length: 500,
    statesEvery: 250,
  });
  const report = await campaign.fuzz({ seed: 5, runs: 3, until: Infinity });
  expect(report).toMatchObject({ steps: 1500, divergence: undefined });
});
