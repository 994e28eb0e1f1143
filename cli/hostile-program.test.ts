import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pvmSpec } from './in-process.ts';

const root = new URL('..', import.meta.url).pathname;
let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'pvm-hostile-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const about = { hypervisor: 'x', release: '1', machine: 'x', mode: 'x' };
const hello = { pvmTarget: 1, target: about, profile: 'linux-7.3', calls: ['host_share_hyp', 'host_unshare_hyp'] };

/** A program that says who it is, leaves its number in a file, and then does what is given at each line. */
function program(name: string, first: string, onLine: string): string {
  const file = join(folder, `${name}.cjs`);
  writeFileSync(
    file,
    `const say = (one) => console.log(JSON.stringify(one)), hello = ${JSON.stringify(hello)};
    require('node:fs').writeFileSync(${JSON.stringify(join(folder, `${name}.pid`))}, String(process.pid));
    ${first}
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => { ${onLine} });
    setInterval(() => undefined, 1000);`,
  );
  return `stdio:${process.execPath} ${file}`;
}
const isGone = (name: string): boolean => {
  const stat = `/proc/${readFileSync(join(folder, `${name}.pid`), 'utf8')}/stat`;
  return !existsSync(stat) || readFileSync(stat, 'utf8').includes(') Z');
};
const ready = 'if (line.includes("format")) say({ ready: true });';

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** A process, for whether it ends; `signal` is sent as soon as the program runs. */
async function started(args: readonly string[], name?: string, signal?: NodeJS.Signals): Promise<Ended> {
  const before = performance.now();
  const child = spawn(process.execPath, [join(root, 'cli/pvm-spec.mjs'), ...args]);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  if (signal !== undefined) {
    await expect.poll(() => existsSync(join(folder, `${name ?? ''}.pid`)), { timeout: 15_000 }).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill(signal);
  }
  const status = await ended;
  return { status, stdout, stderr, seconds: (performance.now() - before) / 1000 };
}

const says = (problem: string): unknown => expect.stringMatching(new RegExp(`^pvm-spec: [^\\n]*${problem}[^\\n]*\\n$`));
const patient = ['--seed', '1', '--patience', '1000', '--steps', '5000'];

describe('a program that is silent', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['at first', '', ''],
    ['after a header', 'say(hello);', ''],
    ['after a call', 'say(hello);', ready],
  ];
  test.each(cases)('%s is not waited for after --time', async (when, first, onLine) => {
    const name = `time-${when.replaceAll(' ', '-')}`;
    const target = program(name, first, onLine);
    const ended = await started(['hunt', '--target', target, ...patient, '--time', '1']);
    expect(ended).toMatchObject({ status: 2, stderr: says('the time (is|was) up') });
    expect(ended.seconds).toBeLessThan(20);
    await expect.poll(() => isGone(name)).toBe(true);
  });
  test.each(['SIGINT', 'SIGTERM'] as const)('is not waited for after %s', async (signal) => {
    const target = program(signal, 'say(hello);', ready);
    const ended = await started(['hunt', '--target', target, ...patient], signal, signal);
    expect(ended).toMatchObject({ status: 130, stderr: '' });
    expect(ended.stdout).toMatch(
      /^stopped before the first sequence was through, [\d.]+ s, seed 1\n {2}go on: [^\n]+\n$/,
    );
    expect(ended.seconds).toBeLessThan(20);
    await expect.poll(() => isGone(signal)).toBe(true);
  });
  test('after some sequences, Ctrl-C tells how many there were, and how to go on with the others', async () => {
    const onLine = `${ready} else say({ ret: 'EPERM' });`;
    const target = program(
      'sequences',
      "say({ ...hello, profile: 'ownership', calls: ['init_vm', 'host_share_hyp'] });",
      onLine,
    );
    const args = ['hunt', '--target', target, '--seed', '1', '--steps', '100000000', '--length', '10'];
    const { status, stdout } = await started(args, 'sequences', 'SIGINT');
    const said =
      /^stopped after (\d+) calls in (\d+) sequences, [\d.]+ s, seed 1; nothing has differed so far\n {2}go on: (.*)\n$/;
    const [, calls, sequences, on = ''] = said.exec(stdout) ?? [];
    expect(status).toBe(130);
    expect(Number(calls)).toBe(10 * Number(sequences));
    const left = 100_000_000 - Number(calls);
    expect(on).toMatch(/ hunt --target 'stdio:.*' /);
    expect(on).toContain(` --seed 1 --steps ${left} --length 10 --from ${sequences ?? ''}`);
  });
  test('is not waited for after --shrink', async () => {
    const onLine = `${ready} if (line.includes('"op"') && !this.hung) { this.hung = true; say({ ret: 'EBUSY' }); }`;
    const target = program('shrink', 'say(hello);', onLine);
    const ended = await started(['hunt', '--target', target, ...patient, '--steps', '1', '--shrink', '1']);
    expect(ended).toMatchObject({ status: 1, stderr: '' });
    expect(ended.stdout).toMatch(/got {6}ret "EBUSY"/);
    expect(ended.stdout).toMatch(/could not be asked any more: the time is up/);
    expect(ended.seconds).toBeLessThan(20);
  });
});

test.each<[string, string, string, string]>([
  [
    'unknown-calls',
    "say({ ...hello, calls: ['make_coffee'] });",
    ready,
    'no profile has the calls make_coffee; linux-7.3 has ',
  ],
  ['no-sizes', "say({ ...hello, calls: ['init_vm', 'host_read'] });", ready, 'has init_vm says its sizes: kvmPages, '],
  ['no-such-profile', "say({ ...hello, profile: 'linux-9' });", ready, 'no profile linux-9; there are linux-7.3, '],
  ['death-at-header', 'say(hello);', 'process.exit(7);', 'after a header: the program ended .status 7.'],
  ['no-end-of-line', 'say(hello);', `${ready} process.stdout.write('x'.repeat(2 << 20));`, 'a line of more than 1 MiB'],
])('%s: one line says what is wrong, and nothing is left', async (name, first, onLine, problem) => {
  const ended = await pvmSpec('hunt', '--target', program(name, first, onLine), '--seed', '1', '--steps', '500');
  expect(ended).toMatchObject({ status: 2, stdout: '', stderr: says(problem) });
  await expect.poll(() => isGone(name)).toBe(true);
});

test.each([
  ['--steps', '0.5'],
  ['--steps', '0'],
  ['--length', '1.5'],
  ['--seed', '-1'],
  ['--from', '-1'],
  ['--jobs', '1e9'],
  ['--time', 'soon'],
  ['--shrink', ''],
  ['--patience', '0'],
  ['--patience', 'Infinity'],
])('hunt %s %s is refused before anything is started', async (option, value) => {
  const ended = await pvmSpec('hunt', '--target', 'stdio:false', option, value);
  expect(ended).toMatchObject({ status: 2, stdout: '', stderr: says(`${option} takes a `) });
});
