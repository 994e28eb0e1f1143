/** The samples of output in the documentation are what the commands print; a line `…` stands for any lines. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = new URL('..', import.meta.url).pathname;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pvm-samples-'));
  symlinkSync(join(root, 'targets'), join(folder, 'targets'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Sample {
  readonly place: string;
  /** Commands, each with the lines that it is said to print. */
  readonly commands: readonly { readonly command: string; readonly lines: readonly string[] }[];
}

function samplesIn(file: string): Sample[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^```\w*\n(\$ [^]*?)^```$/gm)].map((match) => {
    const place = `${file}:${text.slice(0, match.index).split('\n').length + 1}`;
    const commands = (match[1] ?? '')
      .split(/^\$ /m)
      .slice(1)
      .map((part) => part.trimEnd().split('\n'))
      .map(([command = '', ...lines]) => ({ command, lines }));
    return { place, commands };
  });
}

/** The lines as a pattern: `…` alone is any lines, and within a line any text. */
function pattern(lines: readonly string[]): RegExp {
  const parts = lines.map((line) =>
    line === '…' ? '(?:.*\\n)*?' : `${line.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('…', '.*')}\\n`,
  );
  return new RegExp(`^${parts.join('')}$`);
}

const pages = ['README.md', 'docs/ci.md', 'docs/targets.md', 'docs/transcripts.md'];
const samples = pages.flatMap(samplesIn);
const lacking = ['gcc', 'python3'].filter((tool) => spawnSync(tool, ['--version']).status !== 0);
const why = lacking.length === 0 ? '' : ` (left out: there is no ${lacking.join(', no ')} here)`;

describe.runIf(lacking.length === 0)(`what the documentation shows${why}`, () => {
  test.each(samples)('$place is what is printed', ({ commands }) => {
    for (const { command, lines } of commands) {
      const own = command.replace(/^npx pvm-spec /, `'${process.execPath}' '${join(root, 'cli/pvm-spec.mjs')}' `);
      const { stdout, stderr } = spawnSync('sh', ['-c', own], { cwd: folder, encoding: 'utf8' });
      expect(stdout.trimEnd() === '' ? '' : `${stdout.trimEnd()}\n`).toMatch(pattern(lines));
      expect(stderr).toBe('');
    }
  });
});

test('there are samples, and another text is no match', () => {
  expect(samples.map(({ place }) => place.split(':')[0])).toEqual([
    ...['README.md', 'docs/ci.md', 'docs/targets.md', 'docs/targets.md'],
  ]);
  expect('a\nb\nc\n').toMatch(pattern(['a', '…', 'c']));
  expect('a\nb\nd\n').not.toMatch(pattern(['a', '…', 'c']));
});
