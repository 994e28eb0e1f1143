import { readFileSync } from 'node:fs';
import { readConfigureGlobal } from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Case } from '../../search/evidence/corpus.ts';
import { casesOf, planOf, plannedIn } from '../../search/evidence/corpus.ts';
import { isAlgorithm, isContentType, isCriticalList } from '../../model/cose/registry.ts';
import { optionsNamed } from '../../search/evidence/option-sets.ts';
import { allMistakes } from './mistakes/all.ts';
import { placesOf, verifierWith } from './planted.ts';
import { verify } from './plain-verifier/verify.ts';
import type { Strength } from './strength.ts';
import { survivorsOf, wrongOn } from './strength.ts';

const kept = JSON.parse(readFileSync(new URL('./results.json', import.meta.url), 'utf8')) as Strength;
/** A third of the mistakes, by the seed. */
const third = (readConfigureGlobal().seed ?? 1) % 3;
const some = allMistakes.filter((_, i) => i % 3 === third);
const killers = new Map(kept.tried.map(({ id, killer }) => [id, killer?.tcId]));

test('each mistake has a name of its own, and changes one place', () => {
  expect(new Set(allMistakes.map(({ id }) => id)).size).toBe(allMistakes.length);
  expect(allMistakes.filter((one) => placesOf(one) !== 1).map(({ id }) => id)).toEqual([]);
  expect(allMistakes.length).toBeGreaterThanOrEqual(90);
});

test('each mistake is found, or said to be equivalent', () => {
  expect(survivorsOf(kept).map(({ id }) => id)).toEqual([]);
});

describe('the numbers that count as registered', () => {
  const page = readFileSync(new URL('../../docs/vectors.md', import.meta.url), 'utf8');
  const plain = readFileSync(new URL('./plain-verifier/headers.ts', import.meta.url), 'utf8');
  const listed = [
    { name: 'algorithms', isRegistered: isAlgorithm, first: -65_536 },
    { name: 'header parameters', isRegistered: (value: number) => isCriticalList([value]), first: -1000 },
    { name: 'content formats', isRegistered: isContentType, first: -1 },
  ];

  test.each(listed)(
    '$name are the same here, on the page, and to the plain verifier',
    ({ name, isRegistered, first }) => {
      const numbers = new RegExp(`^\\| ${name} \\| (.*) \\|$`, 'm').exec(page)?.[1] ?? '';
      const ranges = numbers.split(', ').map((range) => range.split(' to ').map(Number));
      const isListed = (value: number): boolean =>
        ranges.some(([from = NaN, to = from]) => from <= value && value <= to);
      const all = Array.from({ length: 12_000 - first }, (_, at) => first + at);
      expect(all.filter((value) => isRegistered(value) !== isListed(value))).toEqual([]);
      expect(plain).toContain(`'${numbers}'`);
    },
  );
});

describe('the corpus', () => {
  const cases = new Map<number, Case>();
  beforeAll(() => {
    const wanted = new Set(some.map(({ id }) => killers.get(id)));
    const planned = plannedIn(planOf(1, 0, 1)).filter(({ tcId }) => wanted.has(tcId));
    for (const one of casesOf(planned)) cases.set(one.tcId, one);
  }, 60_000);

  test('is decided rightly by the plain verifier', () => {
    const wrong = [...cases.values()].filter((one) => {
      const decided = verify(one.evidence, optionsNamed(one.options));
      return (decided === 'denied') !== (one.result !== 'valid');
    });
    expect(wrong.map(({ comment }) => comment)).toEqual([]);
  });

  test('shows each mistake in the case that is written down', () => {
    const unseen = some.filter((mistake) => {
      const one = cases.get(killers.get(mistake.id) ?? -1);
      if (mistake.equivalent !== undefined) return one !== undefined;
      return one === undefined || wrongOn(verifierWith(mistake), one) === undefined;
    });
    expect(unseen.map(({ id }) => id)).toEqual([]);
  });
});
