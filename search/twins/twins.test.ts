import { readConfigureGlobal } from 'fast-check';
import { expect, test } from 'vitest';
import { noBoot } from '../../spec/boot/config.ts';
import { regimes } from '../../spec/boot/secrets.ts';
import { records, stages } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import { argsLength, passedAt } from '../../spec/language/run.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { CompiledRule } from '../../spec/transition-system.ts';
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
const walks = 1;
const length = 100;

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
  expect(compared).toBeGreaterThan((walks * length) / 8);
});

function heldAs(wanted: string): (typeof held)[number] {
  const found = held.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`unreachable: no twin is held as ${wanted}`);
  return found;
}

/** Runs seldom see a payload on record that the manager would not verify again. */
test('avf-15/images: the rules and the model agree about every payload beside every record', () => {
  const { system, twin, scope } = heldAs('avf-15/images');
  const { layout, config } = system;
  const { state } = begin(system, scope);
  const generator = new Generator(system, new Random(seed), scope.weights);
  const args = new Int32Array(argsLength);
  const cellOf = (field: FieldName): number => layout.base[field];
  const isReady = (cells: Int32Array): boolean =>
    cells[cellOf('stage')] === stages.indexOf('SYSTEM') && cells[cellOf('vmRegime')] === regimes.indexOf('RECORD');
  for (let left = 20_000; left > 0 && !isReady(state.cells); left--) {
    system.apply(state, generator.next(state, args), args);
    state.settle();
  }
  expect(isReady(state.cells)).toBe(true);
  const { apks, apexes, extras } = config.boot ?? noBoot;
  const rule = system.rule('manager_verify');
  const maker = new Maker(system);
  const answers = new Set<string>();
  for (const [record, recorded] of product<[number, number]>(apks.length, apexes.length)) {
    const cells = state.cells.slice();
    const disk = cells[cellOf('vmDisk')] ?? 0;
    cells[cellOf('vmNew')] = 0;
    cells[cellOf('guestRecord') + disk] = records.indexOf('SEALED');
    cells[cellOf('guestRecordSecret') + disk] = cells[cellOf('secret')] ?? 0;
    cells[cellOf('guestRecordApk') + disk] = record;
    cells[cellOf('guestRecordApex') + disk] = recorded;
    for (const [apk, apex, extra] of product<[number, number, number]>(apks.length, apexes.length, extras.length)) {
      const passed = argumentsOf(rule, { apk, apex, extra, writes: 4 });
      const outcome = maker.make(system, rule, cells, passed);
      const answered = asked(twin, cells, rule, passed);
      expect(answered && differenceTo(answered, outcome, rule, maker.state)).toBeUndefined();
      expect(answered).toBeDefined();
      answers.add(outcome.kind === 'denied' ? outcome.clause : outcome.kind);
    }
  }
  expect([...answers].sort()).toEqual([
    'APEX-RECORDED',
    'APEX-SIGNED',
    'APK-CONTENT',
    'APK-COUNT',
    'APK-EXTRA',
    'APK-RECORDED',
    'APK-SIGNED',
    'done',
  ]);
});

/** All rows of numbers of which each is below its size. */
const product = <S extends readonly number[]>(...sizes: S): readonly S[] =>
  sizes.reduce<number[][]>(
    (all, size) => all.flatMap((one) => Array.from({ length: size }, (_, n) => [...one, n])),
    [[]],
  ) as unknown as readonly S[];

function argumentsOf({ names }: CompiledRule, values: Readonly<Record<string, number>>): Int32Array {
  const passed = new Int32Array(argsLength);
  for (const [place, name] of names.entries()) {
    passed[place + 1] = values[name] ?? 0;
    passed[place + 1 + passedAt] = values[name] ?? 0;
  }
  return passed;
}
