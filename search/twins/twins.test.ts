import { readConfigureGlobal } from 'fast-check';
import { expect, test } from 'vitest';
import { argsLength } from '../../spec/language/run.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { Generator } from '../generate/generator.ts';
import { Random } from '../generate/random.ts';
import { begin } from '../scopes/linux.ts';
import { suitesOf } from '../scopes/suites.ts';
import { twinOf } from './all.ts';
import { asked, differenceTo, Maker } from './compare.ts';
import { Perturber } from './perturb.ts';

const isSame = (one: Int32Array | undefined, other: Int32Array): boolean =>
  one?.length === other.length && one.every((value, i) => value === other[i]);

const seed = readConfigureGlobal().seed ?? 1;
const walks = 3;
const length = 400;

const suites = [...profiles.keys()].flatMap((name) => suitesOf(name)).filter(({ unsafe }) => !unsafe);
const held = suites.flatMap(({ profile, scope }) => {
  const system = new TransitionSystem(profile, scope.config);
  const twin = twinOf(system);
  return twin === undefined ? [] : [{ name: `${profile.name}/${scope.name}`, system, twin, scope }];
});

test.each(held)(`$name: the rules and the model agree, with seed ${seed}`, ({ system, twin, scope }) => {
  const random = new Random(seed);
  const generator = new Generator(system, random, scope.weights);
  const [maker, perturber] = [new Maker(system), new Perturber(system.layout, random)];
  const { state } = begin(system, scope);
  const start = state.cells.slice();
  const args = new Int32Array(argsLength);
  let compared = 0;
  for (let step = 0; step < walks * length; step++) {
    if (step % length === 0) state.cells.set(start);
    const rule = generator.next(state, args);
    const normal = twin.normal(state.cells);
    // why: a matcher looks at each number by itself, and takes most of the time.
    if (!isSame(normal, state.cells)) expect(normal).toEqual(state.cells);
    perturber.see(state.cells);
    const near = twin.normal(perturber.cellsNear(state.cells, args, rule));
    for (const cells of [state.cells.slice(), ...(near === undefined ? [] : [near])]) {
      const passed = perturber.argsNear(args, rule);
      const answered = asked(twin, cells, rule, passed);
      if (answered === undefined) continue;
      const outcome = maker.make(system, rule, cells, passed);
      const difference = differenceTo(answered, outcome, rule, maker.state);
      if (difference !== undefined) expect.fail(difference);
      compared++;
    }
    system.apply(state, rule, args);
    state.settle();
  }
  expect(compared).toBeGreaterThan((walks * length) / 4);
});
