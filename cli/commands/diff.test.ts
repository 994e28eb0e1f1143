import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pvmSpec } from '../in-process.ts';
import { version } from '../version.ts';

interface Report {
  readonly format: string;
  readonly tool: string;
  readonly searched: { readonly complete: boolean; readonly scopes: readonly string[] };
  readonly changes: readonly {
    readonly kind: string;
    readonly clause: string | null;
    readonly sequence: { readonly alike: boolean; readonly calls: readonly object[] } | null;
  }[];
}

describe('exit status, as of diff:', () => {
  test('0 where both say the same', async () => {
    const { status, stdout, stderr } = await pvmSpec('diff', 'linux-7.3', 'linux-7.3');
    expect([status, stdout, stderr]).toEqual([
      0,
      'linux-7.3 and linux-7.3 have the same calls, guards and effects\n',
      '',
    ]);
  });

  test('1 where something differs, with the calls that show it', async () => {
    const { status, stdout } = await pvmSpec('diff', 'cids-cyclic', 'cids-forgetful');
    expect(stdout.split('\n')).toEqual([
      'cids-cyclic → cids-forgetful: 1 change in 1 call',
      '',
      'restart_service: effects changed: now the last CID becomes none',
      '  in cids:',
      '   1  allocate_cid() → 0',
      '   2  restart_service() → 0',
      '   3  allocate_cid() → 1 in cids-cyclic, EADDRINUSE (CID-ALLOCATE-UNUSED) in cids-forgetful',
      '',
      'searched breadth first, through every pair of states of 1 scope: each sequence is the shortest found',
      'from the start of its scope',
      '',
    ]);
    expect(status).toBe(1);
  });

  test.each([
    [['linx-6.1', 'linux-7.3'], /^pvm-spec: no profile linx-6\.1; did you mean linux-6\.1(?: or .*)?\?\n$/],
    [['linux-7.3', 'bsd'], /^pvm-spec: no profile bsd; there are linux-7\.3, .*\n$/],
    [['linux-7.3'], /^pvm-spec: missing required argument 'to'\n$/],
    [
      ['linux-7.3', 'linux-7.2', '--states', '0'],
      /^pvm-spec: --states takes a whole number from 1 to 100000, got 0\n$/,
    ],
    [['linux-7.3', 'linux-7.2', '--states', '1e3'], /^pvm-spec: --states takes a whole number .* got 1e3\n$/],
  ])('2 for %j, in one line', async (words, said) => {
    const { status, stderr } = await pvmSpec('diff', ...words);
    expect(stderr).toMatch(said);
    expect(status).toBe(2);
  });
});

test('a page has each change by its call, with both answers beside each other', async () => {
  const page = join(mkdtempSync(join(tmpdir(), 'pvm-spec-diff-')), 'page.html');
  const { status } = await pvmSpec('diff', 'cids-cyclic', 'cids-forgetful', '--html', page);
  const text = readFileSync(page, 'utf8').replaceAll(/\s+/g, ' ');
  rmSync(dirname(page), { recursive: true });
  expect(status).toBe(1);
  expect(text).toContain('1 change in 1 call');
  expect(text).toContain('<li><a href="#restart_service">restart_service</a></li>');
  expect(text).toMatch(/<code>allocate_cid\(\)<\/code><\/td> <td class="broken">1<\/td> <td class="broken">EADDRINUSE/);
});

test('what has no sequence says within how many states', async () => {
  const { stdout } = await pvmSpec('diff', 'cids-15', 'linux-7.3', '--states', '1');
  expect(stdout).toMatch(/\n {2}no sequence found within [\d,]+ pairs of states in \d+ scopes\n/);
  expect(stdout).toContain('through the first 1 pairs of states of each of');
});

test('as JSON: the version, how it was searched, each change with its calls and both answers', async () => {
  const { status, stdout } = await pvmSpec('diff', 'cids-strict', 'cids-cyclic', '--json');
  const report = JSON.parse(stdout) as Report;
  expect(status).toBe(1);
  expect(report).toMatchObject({
    format: 'pvm-diff',
    version: 1,
    tool: version,
    from: 'cids-strict',
    to: 'cids-cyclic',
  });
  expect(report.searched).toMatchObject({ complete: true, scopes: ['cids'] });
  expect(report.changes.map(({ kind, clause }) => `${kind} ${clause ?? ''}`)).toEqual([
    'guard removed CID-ALLOCATE-FRESH',
    'guard added CID-ALLOCATE-UNUSED',
  ]);
  expect(report.changes[0]?.sequence?.calls.at(-1)).toEqual({
    ...{ call: 'allocate_cid', cpu: 0, args: {} },
    from: { answer: 'ILLEGAL_STATE', clause: 'CID-ALLOCATE-FRESH' },
    to: { answer: '0' },
  });
});
