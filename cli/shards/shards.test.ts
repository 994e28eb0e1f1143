import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pvmSpecIn } from '../in-process.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const program = join(import.meta.dirname, '../pvm-spec.mjs');
const folder = mkdtempSync(join(tmpdir(), 'pvm-shards-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** In the folder, with these variables of the environment instead of those that there are. */
async function run(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const around = { folder, environment: { PATH: process.env['PATH'], ...environment } };
  const { status, stdout, stderr } = await pvmSpecIn(around, ...words);
  return { status, out: stdout, err: stderr };
}

const asked = ['verify', '--seed', '3', '--profile', 'cids-forgetful', '--runs', '60', '--jobs', '1'];
const shard = (at: string, out: string, more: readonly string[] = asked): readonly string[] => [
  ...more,
  ...['--shard', at, '--out', out],
];
/** What merging says, on the screen and in both reports. */
async function merged(of: string): Promise<Ran & { readonly json: string; readonly junit: string }> {
  const ran = await run(['merge', of, '--json', 'merged.json', '--junit', 'merged.xml']);
  const [json = '', junit = ''] = ['merged.json', 'merged.xml'].map((name) => readFileSync(join(folder, name), 'utf8'));
  return { ...ran, json, junit };
}

describe('one machine and several come to the same, byte for byte', () => {
  let whole: Awaited<ReturnType<typeof merged>>;
  beforeAll(async () => {
    for (const name of ['whole', 'shards']) mkdirSync(join(folder, name));
    await run(shard('0/1', 'whole/all.json'));
    whole = await merged('whole');
    // In another order than that of their numbers.
    for (const i of [2, 0, 1]) expect((await run(shard(`${i}/3`, `shards/${i}.json`))).status).toBe(0);
  }, 120_000);

  test('in any order, under any names', async () => {
    expect(whole.status).toBe(1);
    expect(whole.out).toContain('CID-RESTART');
    expect(await merged('shards')).toEqual(whole);
    cpSync(join(folder, 'shards'), join(folder, 'renamed'), { recursive: true });
    for (const i of [0, 1, 2]) cpSync(join(folder, `shards/${i}.json`), join(folder, `renamed/${'cab'[i] ?? ''}.json`));
    for (const i of [0, 1, 2]) rmSync(join(folder, `renamed/${i}.json`));
    expect(await merged('renamed')).toEqual(whole);
  });

  test('with one shard twice', async () => {
    cpSync(join(folder, 'shards'), join(folder, 'twice'), { recursive: true });
    cpSync(join(folder, 'shards/1.json'), join(folder, 'twice/again.json'));
    expect(await merged('twice')).toEqual(whole);
  });

  test('with one shard killed, and run again', { timeout: 120_000 }, async () => {
    cpSync(join(folder, 'shards'), join(folder, 'killed'), { recursive: true });
    rmSync(join(folder, 'killed/1.json'));
    const long = asked.map((word) => (word === '60' ? '1000000' : word));
    const killed = spawn('node', [program, ...shard('1/3', 'killed/1.json', long)], { cwd: folder });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(killed.exitCode).toBeNull();
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(existsSync(join(folder, 'killed/1.json'))).toBe(false);
    expect(await run(['merge', 'killed'])).toMatchObject({
      status: 2,
      err: expect.stringContaining('1 of 3 shards are missing') as string,
    });
    expect((await run(shard('1/3', 'killed/1.json'))).status).toBe(0);
    expect(await merged('killed')).toEqual(whole);
  });

  test('with any number of threads', { timeout: 120_000 }, async () => {
    mkdirSync(join(folder, 'threads'));
    const many = asked.map((word, i) => (asked[i - 1] === '--jobs' ? '3' : word));
    for (const i of [0, 1]) await run(shard(`${i}/2`, `threads/${i}.json`, many));
    expect(await merged('threads')).toEqual(whole);
  });

  test('and as `verify` has it, but for the times', async () => {
    const { out } = await run(asked);
    const untimed = (text: string): string => text.replace(/ +[\d,]+ calls\/s/g, '').replaceAll(/ {2,}/g, ' ');
    expect(untimed(out)).toBe(untimed(whole.out));
  });

  test('what two seeds find is not written over each other', async () => {
    await run(asked.map((word) => (word === '3' ? '4' : word)));
    const names = readdirSync(join(folder, 'report'));
    for (const name of names) {
      const { calls } = JSON.parse(readFileSync(join(folder, 'report', name), 'utf8')) as { calls: unknown[] };
      expect(calls.length).toBeGreaterThan(0);
    }
    expect(names.every((name) => /\.[0-9a-f]{8}\.json$/.test(name))).toBe(true);
  });
});

describe('shards that do not make up a run are refused in one line', () => {
  const write = (name: string, change: (file: Record<string, unknown>) => void): string => {
    const of = join(folder, name);
    cpSync(join(folder, 'shards'), of, { recursive: true });
    const file = JSON.parse(readFileSync(join(of, '1.json'), 'utf8')) as Record<string, unknown>;
    change(file);
    writeFileSync(join(of, '1.json'), JSON.stringify(file));
    return name;
  };

  test.each<[string, (file: Record<string, unknown>) => void, RegExp]>([
    ['of another seed', (file) => Object.assign(file['asked'] as object, { seed: 9 }), /not of one run: seed differs/],
    ['of another number of shards', (file) => (file['share'] = { index: 1, count: 4 }), /the number of shards differs/],
    [
      'that is none',
      (file) => (file['share'] = { index: 5, count: 3 }),
      /expected a shard of a run: share: there is no/,
    ],
    ['of another version', (file) => (file['specification'] = '0.0.0'), /not of one run: the version differs/],
    ['that has made nothing', (file) => (file['made'] = { x: 1 }), /expected what shard 1 has made: x/],
    ['with a task of no run', (file) => renameTask(file), /shard 1: there is no task nowhere/],
    ['with a path for a name', (file) => renameProfile(file), /expected what shard 1 has made: .*profile/],
  ])('%s', async (what, change, message) => {
    const { status, out, err } = await run(['merge', write(what.replaceAll(' ', '-'), change)]);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('where there are none, or two that differ', async () => {
    expect((await run(['merge', 'nowhere'])).err).toMatch(/^pvm-spec: cannot read nowhere: there is no such file\n$/);
    mkdirSync(join(folder, 'empty'));
    expect((await run(['merge', 'empty'])).err).toMatch(/^pvm-spec: there is no shard in empty; /);
    const of = write('differing', (file) => ((file['made'] as Record<string, { runs: number }>)[task] = other));
    cpSync(join(folder, 'shards/1.json'), join(folder, of, 'again.json'));
    expect((await run(['merge', of])).err).toMatch(
      /1\.json and .*again\.json are both shard 1, and differ: remove one\n$/,
    );
  });
});

const task = 'android: cids-forgetful/cids';
const other = { runs: 1 };
function renameTask(file: Record<string, unknown>): void {
  const made = file['made'] as Record<string, unknown>;
  file['made'] = { nowhere: made[task] };
}
function renameProfile(file: Record<string, unknown>): void {
  const made = file['made'] as Record<string, { violations: { profile: string }[] }>;
  for (const one of made[task]?.violations ?? []) one.profile = '../../etc';
}

describe('which shard it is', () => {
  const slurm = {
    SLURM_ARRAY_TASK_ID: '7',
    SLURM_ARRAY_TASK_COUNT: '3',
    SLURM_ARRAY_TASK_MIN: '3',
    SLURM_ARRAY_TASK_STEP: '2',
  };
  const out = ['--out', 'env/shard.json'];

  test.each<[string, readonly string[], NodeJS.ProcessEnv, { index: number; count: number }]>([
    ['is said by a Slurm array, which need not begin with 0', ['--shard', ...out], slurm, { index: 2, count: 3 }],
    ['is said by an indexed Job', ['--shard', '4', ...out], { JOB_COMPLETION_INDEX: '3' }, { index: 3, count: 4 }],
    ['is said by the option first', ['--shard', '1/2', ...out], slurm, { index: 1, count: 2 }],
  ])('%s', async (_, words, environment, share) => {
    const quick = asked.map((word) => (word === '60' ? '1' : word));
    expect(await run([...quick, ...words], environment)).toMatchObject({ status: 0, err: '' });
    expect(JSON.parse(readFileSync(join(folder, 'env/shard.json'), 'utf8'))).toMatchObject({ share });
  });

  test.each<[readonly string[], NodeJS.ProcessEnv, RegExp]>([
    [['--shard', '3/3', ...out], {}, /--shard takes i\/n with i from 0 to n - 1, .*; got 3\/3\n/],
    [['--shard', 'two', ...out], {}, /--shard takes i\/n .*; got two\n/],
    [['--shard', '0/0', ...out], {}, /--shard takes i\/n .*; got 0\/0\n/],
    [['--shard', ...out], {}, /no SLURM_ARRAY_TASK_COUNT here/],
    [['--shard', '4', ...out], {}, /no SLURM_ARRAY_TASK_ID and no JOB_COMPLETION_INDEX here/],
    [['--shard', '3', ...out], { JOB_COMPLETION_INDEX: '3' }, /got 3\/3 from the environment/],
    [['--shard', ...out], { ...slurm, SLURM_ARRAY_TASK_ID: '4' }, /task 4 is not in steps of 2 from 3/],
    [['--shard', ...out], { ...slurm, SLURM_ARRAY_TASK_ID: 'x' }, /SLURM_ARRAY_TASK_ID is no whole number: x/],
    [['--shard', '0/2'], {}, /--shard needs --out FILE/],
    [out, {}, /--out is for --shard/],
  ])('%j is refused in one line', async (words, environment, message) => {
    const { status, err } = await run([...asked, ...words], environment);
    expect(status).toBe(2);
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('all shards need one seed', async () => {
    expect((await run(['verify', '--shard', '0/2', ...out])).err).toMatch(/--shard needs --seed N/);
  });
});
