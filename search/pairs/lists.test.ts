import { describe, expect, test } from 'vitest';
import { pageStates } from '../../spec/fields.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import type { PairEnding, Question } from '../../spec/target.ts';
import { describedAs } from '../conformance/campaign/by-the-rules.ts';
import { blocksOf } from '../conformance/campaign/scope.ts';
import { settingOf, TranscriptChecker } from '../conformance/check.ts';
import { Survey } from '../conformance/survey.ts';
import { headerOf, on } from './calls.ts';
import { PairJudge } from './judge.ts';
import { listScenes } from './lists.ts';
import type { Means } from './means.ts';
import type { PairScene } from './scenes.ts';

describe('a store to the list of pages', () => {
  const { list } = blocksOf(0, 0);
  const ofPages = { ...describedAs(linux73), sizes: { kvmPages: 1, vcpuPages: 1 } };
  const [made] = listScenes(ofPages.sizes, {
    kvm: {},
    kvm_vcpu: { 'arch.pkvm_memcache.head': 0xf00, 'arch.pkvm_memcache.nr_pages': 0xf08 },
  });
  const of = made as PairScene;
  const means = of.means as readonly Means[];
  const [donate] = of.calls[0] as [Question];
  const taken = { host: 'NOPAGE', hyp: 'OWNED' };
  const answers = (asked: readonly Question[], judge: TranscriptChecker) =>
    asked.map((one) => judge.expect(one).answer);

  /** What came of the call and the store, and how many pages of the list were taken. */
  function judged(store: Question, ret: 0 | 'ENOMEM', pages: number, more: object = {}) {
    const survey = new Survey();
    survey.cpus = 2;
    [...of.prelude, ...of.calls.flat(2), ...of.after].forEach((one, i) => survey.add({ i, ...one, answer: {} }));
    const setting = settingOf(headerOf(ofPages), survey, linux73);
    const checker = new TranscriptChecker(setting);
    const judge = new PairJudge(setting, { ...of, after: [] }, answers(of.prelude, checker));
    const onList = Object.fromEntries(Array.from({ length: pages }, (_, i) => [`${list}+${2 - i}`, taken]));
    const state = { ...madeStates(checker), ...onList, ...(ret === 0 && { P0: { host: 'NOPAGE' } }), ...more };
    const ending = { answers: [[{ ret }], [{ ok: true }]], states: { state, otherPagesChanged: 0 }, key: '' };
    return judge.judge([[on(0, donate)], [on(1, store)]], ending as unknown as PairEnding, []);
  }

  /** What the way there has left, as the rules have it. */
  function madeStates(checker: TranscriptChecker): object {
    const { base } = checker.system.layout;
    const pages = [...checker.names.pages].filter(([name]) => name !== 'P0' && !name.startsWith(list));
    return Object.fromEntries(
      pages.map(([name, page]) => {
        const [host, hyp] = (['host', 'hyp'] as const).map((side) => pageStates[checker.state.at(base[side] + page)]);
        const refcount = checker.state.at(base.pins + page) + (name === `${blocksOf(0).vmMem}+0` ? 1 : 0);
        return [name, { host, hyp, refcount, guestShares: 0 }];
      }),
    );
  }

  const storeOf = (value: string, field: string): Question =>
    (means.find(({ store, ways }) => store.args['value'] === value && ways[0]?.[0]?.field === field) as Means).store;

  test('is before the call, or behind it', () => {
    const store = storeOf('#P1', 'listTop');
    expect(judged(store, 0, 3)).toBeUndefined();
    expect(judged(store, 'ENOMEM', 0, { P1: taken })).toBeUndefined();
    expect(judged(store, 'ENOMEM', 1, { P1: taken })).toBeDefined();
    expect(judged(store, 0, 3, { P1: taken })).toBeDefined();
  });

  test('a shorter length is taken for a list that ends there as well', () => {
    const store = storeOf('0x2', 'listLength');
    expect(judged(store, 0, 2)).toBeUndefined();
    expect(judged(store, 0, 3)).toBeUndefined();
    expect(judged(store, 'ENOMEM', 2)).toBeUndefined();
    expect(judged(store, 'ENOMEM', 1)).toBeDefined();
  });
});
