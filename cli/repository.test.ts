import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('package-lock.json names no registry', () => {
  const lock = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
  const hosted = lock.split('\n').filter((line) => /"resolved":|\.tgz"/.test(line));
  expect(hosted).toEqual([]);
});
