import { describe, expect, test } from 'vitest';
import { Machine } from '../../spec/machine.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { argsLength } from '../../spec/term.ts';
import { allProperties } from '../../properties/chapters.ts';
import { Draw } from '../generate/generator.ts';
import { Judge } from './judge.ts';
import { Ledger } from '../../properties/ghost.ts';
import { guardsOf } from '../guards/mutation.ts';
import { isLaw } from '../../properties/property.ts';
import { Random } from '../generate/random.ts';
import { Walk } from '../generate/walk.ts';
import { begin, bare, full, lifecycle, nonProtected, pages, reused, single } from '../scopes/linux.ts';
import type { NamedWorld } from '../scopes/linux.ts';

const small = [bare, pages, reused, single, lifecycle];

/** Follow a drawn sequence with the fast form; at each step the definition must agree. */
function compare(machine: Machine, named: NamedWorld, seed: number, length: number): number {
  const { state, ledger } = begin(machine, named);
  const judge = new Judge(machine, state, allProperties(machine).filter(isLaw), ledger);
  const draw = new Draw(machine, new Random(seed), named.weights);
  const args = new Int32Array(argsLength);
  for (let step = 1; step <= length; step++) {
    const rule = draw.next(state, args);
    const violation = judge.judge(rule, args, machine.apply(state, rule, args));
    const counted = new Ledger(machine.layout);
    counted.recount(judge.now, judge.ledger);
    expect(counted.differsFrom(judge.ledger)).toBeUndefined();
    const broken = judge.brokenNow();
    if (violation === undefined) expect(broken).toEqual([]);
    if (violation?.property.kind === 'always') expect(broken).toContainEqual(violation);
    if (violation !== undefined || broken.length > 0) return step;
  }
  return length;
}

describe('the fast form of the properties agrees with their definition', () => {
  test.each([...small, full, nonProtected])('in the world $name', (named) => {
    const machine = new Machine(linux73, named.world);
    for (let seed = 1; seed <= 4; seed++) expect(compare(machine, named, seed, 250)).toBe(250);
  });

  test.each(guardsOf(linux73))('without $clause of $call', (without) => {
    for (const named of small) {
      const machine = new Machine(linux73, named.world, without);
      for (let seed = 1; seed <= 3; seed++) compare(machine, named, seed, 80);
    }
  });
});

describe('a walk', () => {
  test.each([...small, full, nonProtected])('breaks nothing in the world $name', (named) => {
    const machine = new Machine(linux73, named.world);
    const walk = new Walk(machine, named, allProperties(machine));
    for (let seed = 1; seed <= 20; seed++) expect(walk.run(seed, 500).violation).toBeUndefined();
  });

  test('is the same for the same seed, and another for another', () => {
    const machine = new Machine(linux73, full.world);
    const calls = (seed: number) => {
      const walk = new Walk(machine, full, []);
      walk.run(seed, 200);
      return walk.calls();
    };
    expect(calls(7)).toEqual(calls(7));
    expect(calls(7)).not.toEqual(calls(8));
  });

  test('takes back what it looked at', () => {
    const machine = new Machine(linux73, lifecycle.world);
    const { state, ledger } = begin(machine, lifecycle);
    const judge = new Judge(machine, state, allProperties(machine), ledger);
    const draw = new Draw(machine, new Random(3), lifecycle.weights);
    const args = new Int32Array(argsLength);
    const counted = new Ledger(machine.layout);
    for (let step = 0; step < 2000; step++) {
      const before = state.cells.slice();
      counted.copyFrom(judge.ledger);
      const rule = draw.next(state, args);
      judge.look(rule, args, machine.apply(state, rule, args));
      judge.undo();
      expect(state.cells).toEqual(before);
      expect(judge.ledger.differsFrom(counted)).toBeUndefined();
      judge.judge(rule, args, machine.apply(state, rule, args));
    }
  });
});
