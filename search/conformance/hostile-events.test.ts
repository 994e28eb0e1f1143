import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import type { Question } from '../../spec/target.ts';
import type { TranscriptHeader } from '../../spec/transcript.ts';
import { Random } from '../generate/random.ts';
import { UnreadableEvent } from './calls.ts';
import { TranscriptChecker, settingOf } from './check.ts';
import { Survey } from './survey.ts';

const recording = new URL('../../targets/transcript/recorded/guided-7.3.4-nvhe.jsonl', import.meta.url);
const [header, ...lines] = readFileSync(recording, 'utf8').trimEnd().split('\n') as [string, ...string[]];
const events = lines.map((line) => JSON.parse(line) as Partial<Question>).filter((line) => 'op' in line) as Question[];

const numbers = [
  -1,
  0.5,
  511,
  513,
  4097,
  2 ** 20,
  2 ** 31,
  2 ** 32,
  2 ** 32 + 4096,
  2 ** 40,
  2 ** 52 + 64,
  1e19,
  1e300,
];
const texts = ['', 'P7', 'LAST0', 'AFTER0', 'WRAP0', 'MC0.0+31', 'P0..9', '__proto__', '0x0', '0xffffffffffffffff'];
const odd = [...numbers, ...texts, true, null];

/** One argument of an event is another number, or no number at all. */
function spoilt(event: Question, random: Random): Question {
  const names = Object.keys(event.args);
  const name = names[random.below(names.length)];
  if (name === undefined) return event;
  const alike = typeof event.args[name] === 'number' ? numbers : odd;
  const list = random.below(4) === 0 ? odd : alike;
  return { op: event.op, args: { ...event.args, [name]: list[random.below(list.length)] ?? null } };
}

test('an event with any argument is answered, or its argument is named', () => {
  let [answered, refused] = [0, 0];
  for (let seed = 0; seed < 40; seed++) {
    const random = new Random(seed);
    const asked = events.map((event) => (random.below(25) === 0 ? spoilt(event, random) : event));
    const survey = new Survey();
    asked.forEach((event) => survey.add({ i: 0, ...event, answer: {} }));
    const checker = new TranscriptChecker(settingOf(JSON.parse(header) as TranscriptHeader, survey, linux73));
    for (const event of asked) {
      try {
        checker.expect(event);
        answered++;
      } catch (error) {
        if (!(error instanceof UnreadableEvent)) throw error;
        refused++;
      }
    }
  }
  expect(answered).toBeGreaterThan(1000);
  expect(refused).toBeGreaterThan(100);
});

const { target } = JSON.parse(header) as TranscriptHeader;
const sizes = { kvmPages: 2, vcpuPages: 3, hypVmPages: 2, hypVcpuPages: 3, pgdPages: 1, memcacheMin: 3 };
const short = { target, profile: 'linux-7.3', pages: ['P0', 'P1'], blocks: { B0: 4 }, specialPages: {}, sizes };
const fresh = (): TranscriptChecker => new TranscriptChecker(settingOf(short, new Survey(), linux73));

test('a structure that starts on the last page ends there', () => {
  const checker = fresh();
  const args = { vm: null, handle: 4096, hostVcpu: 'B0+3', index: 0, mem: 'B0+3', memOffset: 0 };
  expect(checker.expect({ op: 'init_vcpu', args }).answer).toEqual({ ret: 'ENOMEM' });
  expect(checker.expect({ op: 'reserve_vm', args: {} }).answer).toEqual({ ret: 4096, vm: 'VM0' });
});

test.each([
  ['a list of more pages than there are', { first: 'B0+1', pages: 4 }, /4 pages lead beyond those/],
  ['a fraction of a page', { first: 'P0', pages: 0.5 }, /needs a whole number as pages, got 0.5/],
  [
    'fewer than no vCPU',
    { first: 'P0', pages: 1, vcpu: -1 },
    /needs a whole number of at most 64 bits as vcpu, got -1/,
  ],
])('%s cannot be asked for', (_, given, problem) => {
  const args = { vm: null, handle: 4096, vcpu: 0, ...given };
  expect(() => fresh().expect({ op: 'topup_memcache', args })).toThrow(problem);
});

test.each(['P0..1', 'B0+2..1', 'B0+1..4', 'B0+1..999999999999', 'B0..3', '__proto__'])(
  'a table of page states that names %s is refused',
  (name) => {
    const state = { [name]: { host: 'OWNED', hyp: 'NOPAGE' } };
    expect(() => fresh().checkState({ i: 0, state, otherPagesChanged: 0 })).toThrow(/declares no pages?/);
  },
);

test('a VM that is made for any number of vCPUs has as many as a state can hold', () => {
  const survey = new Survey();
  survey.add({ i: 0, op: 'init_vm', args: { nrVcpus: 2 ** 31 }, answer: {} });
  const checker = new TranscriptChecker(settingOf(short, survey, linux73));
  expect(checker.expect({ op: 'reserve_vm', args: {} }).answer).toEqual({ ret: 4096, vm: 'VM0' });
});
