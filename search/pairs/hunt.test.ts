import { describe, expect, test } from 'vitest';
import type { Pair, PairEnding, PairTarget, Question, Step } from '../../spec/target.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { describedAs } from '../conformance/campaign/by-the-rules.ts';
import { settingOf } from '../conformance/check.ts';
import { Survey } from '../conformance/survey.ts';
import { call, headerOf, hostReads, on } from './calls.ts';
import { NoScene, PairHunt } from './hunt.ts';
import type { PairFound } from './hunt.ts';
import { begunBy, PairJudge } from './judge.ts';
import { pairFileOf, parsePairFile, sceneOf } from './pair-file.ts';
import type { PairFile } from './pair-file.ts';
import type { PairScene } from './scenes.ts';
import { turnsOf } from './schedules.ts';
import { shorter } from './shorter.ts';
import { pairsOf } from './trial.ts';

/** What goes wrong in the scripted machine, besides that it may take no lock. */
interface Faults {
  readonly isLocked?: boolean;
  /** CPU 1 takes the two locks in the other order. */
  readonly isCrossed?: boolean;
  /** Its table of page states shows nothing of what was shared. */
  readonly isForgetful?: boolean;
  /** How many steps it makes until it is lost, and how often that happens. */
  readonly lostAfter?: number;
  readonly losses?: number;
  /** It takes no lock once a call about that page was made on the way. */
  readonly breaksIt?: string;
  /** It allows everything where its steps are long. */
  readonly isHasty?: boolean;
  /** The machine is lost where a CPU goes along known steps at once. */
  readonly leapsAreLost?: boolean;
  /** It comes to no end: by ever new places, or by the same four. */
  readonly endless?: 'on' | 'round';
  /** Where it cannot be asked at all, for the first time; and how often. */
  readonly failsAt?: number;
  readonly failures?: number;
  /** The machine is lost where a CPU makes its calls alone. */
  readonly isLostAlone?: boolean;
}

type Ret = 0 | 'EPERM';
type Lock = 'host' | 'hyp';
type Act = { readonly take: Lock } | { readonly give: Lock } | 'check' | 'change';

const someFound: PairFound = { pair: [[], []], schedule: [], followed: { steps: [], end: 'hangs' } };

/** One page, that two CPUs share with the hypervisor and take back: locks, a check, a change. */
class Scripted implements PairTarget {
  private readonly faults: Faults;
  private losses: number;
  private isShared = false;
  private steps = 0;
  private begun = 0;
  private isLong = false;
  private isBroken = false;
  private readonly holders = new Map<Lock, number>();
  private pair: Pair | undefined;
  private allowed = [false, false];
  private done = [0, 0];

  constructor(faults: Faults = {}) {
    this.faults = faults;
    this.losses = faults.losses ?? Infinity;
  }

  describe = async () => describedAs(linux73);
  open = async (_: unknown, prelude: readonly Question[]) => {
    const { breaksIt } = this.faults;
    this.isBroken = breaksIt !== undefined && prelude.some(({ args }) => args['page'] === breaksIt);
    return prelude.map(() => ({ ret: 'EPERM' }));
  };
  close = async (): Promise<void> => undefined;

  async begin(pair: Pair, steps: 'short' | 'long' = 'short'): Promise<Step | undefined> {
    this.isLong = steps === 'long';
    const { failsAt = Infinity, failures = 1 } = this.faults;
    const isSilent = this.begun >= failsAt && this.begun < failsAt + failures;
    this.begun++;
    if (isSilent) throw new Error('nobody answers');
    [this.pair, this.isShared, this.steps] = [pair, false, 0];
    [this.allowed, this.done] = [
      [false, false],
      [0, 0],
    ];
    this.holders.clear();
    return this.faults.isLostAlone === true ? { cpu: 1, progress: 'lost', at: 'EL2: panic' } : undefined;
  }

  private actsOf(cpu: number): Act[] {
    if (this.faults.isLocked === false || this.isBroken) return ['check', 'change'];
    const order: Lock[] = cpu === 1 && this.faults.isCrossed === true ? ['hyp', 'host'] : ['host', 'hyp'];
    const taken = order.map((take): Act => ({ take }));
    return [...taken, 'check', 'change', ...order.map((give): Act => ({ give }))];
  }

  private get wanted(): readonly boolean[] {
    return (this.pair ?? []).map(([first]) => first?.op === 'host_share_hyp');
  }

  async go(cpu: number): Promise<Step> {
    if (this.steps++ === this.faults.lostAfter && this.losses-- > 0) return { cpu, progress: 'lost', at: 'EL2: panic' };
    const { endless } = this.faults;
    if (endless !== undefined) {
      return { cpu, progress: 'stands', at: String(endless === 'round' ? this.steps % 4 : this.steps) };
    }
    const acts = this.actsOf(cpu);
    const act = acts[this.done[cpu] as number] as Act;
    if (!this.make(cpu, act)) return { cpu, progress: 'waits', at: `${this.done[cpu] as number}` };
    const at = ++(this.done[cpu] as number);
    return { cpu, progress: at === acts.length ? 'over' : 'stands', at: String(at) };
  }

  async leap(cpu: number, steps: readonly Step[]): Promise<Step | undefined> {
    if (this.faults.leapsAreLost === true) return { cpu, progress: 'lost', at: 'hang: no answer' };
    for (const step of steps) expect(await this.go(cpu)).toEqual(step);
    return undefined;
  }

  private make(cpu: number, act: Act): boolean {
    const allowsAll = this.isLong && this.faults.isHasty === true;
    if (act === 'check') this.allowed[cpu] = allowsAll || this.isShared !== this.wanted[cpu];
    else if (act === 'change')
      this.isShared = this.allowed[cpu] === true ? (this.wanted[cpu] as boolean) : this.isShared;
    else if ('give' in act) this.holders.delete(act.give);
    else if (this.holders.has(act.take)) return false;
    else this.holders.set(act.take, cpu);
    return true;
  }

  async ending() {
    const [one, other] = this.allowed.map((allowed) => ({ ret: allowed ? 0 : 'EPERM' })) as [object, object];
    const page = { host: 'SHARED_OWNED', hyp: 'SHARED_BORROWED' };
    const isShown = this.isShared && this.faults.isForgetful !== true;
    const states = { state: isShown ? { P0: page } : {}, otherPagesChanged: 0 };
    const answers = [[one], [other]] as unknown as readonly [[{ ret: number }], [{ ret: number }]];
    return { answers, states, key: JSON.stringify([answers, states]) };
  }

  after = async (questions: readonly Question[]) => questions.map(() => ({ value: '0x0' }));
}

const share = call('host_share_hyp', { page: 'P0' });
const scene: PairScene = {
  name: 'a page',
  prelude: [],
  calls: [[share, call('host_unshare_hyp', { page: 'P0' })], [share]],
  after: [hostReads('P0')],
};

async function huntOn(faults: Faults, of: PairScene = scene): Promise<PairHunt> {
  const hunt = new PairHunt(new Scripted(faults), describedAs(linux73), of, linux73);
  await hunt.open();
  return hunt;
}

async function all(hunt: PairHunt): Promise<PairFound[]> {
  const found: PairFound[] = [];
  for await (const one of hunt.exhaustive(() => false)) found.push(one);
  return found;
}

test('with its locks no schedule is wrong, and each ending is judged once', async () => {
  const hunt = await huntOn({});
  expect(await all(hunt)).toEqual([]);
  // Two pairs, two CPUs to begin: no switch, one in each of five places, and one where the other gets as far as a lock.
  expect(hunt.tally).toMatchObject({ schedules: 2 * 2 * (1 + 5 + 1), endings: 4, restarts: 0 });
});

test('without locks two calls that share one page both succeed, which no order explains', async () => {
  const [found, ...others] = await all(await huntOn({ isLocked: false }));
  expect(found?.ending?.answers).toEqual([[{ ret: 0 }], [{ ret: 0 }]]);
  expect(found?.orders?.map(({ order, at, difference }) => [order, at?.cpu, difference.clause])).toEqual([
    [[0, 1], 1, 'SHARE-HYP-OWNED'],
    [[1, 0], 0, 'SHARE-HYP-OWNED'],
  ]);
  expect(turnsOf(found?.followed.steps ?? [])).toEqual([
    { cpu: 0, steps: 1 },
    { cpu: 1, steps: 2 },
    { cpu: 0, steps: 1 },
  ]);
  // Of a share and the opposite, each checks for the other's change: some order explains every schedule.
  expect(others).toEqual([]);
});

test('a drawn schedule is shrunk to at most three switches, and its file runs it again', async () => {
  const found = await (await huntOn({ isLocked: false })).sampled(7, 60, () => false);
  if (found === undefined) throw new Error('nothing was found');
  expect(found.schedule.length).toBeLessThanOrEqual(2);
  const text = JSON.stringify(pairFileOf(found, scene, describedAs(linux73), { seen: [], found: '' }));
  const file = parsePairFile(text) as PairFile;
  const runs = async (faults: Faults) => (await huntOn(faults, sceneOf(file))).run(file.pair, file.schedule);
  expect((await runs({ isLocked: false })).found?.ending?.answers).toEqual(found.ending?.answers);
  expect((await runs({})).found).toBeUndefined();
});

const unshare = call('host_unshare_hyp', { page: 'P0' });
const shownShared = { host: 'SHARED_OWNED', hyp: 'SHARED_BORROWED' } as const;
const judgeOf = (of: PairScene): PairJudge => {
  const survey = new Survey();
  for (const [i, question] of [share, unshare, call('host_share_hyp', { page: 'P1' })].entries())
    survey.add({ i, ...question, answer: {} });
  return new PairJudge(settingOf(headerOf(describedAs(linux73)), survey, linux73), of, []);
};

describe('where a CPU makes two calls', () => {
  const pair: Pair = [[on(0, share), on(0, unshare)], [on(1, share)]];
  const judged = (first: Ret, second: Ret, other: Ret, isShared: boolean) => {
    const states = { state: isShared ? { P0: shownShared } : {}, otherPagesChanged: 0 };
    const ending: PairEnding = { answers: [[{ ret: first }, { ret: second }], [{ ret: other }]], states, key: '' };
    return judgeOf({ ...scene, after: [] }).judge(pair, ending, []);
  };

  test.each<[string, Ret, Ret, Ret, boolean]>([
    ['before', 'EPERM', 0, 0, false],
    ['between', 0, 0, 'EPERM', false],
    ['behind', 0, 0, 0, true],
  ])('the other CPU may come %s', (_, one, two, other, isShared) => {
    expect(judged(one, two, other, isShared)).toBeUndefined();
  });

  test('what was over before a call began stays before it', () => {
    const at = (cpu: number, progress: 'next' | 'over'): Step => ({ cpu, progress, at: '' });
    const steps = [at(0, 'next'), at(1, 'over'), at(0, 'over')];
    expect(begunBy(steps)).toEqual([[0, 0], [0]]);
    const later = begunBy([at(1, 'over'), at(0, 'next'), at(0, 'over')]);
    expect(later).toEqual([[0, 1], [0]]);
    // Explained by both calls of CPU 0 first, which cannot be: the other was over when the second began.
    const states = { state: { P0: shownShared }, otherPagesChanged: 0 };
    const ending: PairEnding = { answers: [[{ ret: 0 }, { ret: 0 }], [{ ret: 0 }]], states, key: '' };
    const judge = judgeOf({ ...scene, after: [] });
    expect(judge.judge(pair, ending, [])).toBeUndefined();
    expect(judge.judge(pair, ending, [], later)?.map(({ order }) => order)).toEqual([
      [0, 1, 0],
      [1, 0, 0],
    ]);
  });

  test('their order is kept', () => {
    // The second call goes first in the one order that would explain it.
    expect(judged(0, 'EPERM', 'EPERM', true)?.map(({ order }) => order)).toEqual([
      [0, 0, 1],
      [0, 1, 0],
      [1, 0, 0],
    ]);
  });
});

test('an end of a VM that was refused beside a call about a VM may have changed nothing', () => {
  const [ends, ages] = [call('start_teardown_vm', { handle: 4096 }), call('tlb_flush_vmid', { handle: 4096 })];
  // A state that no order explains: all that are tried are told.
  const states = { state: { P1: shownShared }, otherPagesChanged: 0 };
  const tried = (beside: Question, ret: string) =>
    judgeOf({ ...scene, after: [] })
      .judge([[on(0, beside)], [on(1, ends)]], { answers: [[{}], [{ ret }]], states, key: '' }, [])
      ?.map(({ order }) => order);
  const whole = [
    [0, 1],
    [1, 0],
  ];
  expect(tried(ages, 'EINVAL')).toEqual([...whole, [0]]);
  expect(tried(ages, 'EPERM')).toEqual(whole);
  expect(tried(share, 'EINVAL')).toEqual(whole);
});

test('a call may have come to what the other CPU wrote into what it reads', () => {
  const states = { state: { P1: shownShared }, otherPagesChanged: 0 };
  const pair: Pair = [[on(0, share)], [on(1, unshare)]];
  const instead = [call('host_share_hyp', { page: 'P1' })];
  const ending: PairEnding = { answers: [[{ ret: 0 }], [{ ret: 'EPERM' }]], states, key: '' };
  const judged = (of: PairScene) => judgeOf({ ...of, after: [] }).judge(pair, ending, []);
  expect(judged(scene)?.length).toBe(2);
  expect(judged({ ...scene, instead })).toBeUndefined();
});

test('the way to what is wrong is made shorter, up to the call that it takes', async () => {
  const way = ['P1', 'C0', 'C1'].map((page) => call('host_unshare_hyp', { page }));
  const longer = { ...scene, prelude: way };
  const huntIn = (of: PairScene): PairHunt =>
    new PairHunt(new Scripted({ breaksIt: 'C0' }), describedAs(linux73), of, linux73);
  const hunt = huntIn(longer);
  await hunt.open();
  const [found] = await all(hunt);
  if (found === undefined) throw new Error('nothing was found');
  const from = { scene: longer, found };
  expect((await shorter(from, huntIn, Infinity)).scene.prelude).toEqual([way[1]]);
  expect((await shorter(from, huntIn, 0)).scene.prelude).toEqual(way);
});

test('answers that some order explains are wrong where its page states are others', async () => {
  const [found] = await all(await huntOn({ isForgetful: true }));
  expect(found?.orders?.map(({ at, difference }) => [at?.op, difference.what])).toEqual([
    [undefined, 'state of P0'],
    ['host_share_hyp', 'ret'],
  ]);
});

test('of all pairs those schedules come first on which one CPU is taken from its call; others lead along them', async () => {
  const hunt = await huntOn({});
  const turns: number[] = [];
  const leapt: number[][] = [];
  const run = hunt.run.bind(hunt);
  hunt.run = (pair, schedule, known) => {
    turns.push(Math.max(2, schedule.length));
    if (schedule.length === 3) leapt.push((known ?? []).map(({ length }, i) => length - (schedule[i]?.steps ?? 0)));
    return run(pair, schedule, known);
  };
  await all(hunt);
  expect(turns).toEqual([...turns].sort());
  expect(new Set(turns)).toEqual(new Set([2, 3]));
  expect(leapt).toEqual(leapt.map(() => [0, 0]));
});

test.each([{ isHasty: true }, { leapsAreLost: true }])(
  'what comes of long steps alone is not reported, but asked again step by step: %j',
  async (faults) => {
    const hunt = await huntOn(faults);
    expect(await all(hunt)).toEqual([]);
    expect(hunt.tally.restarts).toBeGreaterThan(0);
  },
);

test('a pair is not mirrored where both CPUs have the same calls', () => {
  const [one, other] = scene.calls[0] as [Question, Question];
  const namesOf = (calls: PairScene['calls']): string[][] =>
    pairsOf({ ...scene, calls }).map((pair) => pair.map(([first]) => first?.op ?? ''));
  const [shares, unshares] = ['host_share_hyp', 'host_unshare_hyp'];
  const list = [one, other];
  expect(namesOf([list, list])).toEqual([
    [shares, shares],
    [shares, unshares],
    [unshares, unshares],
  ]);
  expect(namesOf([list, [one]])).toHaveLength(2);
});

test('two locks that are taken in two orders end in a wait without end', async () => {
  const found = await all(await huntOn({ isCrossed: true }));
  expect(found.map(({ followed }) => followed.end)).toEqual(['hangs', 'hangs']);
});

test('who goes round without end hangs; who goes on for longer than is followed is left out, and said to be', async () => {
  const round = await all(await huntOn({ endless: 'round' }));
  expect(new Set(round.map(({ followed }) => followed.end))).toEqual(new Set(['hangs']));
  const hunt = await huntOn({ endless: 'on' });
  expect(await all(hunt)).toEqual([]);
  expect([...hunt.long]).toEqual(pairsOf(scene));
});

test('a machine that is lost once is started again; one that is lost twice is a finding', async () => {
  const once = await huntOn({ lostAfter: 3, losses: 1 });
  expect(await all(once)).toEqual([]);
  expect(once.tally.restarts).toBe(1);
  for (const failures of [1, 3]) {
    const silent = await huntOn({ failsAt: 3, failures });
    expect(await all(silent)).toEqual([]);
    expect(silent.tally.restarts).toBe(1);
  }
  await expect(all(await huntOn({ failsAt: 3, failures: 4 }))).rejects.toThrow('nobody answers');
  const [found] = await all(await huntOn({ lostAfter: 3 }));
  expect(found?.followed.steps.at(-1)).toEqual({ cpu: 0, progress: 'lost', at: 'EL2: panic' });
});

test('a machine that one call stops when it is made alone is a finding', async () => {
  const [found] = await all(await huntOn({ isLostAlone: true }));
  expect(found?.followed).toEqual({ steps: [{ cpu: 1, progress: 'lost', at: 'EL2: panic' }], end: 'lost' });
});

test('where the way to the scene is not answered as the rules say, nothing is said of the scene', async () => {
  await expect(huntOn({}, { ...scene, prelude: [share] })).rejects.toThrow(NoScene);
});

test('a file of the first version, with one call on each CPU, is read', () => {
  const ofFirst = {
    ...pairFileOf(someFound, scene, describedAs(linux73), { seen: [], found: '' }),
    pair: [share, share],
  };
  const file = parsePairFile(JSON.stringify({ ...ofFirst, version: 1 }));
  expect(file).toMatchObject({ pair: [[share], [share]] });
});

test.each([
  ['no JSON', '{"format":"pvm-pair"', 'expected a pair of calls as JSON'],
  ['a third CPU', '{"format":"pvm-pair","version":1,"schedule":[{"cpu":2,"steps":1}]}', 'expected a pair of calls: '],
])('a file with %s is refused in one line', (_, text, problem) => {
  expect(parsePairFile(text)).toContain(problem);
});
