import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { clauses } from '../../spec/clauses.generated.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { pvmSpec } from '../in-process.ts';
import { commands } from './all.ts';

let script = '';
beforeAll(async () => {
  ({ stdout: script } = await pvmSpec('completion', 'bash'));
});

/** What bash offers when the key is pressed behind the last of these words. */
function offered(...words: readonly string[]): string[] {
  const line = ['pvm-spec', ...words].map((word) => `'${word}'`).join(' ');
  const press = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _pvm_spec; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', `${script}\n${press}`], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter((word) => word !== '');
}

const beginning = (names: Iterable<string>, start: string): string[] =>
  [...names].filter((name) => name.startsWith(start));

test('bash offers the commands, and the commands below one', () => {
  expect(offered('')).toEqual(expect.arrayContaining(Object.keys(commands)));
  expect(offered('trace', 'ch')).toEqual(['check']);
});

test('bash offers profiles, clauses and choices where they are taken', () => {
  expect(offered('verify', '--profile', 'l')).toEqual(beginning(profiles.keys(), 'l'));
  expect(offered('verify', '--seed', '1', '--clause', 'MEM-W')).toEqual(beginning(Object.keys(clauses), 'MEM-W'));
  expect(offered('diff', 'linux-6.1', 'linux-7')).toEqual(beginning(profiles.keys(), 'linux-7'));
  expect(offered('export', '--format', 'mur')).toEqual(['murphi']);
  expect(offered('trace', 'check', '--pro')).toEqual(['--profile']);
});

test('behind an option that takes anything, it offers nothing of its own', () => {
  expect(offered('verify', '--seed', '')).toEqual([]);
  expect(offered('verify', '--se')).toEqual(['--seed']);
});

test('a shell that there is no script for is exit status 2, in one line', async () => {
  const { status, stdout, stderr } = await pvmSpec('completion', 'csh');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^pvm-spec: [^\n]*csh[^\n]*bash[^\n]*\n$/);
});
