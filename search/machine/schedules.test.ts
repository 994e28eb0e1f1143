import { describe, expect, test } from 'vitest';
import { Contention } from './contention.ts';
import { scenes } from './scenes.ts';
import { schedulesOf } from './schedules.ts';
import type { Programs } from './schedules.ts';

const contentions = new Map(scenes.map((scene) => [scene.name, new Contention(scene)]));
const inScene = (name: string): Contention => {
  const found = contentions.get(name);
  if (found === undefined) throw new Error(`no scene ${name}`);
  return found;
};

/** The CPU of each step, for all schedules of two calls. */
function schedules(one: string, other: string): string[] {
  const contention = inScene('a page with a secret');
  const pair = contention.pairs().find(([[first], [second]]) => first.call === one && second.call === other);
  if (pair === undefined) throw new Error(`no pair of ${one} and ${other}`);
  return [...schedulesOf(contention.harness, pair)].map(({ steps }) => steps.map(({ cpu }) => cpu).join('')).sort();
}

describe('every schedule of two calls', () => {
  test('is every way to merge their steps, where none of them waits', () => {
    expect(schedules('guest_read', 'guest_read')).toEqual(['0011', '0101', '0110', '1001', '1010', '1100']);
  });

  test('leaves out that a CPU asks again for a lock that another one holds', () => {
    // The guest's call has the host's lock between its third step and its fourth; the host's call takes it in its
    // second.
    const merges = schedules('guest_mem_share', 'host_share_hyp');
    expect(merges).toHaveLength(15 - 4);
    expect(merges.filter((cpus) => cpus.slice(0, cpus.lastIndexOf('1')).replaceAll('1', '') === '000')).toEqual([]);
  });
});

test('a call that lets go of a lock and goes on is held to no order with two calls beside it', () => {
  // A page that is lent is recorded first: the host has lost it, and the secure world does not have it yet.
  const contention = inScene('a page to give');
  const isAboutLending = ([one, other]: Programs): boolean =>
    one.map(({ call }) => call).join() === 'host_read,secure_read' && other[0].call === 'ffa_lend';
  const races = contention
    .sequences()
    .filter(isAboutLending)
    .map((programs) => contention.race(programs));
  expect(races).toEqual([undefined]);
});

describe('whatever two CPUs do about one thing, on every schedule nothing breaks', () => {
  test.each(['a VM at rest', 'a handle'])('%s', (name) => {
    const contention = inScene(name);
    const races = contention.pairs().flatMap((pair) => contention.race(pair) ?? []);
    expect(races).toEqual([]);
  });
});
