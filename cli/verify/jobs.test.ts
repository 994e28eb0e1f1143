import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { VerbosityLevel } from 'fast-check';
import { afterAll, expect, test, vi } from 'vitest';
import { everything, isIn, partOf } from '../../search/engine/share.ts';
import { perform } from './jobs.ts';
import type { Part } from './part.ts';
import type { VerifyOptions, Watcher } from './result.ts';
import { tasksFor, verify } from './run.ts';
import { writtenParts } from './shard.ts';
import { runsIn } from './task.ts';

const folder = mkdtempSync(join(tmpdir(), 'pvm-jobs-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const options: VerifyOptions = {
  ...{
    seed: 1,
    runs: 3,
    seconds: undefined,
    profile: undefined,
    clause: 'CID-RESTART',
    check: undefined,
    path: undefined,
  },
  verbose: VerbosityLevel.None,
};
const watcher: Watcher = { progress: () => undefined, finished: () => undefined, stopped: () => false };

test('the parts of a share are the share, each run in one of them', () => {
  const parts = [0, 1, 2].map((part) => partOf({ index: 1, count: 4 }, part, 3));
  for (let run = 0; run < 100; run++) {
    const having = parts.filter((part) => isIn(part, run));
    expect(having).toHaveLength(run % 4 === 1 ? 1 : 0);
  }
  const counted = Array.from({ length: 100 }, (_, run) => run).filter((run) => isIn({ index: 1, count: 12 }, run));
  expect(runsIn({ index: 1, count: 12 }, 100)).toBe(counted.length);
});

const madeBy = async (asked: VerifyOptions, jobs: number, tasks = tasksFor(asked)): Promise<object> =>
  writtenParts((await perform(asked, tasks, watcher, { share: everything, jobs })).parts);

/** Threads load all modules anew. */
const patience = { timeout: 120_000 };

test('threads find and count what one thread does', patience, async () => {
  const broken = { ...options, clause: 'MEM-LEGAL', profile: 'linux-6.1', runs: 40 };
  expect(await madeBy(broken, 2)).toEqual(await madeBy(broken, 1));
});

test('the model and races add up, in however many parts they are made', patience, async () => {
  const asked = { ...options, clause: 'CPU-ONE-PLACE', runs: 2 };
  const tasks = tasksFor(asked).filter(({ name }) => ['model', 'races'].includes(name));
  const whole = (await madeBy(asked, 1, tasks)) as Record<string, Part>;
  expect(await madeBy(asked, 2, tasks)).toEqual(whole);
  for (const check of ['model', 'races']) expect(whole[check]?.runs).toBeGreaterThan(1);
});

const workerOf = (name: string, text: string): URL => {
  writeFileSync(join(folder, name), text);
  return pathToFileURL(join(folder, name));
};

test('a thread that dies is one clear line, and exit status 2', async () => {
  const worker = workerOf('dies.mjs', 'export default () => process.exit(3);\n');
  const written: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  vi.spyOn(process, 'exit').mockImplementation((status) => {
    throw new Error(`exit ${status ?? ''}`);
  });
  const asked = { ...options, profile: 'cids-cyclic', clause: undefined, check: undefined };
  const tasks = [...tasksFor(asked), ...tasksFor({ ...asked, profile: 'cids-strict' })];
  await expect(verifyWith(asked, tasks, worker)).rejects.toThrow('exit 2');
  vi.restoreAllMocks();
  expect(written[0]).toMatch(/^pvm-spec: a thread ended before it was done with android: cids-cyclic\/cids: .*\n$/);
});

test('an error of our own in a thread is thrown as it is', async () => {
  const worker = workerOf('throws.mjs', "export default () => ({ error: new Error('unreachable: this') });\n");
  const asked = { ...options, profile: 'cids-cyclic', clause: undefined };
  const tasks = [...tasksFor(asked), ...tasksFor({ ...asked, profile: 'cids-strict' })];
  await expect(verifyWith(asked, tasks, worker)).rejects.toThrow('unreachable: this');
});

const verifyWith = (asked: VerifyOptions, tasks: ReturnType<typeof tasksFor>, worker: URL) =>
  perform(asked, tasks, watcher, { share: everything, jobs: 2, worker });

test('chapters are told of in order, and end with all that was made', patience, async () => {
  // The first piece is done last: a thread keeps it until the other one has done all others.
  const worker = workerOf(
    'late.mjs',
    `export default async ({ piece: { at } }) => {
      if (at === 0) await new Promise((done) => setTimeout(done, 500));
      return { part: { runs: 3, calls: 5, rows: [] } };
    };\n`,
  );
  const told: (readonly [string, number])[] = [];
  const asked = { ...options, profile: 'avf-15', clause: undefined, runs: 2 };
  const telling: Watcher = { ...watcher, finished: ({ chapter, runs }) => told.push([chapter, runs]) };
  const { chapters } = await verify(asked, telling, { share: everything, jobs: 2, worker });
  expect(chapters.length).toBeGreaterThan(1);
  expect(told).toEqual(chapters.map(({ chapter, runs }) => [chapter, runs]));
  const scopes = tasksFor(asked).length;
  expect(chapters.reduce((sum, { runs }) => sum + runs, 0)).toBe(3 * scopes);
});

/** Seconds of CPU that a process has had: unlike those of a clock, as many on a machine with much else to do. */
function cpuOf(pid: number | undefined): number {
  const [, fields = ''] = readFileSync(`/proc/${pid ?? ''}/stat`, 'utf8').split(') ');
  const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
  return (user + system) / 100;
}

test('Ctrl-C ends all threads with what was learned, and exit status 130', patience, async () => {
  const program = join(import.meta.dirname, '../pvm-spec.mjs');
  spawnSync('node', [program, '--version']);
  const words = [
    'verify',
    '--seed',
    '1',
    '--profile',
    'avf-15',
    '--runs',
    '1000000',
    '--jobs',
    '2',
    '--json',
    'v.json',
  ];
  const running = spawn('node', [program, ...words], { cwd: folder });
  let out = '';
  running.stdout.on('data', (text: Buffer) => (out += text.toString()));
  await expect.poll(() => cpuOf(running.pid), { timeout: 60_000, interval: 100 }).toBeGreaterThan(2.5);
  running.kill('SIGINT');
  const [status] = (await once(running, 'exit')) as [number];
  expect(status).toBe(130);
  expect(out).toContain('interrupted: this is what was learned so far');
  expect(JSON.parse(readFileSync(join(folder, 'v.json'), 'utf8'))).toMatchObject({ interrupted: true, holes: null });
});
