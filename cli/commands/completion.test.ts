/** What each shell offers when the key is pressed, asked of the shells themselves. */
import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { clauses } from '../../spec/clauses.generated.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { shells } from '../completion/scripts.ts';
import type { Shell } from '../completion/scripts.ts';
import { pvmSpec } from '../in-process.ts';
import { commands } from './all.ts';

const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ');

/** How a shell is asked, without a terminal, what it offers behind the last of these words. */
const press: Readonly<Record<Shell, (words: readonly string[]) => string>> = {
  bash: (words) =>
    `COMP_WORDS=(${quoted(['pvm-spec', ...words])}); COMP_CWORD=${words.length}; _pvm_spec; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (words) => `words=(${quoted(['pvm-spec', ...words])}); CURRENT=${words.length + 1}; _pvm_spec`,
  fish: (words) => `complete --do-complete ${quoted([['pvm-spec', ...words].join(' ')])}`,
};
/** zsh completes in its line editor alone: what the script hands over is printed instead. */
const before: Readonly<Record<Shell, string>> = {
  bash: '',
  zsh: `compdef() { : }; _files() { print files }; compadd() { shift; print -l -- "\${(@M)argv:#\${words[CURRENT]}*}" }`,
  fish: '',
};
const plain: Readonly<Record<Shell, string>> = { bash: '--norc', zsh: '-f', fish: '--no-config' };

const beginning = (names: Iterable<string>, start: string): string[] =>
  [...names].filter((name) => name.startsWith(start));

describe.each(shells)('%s', (shell) => {
  const installed = spawnSync(shell, ['-c', 'true']).status === 0;
  if (!installed) console.log(`skipped: ${shell} completes the command line here; install ${shell}`);

  let script = '';
  beforeAll(async () => {
    ({ stdout: script } = await pvmSpec('completion', shell));
  });

  function offered(...words: readonly string[]): string[] {
    const text = [before[shell], script, press[shell](words)].join('\n');
    const { status, stdout, stderr } = spawnSync(shell, [plain[shell], '-c', text], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout
      .split('\n')
      .filter((word) => word !== '')
      .sort();
  }

  test.skipIf(!installed)('offers the commands, and the commands below one', () => {
    expect(offered('')).toEqual(expect.arrayContaining(Object.keys(commands)));
    expect(offered('trace', 'ch')).toEqual(['check']);
  });

  test.skipIf(!installed)('offers profiles, clauses and choices where they are taken', () => {
    expect(offered('verify', '--profile', 'l')).toEqual(beginning(profiles.keys(), 'l').sort());
    expect(offered('verify', '--seed', '1', '--clause', 'MEM-W')).toEqual(
      beginning(Object.keys(clauses), 'MEM-W').sort(),
    );
    expect(offered('diff', 'linux-6.1', 'linux-7')).toEqual(beginning(profiles.keys(), 'linux-7').sort());
    expect(offered('export', '--format', 'mur')).toEqual(['murphi']);
    expect(offered('trace', 'check', '--pro')).toEqual(['--profile']);
  });

  test.skipIf(!installed)('offers nothing of its own behind an option that takes anything', () => {
    const words = [...Object.keys(commands), ...Object.keys(clauses)];
    expect(offered('verify', '--seed', '').filter((name) => words.includes(name))).toEqual([]);
    expect(offered('verify', '--see')).toEqual(['--seed']);
  });
});

test('a shell that there is no script for is exit status 2, in one line', async () => {
  const { status, stdout, stderr } = await pvmSpec('completion', 'csh');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^pvm-spec: [^\n]*csh[^\n]*bash[^\n]*\n$/);
});
