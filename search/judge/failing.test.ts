import { describe, expect, test } from 'vitest';
import { compile } from '../../spec/language/compile.ts';
import { argsLength, MissingCell, orError } from '../../spec/language/run.ts';
import type { Args } from '../../spec/language/run.ts';
import type { State } from '../../spec/state.ts';
import { bindingOf, done } from '../../spec/transition-system.ts';
import type { CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import { Generator } from '../generate/generator.ts';
import { Random } from '../generate/random.ts';
import { Walk } from '../generate/walk.ts';
import { systemOf } from '../rules/systems.ts';
import { startOf } from '../scopes/linux.ts';
import { nameOf } from '../scopes/suite.ts';
import { suitesOf } from '../scopes/suites.ts';
import { Coverage } from './coverage.ts';
import { failingBeside, inTurn } from './failing.ts';
import type { CountFailing } from './failing.ts';

const suite = (name: string) => suitesOf().find((one) => nameOf(one) === name) ?? expect.fail(`no ${name}`);

/** Nothing where a cell that is not there is asked for. */
function orNothing<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof MissingCell) return undefined;
    throw error;
  }
}

/** The definition: each guard behind the one that refuses is asked by itself, after what goes before it has happened. */
function askedOneByOne({ layout }: TransitionSystem, rule: CompiledRule, first: number, state: State, args: Args) {
  const binding = { ...bindingOf(rule.rule, layout), within: orError };
  const { guards } = rule;
  let after = state.fork();
  const failing: number[] = [];
  const place = rule.rule.guards.indexOf(guards[first] as (typeof guards)[number]);
  for (const step of rule.rule.guards.slice(place + 1)) {
    if (step.kind === 'onFailure') {
      const next = after.fork();
      const isDone = orNothing(() => (compile(step.effect, binding)(next, args), true));
      after = isDone === true ? next : state.fork();
    } else if (step.error !== guards[first]?.error) {
      const holds = orNothing(() => compile(step.condition, binding)(after, args));
      if (holds === false) failing.push(guards.indexOf(step));
    }
  }
  return failing;
}

describe('the guards that fail too', () => {
  test.each([
    ['linux-7.3/full', 3],
    ['linux-7.3/non-protected', 4],
    ['avf-15/images', 1],
  ])('are those that fail when each is asked by itself: %s', (name, sequences) => {
    const { profile, scope } = suite(name);
    const system = systemOf(profile, scope.config);
    const random = new Random(7);
    const generator = new Generator(system, random, scope.weights);
    const args = new Int32Array(argsLength);
    const plainOf = new Map<CompiledRule, CountFailing>();
    let pairs = 0;
    for (let sequence = 0; sequence < sequences; sequence++) {
      const state = startOf(system, scope);
      for (let step = 0; step < 150; step++) {
        const rule = generator.next(state, args);
        const guard = system.apply(state, rule, args);
        if (guard !== done) {
          const [left, journal] = [state.cells.slice(), state.written];
          const failing = failingBeside(rule, guard, state, args);
          expect([state.cells, state.written]).toEqual([left, journal]);
          expect(failing, rule.rule.call).toEqual(askedOneByOne(system, rule, guard, state, args));
          const counts = new Float64Array(rule.guards.length);
          const plain = plainOf.get(rule) ?? inTurn(rule, system.layout);
          plainOf.set(rule, plain);
          plain(state, args, guard, counts, 0);
          expect(
            [...counts.keys()].filter((one) => counts[one] === 1),
            rule.rule.call,
          ).toEqual(failing);
          pairs += failing.length;
        }
        state.settle();
      }
    }
    expect(pairs).toBeGreaterThan(20);
  });
});

describe('a walk', () => {
  const { profile, scope } = suite('linux-7.3/full');
  const system = systemOf(profile, scope.config);
  const seenBy = (goals: boolean): Coverage => {
    const walk = new Walk(system, scope, [], { goals });
    for (let seed = 0; seed < 10; seed++) walk.run(seed, 300);
    return walk.coverage;
  };
  const numberOf = (coverage: Coverage): number => coverage.report().flatMap(({ pairs }) => pairs).length;

  test('counts the pairs that it meets, and meets more of them where they are its goals', () => {
    const [plain, directed] = [seenBy(false), seenBy(true)];
    expect(numberOf(plain)).toBeGreaterThan(80);
    expect(numberOf(directed)).toBeGreaterThan(numberOf(plain));
  });

  test('is the same for the same seed, whatever was drawn before it', () => {
    const walk = new Walk(system, scope, [], { goals: true });
    walk.run(1, 300);
    const first = walk.calls();
    walk.run(2, 300);
    walk.run(1, 300);
    expect(walk.calls()).toEqual(first);
  });

  test('adds to what another has counted', () => {
    const [one, both] = [seenBy(false), new Coverage(system)];
    both.merge(one);
    both.addNumbers(one.numbers);
    const counts = (coverage: Coverage): number[] =>
      coverage.report().flatMap(({ pairs }) => pairs.map((p) => p.count));
    expect(counts(both)).toEqual(counts(one).map((count) => 2 * count));
  });
});
