import { describe, expect, test } from 'vitest';
import { linux73 } from '../../../spec/profiles/linux-7.3.ts';
import type { EventTarget } from '../../../spec/target.ts';
import type { Answer } from '../../../spec/transcript.ts';
import { byTheRules, describedAs } from './by-the-rules.ts';
import { Campaign } from './campaign.ts';
import type { FuzzReport, Shrunk } from './campaign.ts';
import { waitedForUntil } from './deadline.ts';

const about = describedAs(linux73);
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

const campaignOn = (...targets: EventTarget[]): Campaign =>
  new Campaign(targets, about, { profile: linux73, length: 1000, statesEvery: 100 });

const huntOn = (target: EventTarget, until = Infinity): Promise<FuzzReport> =>
  campaignOn(target).fuzz({ seed: 3, runs: 3, until });

async function shrunk(target: EventTarget, until = Infinity): Promise<Shrunk> {
  const campaign = campaignOn(target);
  const { divergence } = await campaign.fuzz({ seed: 3, runs: 3, until: Infinity });
  return divergence === undefined ? expect.fail('nothing was found') : campaign.shrink(divergence, until);
}

/** What the rules answer, but to one call. */
const wrongAt = (op: string, answer: Answer): EventTarget =>
  byTheRules(linux73, about, (question, right) => (question.op === op ? answer : right));

describe('an answer that no hypervisor of the rules gives', () => {
  test.each<[string, Answer, string]>([
    ['the machine stopped', { panic: 'EL2', message: 'HYP panic' }, 'panic'],
    ['the machine hangs', { panic: 'hang', message: 'no answer within 5 s' }, 'panic'],
    ['the host could not make the call', { problem: 'no such vCPU, or too many pages' }, 'problem'],
    ['another error', { ret: 'EPERM' }, 'ret'],
    ['a number beyond all ranges', { ret: 1e300 }, 'ret'],
    ['a field that nobody knows', { ret: 'EINVAL', __proto: 1 }, '__proto'],
    ['no field', {}, 'ret'],
  ])('%s: it is found, and shrunk to one call', async (_, answer, what) => {
    const { met, repeated } = await shrunk(wrongAt('vcpu_in_poison_fault', answer));
    const { questions, answers, difference } = met;
    expect(repeated).toBe(true);
    expect(questions.map(({ op }) => op)).toEqual(['vcpu_in_poison_fault']);
    expect(difference.what).toBe(what);
    expect(answers).toEqual([answer]);
  });

  test('one of a million characters is told in a few', async () => {
    const { met } = await shrunk(wrongAt('vcpu_in_poison_fault', { ret: 'x'.repeat(1e6) }));
    expect(met.difference.got.length).toBeLessThan(300);
  });

  test('fewer answers than calls', async () => {
    const target = byTheRules(linux73, about);
    const short: EventTarget = { ...target, answerAll: async (all) => (await target.answerAll(all)).slice(0, 7) };
    const { divergence } = await huntOn(short);
    expect(divergence?.met.questions).toHaveLength(8);
    expect(divergence?.met.difference).toEqual({ what: 'answer', expected: 'one', got: 'none' });
  });

  test('answers in another order', async () => {
    const target = byTheRules(linux73, about);
    const turned: EventTarget = { ...target, answerAll: async (all) => [...(await target.answerAll(all))].reverse() };
    expect((await huntOn(turned)).divergence).toBeDefined();
  });
});

describe('a table of page states', () => {
  const showing = (pageStates: EventTarget['pageStates']): EventTarget => ({
    ...byTheRules(linux73, about),
    ...(pageStates && { pageStates }),
  });
  test('that the target dies of is a finding, before any call was made', async () => {
    const target = showing(() => Promise.resolve({ panic: 'hang', message: 'no answer' }));
    const { met, repeated } = await shrunk(target);
    expect({ questions: met.questions, repeated }).toEqual({ questions: [], repeated: true });
    expect(met.difference).toEqual({ what: 'panic', expected: 'page states', got: 'hang: no answer' });
  });
  test('that names a page of its own is refused', async () => {
    const state = { 'P0..99999999999': { host: 'OWNED', hyp: 'NOPAGE' } };
    const target = showing(() => Promise.resolve({ state, otherPagesChanged: 0 }));
    await expect(huntOn(target)).rejects.toThrow(
      "the target's page states: the header declares no pages P0..99999999999",
    );
  });
  test('in words of its own is a difference', async () => {
    const state = { P0: { host: 'MINE', hyp: 'NOPAGE' } };
    const { divergence } = await huntOn(showing(() => Promise.resolve({ state, otherPagesChanged: 0 })));
    expect(divergence?.met.difference.what).toBe('state of P0');
  });
});

describe('a target that says nothing is closed when the time is up', () => {
  const right = byTheRules(linux73, about);
  test.each<[string, Partial<EventTarget>]>([
    ['when it is opened', { open: never }],
    ['to calls', { answerAll: never }],
    ['of its page states', { pageStates: never }],
  ])('%s', async (_, silent) => {
    let closed = 0;
    const close = async (): Promise<void> => {
      closed++;
    };
    const target = { ...right, ...silent, close };
    const before = performance.now();
    await expect(huntOn(target, before + 500)).rejects.toThrow('the time was up before anything was answered');
    expect(closed).toBeGreaterThan(0);
    expect(performance.now() - before).toBeLessThan(10_000);
  });
  test('of itself', async () => {
    await expect(waitedForUntil({ ...right, describe: never }, performance.now() + 100).describe()).rejects.toThrow(
      'the time is up',
    );
  });
  test('while it is shrunk: what was found is told', async () => {
    const target = wrongAt('vcpu_in_poison_fault', { ret: 'EPERM' });
    const campaign = campaignOn(target);
    const { divergence } = await campaign.fuzz({ seed: 3, runs: 3, until: Infinity });
    if (divergence === undefined) return expect.fail('nothing was found');
    let asked = 0;
    const tired: EventTarget = { ...target, answerAll: (all) => (++asked > 3 ? never() : target.answerAll(all)) };
    const shorter = await campaignOn(tired).shrink(divergence, performance.now() + 500);
    expect(shorter).toMatchObject({ repeated: true, failure: undefined });
    expect(shorter.met.questions.length).toBeLessThanOrEqual(divergence.met.questions.length);
  });
});

describe('a target that cannot be asked any more', () => {
  const failing = (target: EventTarget, times: number): EventTarget => {
    let left = times;
    const open: EventTarget['open'] = (header) =>
      left-- > 0 ? target.open(header) : Promise.reject(new Error('it is gone'));
    return { ...target, open };
  };
  test('ends the campaign with its message', async () => {
    await expect(huntOn(failing(byTheRules(linux73, about), 2))).rejects.toThrow('it is gone');
  });
  test('ends the campaign of the others as well', async () => {
    const campaign = campaignOn(byTheRules(linux73, about), failing(byTheRules(linux73, about), 0));
    await expect(campaign.fuzz({ seed: 3, runs: 1e9, until: Infinity })).rejects.toThrow('it is gone');
  });
  test('does not take away what was found', async () => {
    const target = failing(wrongAt('mkyoung', { ret: 'EBUSY' }), 2);
    const { met, repeated, failure } = await shrunk(target);
    expect(repeated).toBe(true);
    expect(met.questions.at(-1)?.op).toBe('mkyoung');
    expect(failure?.message).toBe('it is gone');
  });
});

test('a target is never asked for two things at once', async () => {
  let inside = 0;
  let most = 0;
  const slow = (target: EventTarget): EventTarget => {
    let mine = 0;
    const alone = async <T>(ask: () => Promise<T>): Promise<T> => {
      mine++;
      [inside, most] = [inside + 1, Math.max(most, mine)];
      await new Promise((resolve) => setTimeout(resolve, 3));
      const result = await ask();
      mine--;
      inside--;
      return result;
    };
    return {
      ...target,
      open: (header) => alone(() => target.open(header)),
      answerAll: (questions) => alone(() => target.answerAll(questions)),
    };
  };
  const wrong = (): EventTarget => slow(wrongAt('vcpu_in_poison_fault', { ret: 'EPERM' }));
  const campaign = campaignOn(wrong(), wrong(), wrong());
  for (const seed of [3, 4]) {
    const { divergence } = await campaign.fuzz({ seed, runs: 9, until: Infinity });
    if (divergence === undefined) return expect.fail('nothing was found');
    expect(inside).toBe(0);
    await campaign.shrink(divergence, performance.now() + 300);
    expect(inside).toBe(0);
  }
  expect(most).toBe(1);
});
