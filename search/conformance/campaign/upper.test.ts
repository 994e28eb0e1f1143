import { describe, expect, test } from 'vitest';
import { linux73 } from '../../../spec/profiles/linux-7.3.ts';
import type { Question } from '../../../spec/target.ts';
import type { Answer } from '../../../spec/transcript.ts';
import { UnreadableEvent } from '../calls.ts';
import { TranscriptChecker, settingOf } from '../check.ts';
import { byTheRules, describedAs } from './by-the-rules.ts';
import { Campaign } from './campaign.ts';
import type { FuzzReport, Shrunk } from './campaign.ts';
import { campaignHeader, campaignSurvey } from './scope.ts';
import { QuestionSequence } from './sequence.ts';

const about = { ...describedAs(linux73), passesUpper: true };
const setting = settingOf(campaignHeader(about, linux73), campaignSurvey(about, linux73), linux73);
const options = { profile: linux73, length: 800, statesEvery: 250 };
const boundTo = (question: Question): Answer => new TranscriptChecker(setting).expect(question).answer;
const youngs = (more: Question['args']): Question => ({
  op: 'test_clear_young',
  args: { handle: 4096, gfn: 256, nr: 1, mkold: false, ...more },
});

describe('above a narrow argument', () => {
  test('nothing is looked at: the handle of a VM is that of the VM', () => {
    const checker = new TranscriptChecker(setting);
    const unreserve = (more: Question['args']): Question => ({ op: 'unreserve_vm', args: { handle: 4096, ...more } });
    checker.expect({ op: 'reserve_vm', args: {} });
    expect(checker.foresee(unreserve({ handleUpper: '0xffffffffffff0000' }))).toEqual(checker.foresee(unreserve({})));
    expect(checker.foresee(unreserve({})).kind).toBe('done');
  });
  test.each([
    ['0x1000', 'handleUpper must lie above the lower 16 bits, got 0x1000'],
    ['65536', 'handleUpper must be 64 bits in hexadecimal without leading zeros, got "65536"'],
  ])('%s cannot be', (handleUpper, message) => {
    expect(() => boundTo(youngs({ handleUpper }))).toThrow(new UnreadableEvent(message));
  });
  test('of a call that has none, there is nothing', () => {
    const call = { op: 'mkyoung', args: { gfn: 256, handleUpper: '0x10000' } };
    expect(() => boundTo(call)).toThrow(new UnreadableEvent('mkyoung has no argument handleUpper; it takes gfn'));
  });
});

/** A hypervisor that answers some calls otherwise; hunted, and what was found made short. */
async function hunted(
  answers: (question: Question, right: Answer) => Answer,
): Promise<{ readonly report: FuzzReport; readonly shrunk: Shrunk | undefined }> {
  const campaign = new Campaign([byTheRules(linux73, about, answers)], about, options);
  const report = await campaign.fuzz({ seed: 5, runs: 4, until: Infinity });
  const shrunk = report.divergence && (await campaign.shrink(report.divergence, Infinity));
  return { report, shrunk };
}

test('a handle that is compared whole is found', async () => {
  const compares = ({ args }: Question, right: Answer): Answer =>
    'handleUpper' in args && right['ret'] === 0 ? { ret: 'EINVAL' } : right;
  const { shrunk } = await hunted(compares);
  expect(shrunk?.met.questions.at(-1)?.args).toHaveProperty('handleUpper');
});

test('what is above arguments is left out where it is not needed', async () => {
  const above = { handleUpper: '0x10000', indexUpper: '0x100000000' };
  const load = { op: 'vcpu_load', args: { vm: null, handle: 4096, index: 0, ...above } };
  const answers = ({ args }: Question, right: Answer): Answer => ('indexUpper' in args ? { ret: 1 } : right);
  const campaign = new Campaign([byTheRules(linux73, about, answers)], about, options);
  const { divergence } = await campaign.repeat([new QuestionSequence([{ question: load }])], { until: Infinity });
  const { met } = await campaign.shrink(divergence ?? expect.fail('nothing differs'), Infinity);
  expect(met.questions.map(({ args }) => args)).toEqual([
    { vm: null, handle: 4096, index: 0, indexUpper: '0x100000000' },
  ]);
});

test('a flag is set by any bit, and a target that does not pass them on is not asked', async () => {
  const asked: Question[] = [];
  const note = (question: Question, right: Answer): Answer => (asked.push(question), right);
  await hunted(note);
  const flags = asked.filter(({ op }) => op === 'test_clear_young');
  expect(flags.some(({ args }) => args['mkold'] === false && 'mkoldUpper' in args)).toBe(true);
  const plain = describedAs(linux73);
  const campaign = new Campaign([byTheRules(linux73, plain, note)], plain, options);
  asked.length = 0;
  await campaign.fuzz({ seed: 5, runs: 1, until: Infinity });
  expect(asked.length).toBe(800);
  expect(asked.flatMap(({ args }) => Object.keys(args)).filter((name) => name.endsWith('Upper'))).toEqual([]);
});
