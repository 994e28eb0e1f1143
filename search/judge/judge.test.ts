import { describe, expect, test } from 'vitest';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { argsLength } from '../../spec/language/run.ts';
import { allProperties } from '../../properties/chapters.ts';
import { Generator } from '../generate/generator.ts';
import { Judge } from './judge.ts';
import { CountedGhost } from '../../properties/ghost-counting.ts';
import { guardsOf } from '../guards/mutation.ts';
import { isLaw } from '../../properties/property.ts';
import { Random } from '../generate/random.ts';
import { Walk } from '../generate/walk.ts';
import { begin, bare, full, lifecycle, nonProtected, pages, reused, single } from '../scopes/linux.ts';
import type { Scope } from '../scopes/linux.ts';

const small = [bare, pages, reused, single, lifecycle];

/** Follow a drawn sequence with the fast form; at each step the definition must agree. */
function compare(system: TransitionSystem, scope: Scope, seed: number, length: number): number {
  const { state, ghost } = begin(system, scope);
  const judge = new Judge(system, state, allProperties(system).filter(isLaw), ghost);
  const generator = new Generator(system, new Random(seed), scope.weights);
  const args = new Int32Array(argsLength);
  for (let step = 1; step <= length; step++) {
    const rule = generator.next(state, args);
    const violation = judge.judge(rule, args, system.apply(state, rule, args));
    const counted = new CountedGhost(system.layout);
    counted.recount(judge.now, judge.ghost);
    const differs = counted.differsFrom(judge.ghost);
    if (differs !== undefined) expect(differs).toBeUndefined();
    const broken = judge.brokenNow();
    if (violation === undefined && broken.length > 0) expect(broken).toEqual([]);
    if (violation?.property.kind === 'always') expect(broken).toContainEqual(violation);
    if (violation !== undefined || broken.length > 0) return step;
  }
  return length;
}

describe('the fast form of the properties agrees with their definition', () => {
  test.each([...small, full, nonProtected])('in the scope $name', (scope) => {
    const system = new TransitionSystem(linux73, scope.config);
    for (let seed = 1; seed <= 2; seed++) expect(compare(system, scope, seed, 200)).toBe(200);
  });

  test.each(guardsOf(linux73).map((without, at) => ({ ...without, at })))(
    'without $clause of $call',
    ({ at, ...without }) => {
      // Each in two of the small scopes, which take turns.
      for (const scope of small.filter((_, i) => (i + at) % small.length < 2)) {
        const system = new TransitionSystem(linux73, scope.config, without);
        compare(system, scope, 1, 80);
      }
    },
  );
});

describe('a walk', () => {
  test.each([...small, full, nonProtected])('breaks nothing in the scope $name', (scope) => {
    const system = new TransitionSystem(linux73, scope.config);
    const walk = new Walk(system, scope, allProperties(system));
    for (let seed = 1; seed <= 8; seed++) expect(walk.run(seed, 500).violation).toBeUndefined();
  });

  test('is the same for the same seed, and another for another', () => {
    const system = new TransitionSystem(linux73, full.config);
    const calls = (seed: number) => {
      const walk = new Walk(system, full, []);
      walk.run(seed, 200);
      return walk.calls();
    };
    expect(calls(7)).toEqual(calls(7));
    expect(calls(7)).not.toEqual(calls(8));
  });

  test('takes back what it looked at', () => {
    const system = new TransitionSystem(linux73, lifecycle.config);
    const { state, ghost } = begin(system, lifecycle);
    const judge = new Judge(system, state, allProperties(system), ghost);
    const generator = new Generator(system, new Random(3), lifecycle.weights);
    const args = new Int32Array(argsLength);
    const counted = new CountedGhost(system.layout);
    for (let step = 0; step < 2000; step++) {
      const before = state.cells.slice();
      counted.copyFrom(judge.ghost);
      const rule = generator.next(state, args);
      judge.look(rule, args, system.apply(state, rule, args));
      judge.undo();
      const changed = before.findIndex((value, i) => value !== state.cells[i]);
      const differs = judge.ghost.differsFrom(counted);
      if (changed >= 0 || differs !== undefined) expect({ step, changed, differs }).toEqual({ step });
      judge.judge(rule, args, system.apply(state, rule, args));
    }
  });
});
