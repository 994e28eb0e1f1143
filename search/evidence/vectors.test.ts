import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { casesOf, planOf, plannedIn } from './corpus.ts';
import { vectorsOf } from './vectors.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../docs/schemas/vectors.schema.json', import.meta.url), 'utf8'),
) as object;
const isValid = new Ajv({ allErrors: true }).compile(schema);

const planned = plannedIn(planOf(1, 3, 1)).filter((_, at) => at % 40 === 0);
const vectors = vectorsOf([...casesOf(planned)], '1.2.3');

test('the file is as its schema says', () => {
  isValid(vectors);
  expect(isValid.errors).toBeNull();
  expect(vectors.numberOfTests).toBe(vectors.testGroups.flatMap(({ tests }) => tests).length);
});

test('a file that is not is refused', () => {
  expect(isValid({ ...vectors, license: 'MIT' })).toBe(false);
  const [group] = vectors.testGroups;
  const tests = group?.tests.map((one) => ({ ...one, result: 'perhaps' }));
  expect(isValid({ ...vectors, testGroups: [{ ...group, tests }] })).toBe(false);
});

test('there is a note for each flag, and no group twice', () => {
  const flags = new Set(vectors.testGroups.flatMap(({ tests }) => tests.flatMap((one) => one.flags)));
  expect(Object.keys(vectors.notes).sort()).toEqual([...flags].sort());
  const names = vectors.testGroups.map(({ type, optionsName }) => `${type} ${optionsName}`);
  expect(new Set(names).size).toBe(names.length);
});
