/** The example in C of a hypervisor that is not Linux, clean as it is, and with each of its faults planted. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pvmSpec } from './in-process.ts';
import type { Ran } from './in-process.ts';

const root = new URL('..', import.meta.url).pathname;
const source = join(root, 'targets/stdio/example/small.c');
let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'pvm-small-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasGcc = spawnSync('gcc', ['--version']).status === 0;
const why = hasGcc ? '' : ' (left out: there is no gcc here)';

function huntWith(fault: string, ...more: string[]): Promise<Ran> {
  const program = join(folder, fault);
  const built = spawnSync('gcc', ['-Wall', '-Wextra', '-Werror', `-D${fault}`, '-o', program, source], {
    encoding: 'utf8',
  });
  expect(built).toMatchObject({ status: 0, stderr: '' });
  return pvmSpec('hunt', '--target', `stdio:${program}`, '--seed', '3', ...more);
}

describe.runIf(hasGcc)(`a small hypervisor in C${why}`, () => {
  test('keeps the rules of ownership, and is stricter than they are', async () => {
    const { status, stdout } = await huntWith('NOTHING');
    expect(stdout).toMatch(/\n10000 calls in /);
    expect(stdout).toMatch(/refused though ownership allows it: [^\n]*init_vm \d+ times/);
    expect(stdout).toMatch(/nothing was done, shown or left behind that the rules of ownership forbid/);
    expect(status).toBe(0);
  });
  test.each([
    ['FORGETS_TO_WIPE', 'host_read', /got {6}value "0x1"/],
    ['FORGETS_THE_OWNER', 'donate_guest', /expected answer a refusal {3}DONATE-OWNED/],
    ['FORGETS_TO_UNSHARE', 'host_write', /expected answer a refusal {3}HOST-WRITE-REACHES/],
  ])('that %s is found out by %s', async (fault, call, difference) => {
    const { status, stdout } = await huntWith(fault);
    expect(stdout).toMatch(difference);
    const last = stdout.split('\n').findLast((line) => /^ +\d+ {2}/.test(line));
    expect(last).toContain(call);
    expect(status).toBe(1);
  });
  test('has no other faults than those, each in its place', () => {
    const faults = [...readFileSync(source, 'utf8').matchAll(/#ifn?def (\w+)/g)].map(([, name]) => name);
    expect(faults.sort()).toEqual(['FORGETS_THE_OWNER', 'FORGETS_TO_UNSHARE', 'FORGETS_TO_WIPE']);
  });
});
