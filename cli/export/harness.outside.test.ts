/** Checks of a C source: the compiler takes them, they pass on sound code, and each mistake fails the check of its clause. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bindings } from '../../search/export/c/linux.ts';
import { pvmSpec } from '../in-process.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pvm-spec-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const exported = (...args: string[]): ReturnType<typeof pvmSpec> => pvmSpec('export', '--format', 'c-harness', ...args);

test('each guard of a call has its check and is covered, and one check is to fail', async () => {
  const { status, stdout } = await exported('--profile', 'linux-7.3', '--out', folder);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: `wrote ${Object.keys(bindings).length + 2} files to ${folder}\n`,
  });
  const text = readFileSync(join(folder, 'check_share_guest.c'), 'utf8');
  const guards = linux73.rules.get('share_guest')?.guards ?? [];
  const own = guards.slice(guards.findIndex(({ clause }) => clause === 'SHARE-GUEST-REFILLED') + 1);
  expect(own.length).toBeGreaterThan(8);
  own.forEach((guard, i) => {
    const { clause, error } = guard as typeof guard & { kind: 'must' };
    expect(text).toContain(`return ${i}; /* ${clause} */`);
    expect(text).toContain(`COVER(by == ${i}, "share_guest ${clause}");`);
    expect(text).toContain(`CHECK(by != ${i} || ret == -${error}, "share_guest ${clause}");`);
  });
  expect(text.match(/EXPECT_FAILURE/g)).toHaveLength(1);
});

test.each([
  [['--out', 'x'], '--format c-harness needs --profile; there is linux-7.3'],
  [['--profile', 'linux-7.2'], 'for linux-7.2 it is not known which function decides each call; it is for linux-7.3'],
  [['--profile', 'linux-7.3', '--scope', 'lifecycl'], 'linux-7.3 has no scope lifecycl; did you mean lifecycle?'],
])('what cannot be written is refused in one line: %j', async (args, problem) => {
  expect(await exported(...args)).toMatchObject({ status: 2, stderr: `pvm-spec: ${problem}\n` });
});

const gcc = (...args: string[]): { readonly status: number | null; readonly stderr: string } =>
  spawnSync('gcc', ['-std=c11', '-Wall', '-Werror', ...args], { cwd: folder, encoding: 'utf8' });
const hasGcc = spawnSync('gcc', ['--version']).status === 0;

describe.runIf(hasGcc)(hasGcc ? 'with gcc' : 'left out: gcc is not installed', () => {
  test('every file is C without a warning', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.c'));
    expect(files.length).toBe(Object.keys(bindings).length + 1);
    expect(readFileSync('docs/c-harness.md', 'utf8')).toContain(`for each of ${files.length - 1} calls`);
    expect(gcc('-fsyntax-only', ...files)).toMatchObject({ status: 0, stderr: '' });
  });

  /** What the checks of the two calls say of a hypervisor: the lines that are not as they should be. */
  function wrongIn(hypervisor: string): string[] {
    writeFileSync(join(folder, 'hypervisor.c'), hypervisor);
    const calls = ['host_share_hyp', 'host_unshare_hyp'];
    const checks = `-DCHECKS=${calls.map((call) => `X(${call})`).join(' ')}`;
    const files = ['run.c', 'hypervisor.c', ...calls.map((call) => `check_${call}.c`)];
    expect(gcc(checks, ...files, '-o', 'run')).toMatchObject({ status: 0, stderr: '' });
    const { status, stdout } = spawnSync(join(folder, 'run'), ['20000', '1'], { encoding: 'utf8' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBe(2 * (4 + 5) + 2 * 4);
    const wrong = lines.filter((line) => !line.startsWith('ok '));
    expect(status).toBe(wrong.length === 0 ? 0 : 1);
    return wrong.map((line) => line.replace(/: \d+ times$/, ''));
  }
  const sound = readFileSync('search/export/c/stub/hypervisor.c', 'utf8');

  test('sound code passes, every guard is reached, and what is to fail fails', () => {
    expect(wrongIn(sound)).toEqual([]);
  });

  test.each([
    ['return -EBUSY;', 'return -EPERM;', ['WRONG check host_unshare_hyp UNSHARE-HYP-UNPINNED']],
    [' || page->hyp != 3', '', ['WRONG check host_share_hyp SHARE-HYP-UNLENT', 'WRONG check host_share_hyp state']],
    ['page->hyp = 2;', '', ['WRONG check host_share_hyp state']],
    ['pfn & ~(1ull << 52)', 'pfn', ['WRONG check host_share_hyp done', 'WRONG check host_share_hyp state']],
    ['choose(0, 1)', '0', ['WRONG cover host_unshare_hyp UNSHARE-HYP-UNPINNED']],
  ])('a mistake is found: %s becomes %j', (right, wrong, found) => {
    expect(sound).toContain(right);
    expect(wrongIn(sound.replace(right, wrong))).toEqual(expect.arrayContaining(found));
  });
});

const cbmc = (...args: string[]): { readonly status: number | null; readonly stdout: string } =>
  spawnSync('cbmc', [...args, 'check_host_unshare_hyp.c', '--function', 'check_host_unshare_hyp', '--unwind', '21'], {
    cwd: folder,
    encoding: 'utf8',
  });
const hasCbmc = spawnSync('cbmc', ['--version']).status === 0;

describe.runIf(hasCbmc)(hasCbmc ? 'with CBMC' : 'left out: cbmc is not installed; Debian has it from 13 on', () => {
  const failing = (hypervisor: string): string[] => {
    writeFileSync(join(folder, 'hypervisor.c'), hypervisor);
    const { stdout } = cbmc('--unwinding-assertions', 'hypervisor.c');
    return [...stdout.matchAll(/^\[[\w.]+\] line \d+ (.*): FAILURE$/gm)].map(([, what]) => what ?? '');
  };
  const sound = readFileSync('search/export/c/stub/hypervisor.c', 'utf8');
  const expected = 'expected to fail: host_unshare_hyp is never done';

  test('sound code is proved, but for what is to fail; every guard is reached', () => {
    expect(failing(sound)).toEqual([expected]);
    const { stdout } = cbmc('-DCOVERAGE', '--cover', 'cover', 'hypervisor.c');
    expect(stdout).toContain('** 6 of 6 covered (100.0%)');
  });

  test('a wrong error is found', () => {
    const wrong = sound.replace('return -EBUSY;', 'return -EPERM;');
    expect(failing(wrong)).toEqual(['host_unshare_hyp UNSHARE-HYP-UNPINNED', expected]);
  });
});
