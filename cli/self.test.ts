import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quoted, selfCommand } from './self.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'pvm self-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('npx finds the package of the folder, and what is installed above it', () => {
  const [own, user] = [join(folder, 'own/docs'), join(folder, 'user/deep')];
  [own, user, join(folder, 'user/node_modules/.bin')].forEach((one) => mkdirSync(one, { recursive: true }));
  writeFileSync(join(folder, 'own/package.json'), '{"name":"pvm-spec"}');
  writeFileSync(join(folder, 'user/package.json'), '{"name":"another"}');
  expect(selfCommand(user, '/x/pvm-spec.mjs')).toBe('node /x/pvm-spec.mjs');
  writeFileSync(join(folder, 'user/node_modules/.bin/pvm-spec'), '');
  expect([selfCommand(own), selfCommand(user)]).toEqual(['npx pvm-spec', 'npx pvm-spec']);
});

test('anywhere else it is the script that was called', () => {
  expect(selfCommand(folder, join(folder, 'cli/pvm-spec.mjs'))).toBe('node cli/pvm-spec.mjs');
  expect(selfCommand('/', join(folder, 'pvm-spec.mjs'))).toMatch(/^node '.*pvm self-.*pvm-spec\.mjs'$/);
});

test('a word is quoted where a shell would read more than a word', () => {
  expect([quoted('stdio:./a'), quoted("it's")]).toEqual(['stdio:./a', "'it'\\''s'"]);
});
