import { expect, test } from 'vitest';
import { parseCounterexample } from './file.ts';

const rest = { name: 'a.b', profile: 'p', breaks: 'MEM-PRIVATE', property: 'it holds' };
const calls = [{ call: 'vcpu_put', cpu: 0, args: {} }];
const turn = { call: 1, steps: 2, at: 'end' };

test('a file under the former keys is read as one under those of today', () => {
  const former = { ...rest, world: 'pages', calls, schedule: [{ ...turn, lets: 3 }] };
  const today = { ...rest, scope: 'pages', calls, schedule: [{ ...turn, preemptedBy: 3 }] };
  expect(parseCounterexample(JSON.stringify(former))).toEqual(today);
  expect(parseCounterexample(JSON.stringify(today))).toEqual(today);
});

test.each([
  ['no scope', { ...rest, calls }, /^expected a counterexample: scope: /],
  ['a key that never was', { ...rest, scope: 'pages', calls, place: 'there' }, /^expected a counterexample: .*place/],
  ['no object', [], /^expected a counterexample: /],
])('%s is told in one line', (_, value, problem) => {
  expect(parseCounterexample(JSON.stringify(value))).toMatch(problem);
});
