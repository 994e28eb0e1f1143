import { describe, expect, test } from 'vitest';
import { done, TransitionSystem } from '../../spec/transition-system.ts';
import { android16 } from '../../spec/profiles/android16-6.12.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { argsLength } from '../../spec/language/run.ts';
import { devices } from '../scopes/android.ts';
import { full, startOf } from '../scopes/linux.ts';
import { directArguments, searchFor } from './directed.ts';
import { searchPlainly } from './directed-plain.ts';
import { Generator } from './generator.ts';
import { targetsOf, valuesOf } from './plan.ts';
import { Random } from './random.ts';

/** Both forms of every search of a machine, each with random numbers of its own. */
function searchesOf(system: TransitionSystem) {
  const [written, plain] = [new Random(0), new Random(0)];
  const all = [...system.rules.values()].flatMap((rule) => {
    const offered = Object.values(rule.rule.parameters).map((one) => Int32Array.from(valuesOf(system, one)));
    return [done, ...targetsOf(rule)].flatMap((target) => {
      const search = searchFor(system, rule, target, offered);
      const direct = directArguments(system, rule, target, offered, written);
      return search && direct ? [{ call: rule.rule.call, target, direct, plain: searchPlainly(search, plain) }] : [];
    });
  });
  const seed = (number: number): void => {
    written.seed(number);
    plain.seed(number);
  };
  const sameAfter = (): boolean => written.next() === plain.next();
  return { all, seed, sameAfter };
}

describe.each([
  { profile: linux73, scope: full },
  { profile: android16, scope: devices },
])('under $profile.name', ({ profile, scope }) => {
  test('a search that is written out finds what the plain one finds, with the same draws', () => {
    const system = new TransitionSystem(profile, scope.config);
    const { all, seed, sameAfter } = searchesOf(system);
    const state = startOf(system, scope);
    const generator = new Generator(system, new Random(7), scope.weights);
    const drawn = new Int32Array(argsLength);
    let found = 0;
    for (let step = 0; step < 25; step++) {
      for (const [i, { call, target, direct, plain }] of all.entries()) {
        const [one, other] = [new Int32Array(argsLength), new Int32Array(argsLength)];
        const before = state.cells.slice();
        seed(step * all.length + i);
        const answers = [direct(state, one), plain(state, other)];
        expect(answers[1], `${call} to ${target}`).toBe(answers[0]);
        expect(state.cells.every((cell, at) => cell === before[at])).toBe(true);
        expect(sameAfter(), `${call} to ${target} draws alike`).toBe(true);
        if (answers[0] !== true) continue;
        found++;
        expect(other).toEqual(one);
      }
      system.apply(state, generator.next(state, drawn), drawn);
      state.settle();
    }
    expect(found).toBeGreaterThan(500);
  });
});
