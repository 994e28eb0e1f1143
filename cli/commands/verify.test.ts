import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { pvmSpecIn } from '../in-process.ts';
import { fitted } from '../verify/text.ts';

const program = fileURLToPath(new URL('../pvm-spec.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pvm-verify-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function verify(...args: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  const usual = ['--seed', '1', '--runs', '5', '--jobs', '1'];
  const { status, stdout, stderr } = await pvmSpecIn({ folder }, 'verify', ...usual, ...args);
  return { status, out: stdout, err: stderr };
}

test('a violation is shown also where its counterexample cannot be written', async () => {
  writeFileSync(join(folder, 'report'), 'a file in the way');
  const { status, out, err } = await verify('--profile', 'linux-6.1');
  expect(status).toBe(1);
  expect(out.match(/MEM-LEGAL what is not memory is never shared, given away or mapped/g)).toHaveLength(1);
  expect(out).toMatch(/broken under linux-6\.1 in 1 call .*\n {2}found as well by linux-6\.1\//);
  expect(err).toMatch(/^pvm-spec: cannot write report\/linux-6-1\.breaks-mem-legal\.[0-9a-f]{8}\.json: /);
  rmSync(join(folder, 'report'));
});

test('a report that cannot be written is no success, and makes no tree of folders', async () => {
  const { status, err } = await verify(
    '--check',
    'linux-7.3/bare',
    '--clause',
    'MEM-PRIVATE',
    '--json',
    'no/such/folder/v.json',
  );
  expect(err).toMatch(/^pvm-spec: cannot write no\/such\/folder\/v\.json: /);
  expect(existsSync(join(folder, 'no'))).toBe(false);
  expect(status).not.toBe(0);
});

test('two reports are not written over each other', async () => {
  const { status, err } = await verify('--json', 'r', '--junit', 'r');
  expect({ status, err }).toEqual({ status: 2, err: 'pvm-spec: --json and --junit cannot both write r\n' });
  const page = await verify('--html', 'r', '--json', 'r');
  expect(page).toEqual({ status: 2, out: '', err: 'pvm-spec: --json and --html cannot both write r\n' });
});

test('a clause that nothing can break here is no success', async () => {
  const { status, out, err } = await verify('--clause', 'CID-RANGE', '--profile', 'linux-7.3');
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(
    /^pvm-spec: nothing here can break CID-RANGE under linux-7\.3: it is judged without --profile\n$/,
  );
});

test('the report has the verdicts, and how often each clause was judged', async () => {
  await verify('--profile', 'linux-6.12', '--json', 'v.json');
  const { clauses } = JSON.parse(readFileSync(join(folder, 'v.json'), 'utf8')) as {
    clauses: { clause: string; verdict: string; subjects: number }[];
  };
  expect(clauses.find(({ clause }) => clause === 'MEM-WIPE')).toMatchObject({
    verdict: 'not applicable',
    subjects: 0,
  });
});

test('a reader that has seen enough is no error', () => {
  const { stdout, stderr } = spawnSync('sh', ['-c', `node '${program}' clauses | head -n 1`], { encoding: 'utf8' });
  expect(stdout.split('\n')).toHaveLength(2);
  expect(stderr).toBe('');
});

describe('a progress line fits its terminal', () => {
  const line = '\u001b[32m✓\u001b[39m memory        ━━━━━━━━━━━━━━━━━━━━   5,000 runs   1,500,000 calls';
  test.each([40, 60, 80, 120])('of %i columns', (columns) => {
    expect(fitted(line, columns).replace(/\u001b\[\d+m/g, '').length).toBeLessThan(columns);
  });

  test('and keeps its colours where there is room', () => {
    expect(fitted(line, 120)).toBe(line);
  });
});
