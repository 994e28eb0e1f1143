import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { fieldNames, fields, none } from '../../spec/state.ts';
import type { FieldShape } from '../../spec/state.ts';
import type { Question } from '../../spec/target.ts';
import type { TranscriptHeader } from '../../spec/transcript.ts';
import { Random } from '../generate/random.ts';
import { UnreadableEvent } from './calls.ts';
import { TranscriptChecker, settingOf } from './check.ts';
import { Survey } from './survey.ts';

const recording = new URL('../../targets/transcript/recorded/guided-7.3.4-nvhe.jsonl', import.meta.url);
const [header, ...lines] = readFileSync(recording, 'utf8').trimEnd().split('\n') as [string, ...string[]];
const events = lines.map((line) => JSON.parse(line) as Partial<Question>).filter((line) => 'op' in line) as Question[];

const numbers = [-1, 0.5, 511, 513, 4097, 2 ** 20, 2 ** 31, 2 ** 32, 2 ** 32 + 4096, 2 ** 40, 2 ** 52 + 64, 1e19, 1e300];
const texts = ['', 'P7', 'LAST0', 'AFTER0', 'WRAP0', 'MC0.0+31', 'P0..9', '__proto__', '0x0', '0xffffffffffffffff'];
const odd = [...numbers, ...texts, true, null];

const checkedEvery = 20;

/** One argument of an event is another number, or no number at all. */
function spoilt(event: Question, random: Random): Question {
  const names = Object.keys(event.args);
  const name = names[random.below(names.length)];
  if (name === undefined) return event;
  const alike = typeof event.args[name] === 'number' ? numbers : odd;
  const list = random.below(4) === 0 ? odd : alike;
  return { op: event.op, args: { ...event.args, [name]: list[random.below(list.length)] ?? null } };
}

/** Every cell holds what its field can hold: nothing was written into a neighbour. */
function isSound({ state, machine: { layout } }: TranscriptChecker): boolean {
  return fieldNames.every((name) => {
    const { values }: FieldShape = fields[name];
    const [least, most] = values === undefined ? [none, Infinity] : [0, values.length - 1];
    const cells = state.cells.subarray(layout.base[name], layout.base[name] + layout.size[name]);
    return cells.every((cell) => cell >= least && cell <= most);
  });
}

test('an event with any argument is answered, or its argument is named, and no cell gets what is not its own', () => {
  let [answered, refused] = [0, 0];
  for (let seed = 0; seed < 4; seed++) {
    const random = new Random(seed);
    const asked = events.map((event) => (random.below(4) === 0 ? spoilt(event, random) : event));
    const survey = new Survey();
    asked.forEach((event) => survey.add({ i: 0, ...event, answer: {} }));
    const checker = new TranscriptChecker(settingOf(JSON.parse(header) as TranscriptHeader, survey, linux73));
    for (const [i, event] of asked.entries()) {
      try {
        checker.expect(event);
        answered++;
      } catch (error) {
        if (!(error instanceof UnreadableEvent)) throw error;
        refused++;
      }
      if (i % checkedEvery === 0 && !isSound(checker)) expect.fail(`up to ${JSON.stringify(event)}`);
    }
  }
  expect(answered).toBeGreaterThan(1000);
  expect(refused).toBeGreaterThan(100);
});

test('a structure that starts on the last page ends there', () => {
  const { target } = JSON.parse(header) as TranscriptHeader;
  const sizes = { kvmPages: 2, vcpuPages: 3, hypVmPages: 2, hypVcpuPages: 3, pgdPages: 1, memcacheMin: 3 };
  const short = { target, profile: 'linux-7.3', pages: ['P0', 'P1'], blocks: {}, specialPages: {}, sizes };
  const checker = new TranscriptChecker(settingOf(short, new Survey(), linux73));
  const args = { vm: null, handle: 4096, hostVcpu: 'P1', index: 0, mem: 'P1', memOffset: 0 };
  expect(checker.expect({ op: 'init_vcpu', args }).answer).toEqual({ ret: 'ENOMEM' });
  expect(checker.expect({ op: 'reserve_vm', args: {} }).answer).toEqual({ ret: 4096, vm: 'VM0' });
});
