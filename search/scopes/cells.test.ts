import { readConfigureGlobal } from 'fast-check';
import { expect, test } from 'vitest';
import { argsLength } from '../../spec/language/run.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { Generator } from '../generate/generator.ts';
import { Random } from '../generate/random.ts';
import { begin } from './linux.ts';
import { suitesOf } from './suites.ts';

const seed = readConfigureGlobal().seed ?? 1;
const walks = 5;
const length = 400;
const suites = [...profiles.keys()].flatMap((name) => suitesOf(name));
const all = suites.map(({ profile, scope }) => ({ name: `${profile.name}/${scope.name}`, profile, scope }));

test.each(all)(`$name: no rule touches a cell that is not there, with seed ${seed}`, ({ profile, scope }) => {
  const system = new TransitionSystem(profile, scope.config, undefined, { checked: true });
  const random = new Random(seed);
  const generator = new Generator(system, random, scope.weights);
  const { state } = begin(system, scope);
  const start = state.cells.slice();
  const args = new Int32Array(argsLength);
  let calls = 0;
  for (let step = 0; step < walks * length; step++) {
    if (step % length === 0) state.cells.set(start);
    const rule = generator.next(state, args);
    // Nobody is there to make it: a device where there are none.
    const isMade = Object.values(rule.rule.parameters).every(({ values }) => values(scope.config).length > 0);
    if (!isMade) continue;
    // why: a matcher at each step would take most of the time.
    try {
      system.apply(state, rule, args);
    } catch (error) {
      const made = `${rule.rule.call}(${rule.names.map((name, i) => `${name} ${args[i + 1]}`).join(', ')})`;
      expect.fail(`${made}: ${String(error)}`);
    }
    calls++;
    state.settle();
  }
  expect(calls).toBeGreaterThan(length);
});
