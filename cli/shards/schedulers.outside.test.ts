/** The examples of schedulers, run where the scheduler is installed. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { pvmSpecIn } from '../in-process.ts';

const program = join(import.meta.dirname, '../pvm-spec.mjs');
const examples = join(import.meta.dirname, '../../examples/many-machines');
const folder = mkdtempSync(join(tmpdir(), 'pvm-schedulers-'));
const environment = { ...process.env, PVM_SPEC: `node ${program}` };

const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
const patience = { timeout: 240_000 };

const small = ['--profile', 'cids-forgetful', '--runs', '20'];
async function whole(seed: string): Promise<string> {
  const alone = ['--jobs', '1', '--shard', '0/1', '--out', `whole-${seed}/all.json`];
  await pvmSpecIn({ folder }, 'verify', '--seed', seed, ...small, ...alone);
  return (await pvmSpecIn({ folder }, 'merge', `whole-${seed}`)).stdout;
}

const hasParallel = has('parallel');
if (!hasParallel) console.log('skipped: GNU parallel runs shards here; install parallel');

test.skipIf(!hasParallel)('GNU parallel makes what one process makes', patience, async () => {
  const words = [join(examples, 'parallel.sh'), '5', '3', 'parallel', ...small];
  const { status, stdout } = spawnSync('sh', words, { cwd: folder, env: environment, encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stdout.slice(stdout.indexOf('✗'))).toContain(await whole('5'));
});

const slurm = ['slurmctld', 'slurmd', 'sbatch', 'scontrol'];
const missing = [...slurm.filter((tool) => !has(tool)), ...(process.getuid?.() === 0 ? [] : ['root'])];
if (missing.length > 0)
  console.log(
    `skipped: a Slurm array makes shards here; it needs slurm-wlm, to be run as root (${missing.join(', ')})`,
  );

/** A controller and a node on this machine, without munge. */
const slurmConf = (home: string): string => `ClusterName=shards
SlurmctldHost=${hostname()}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
SlurmctldPort=16917
SlurmdPort=16918
StateSaveLocation=${home}/state
SlurmdSpoolDir=${home}/spool
SlurmctldPidFile=${home}/controller.pid
SlurmdPidFile=${home}/node.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
MpiDefault=none
NodeName=${hostname()} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=${hostname()} Default=YES MaxTime=INFINITE State=UP
`;

describe.skipIf(missing.length > 0)('a Slurm array', () => {
  const daemons: ChildProcess[] = [];
  const home = join(folder, 'slurm');
  const env = { ...environment, SLURM_CONF: join(home, 'slurm.conf'), SEED: '6', RUNS: '20' };
  const ask = (tool: string, ...words: readonly string[]) =>
    spawnSync(tool, words, { cwd: home, env, encoding: 'utf8' });

  afterAll(() => {
    for (const daemon of daemons) daemon.kill('SIGKILL');
  });

  async function until(holds: () => boolean, what: string): Promise<void> {
    for (let i = 0; i < 400 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 500));
    if (!holds()) throw new Error(`unreachable: ${what} in time`);
  }

  test('makes what one process makes', patience, async () => {
    for (const name of ['', 'state', 'spool', 'shards']) mkdirSync(join(home, name));
    writeFileSync(join(home, 'slurm.conf'), slurmConf(home));
    const start = (daemon: string): unknown =>
      daemons.push(spawn(daemon, ['-D', '-f', join(home, 'slurm.conf')], { cwd: home, env, stdio: 'ignore' }));
    for (const daemon of ['slurmctld', 'slurmd']) start(daemon);
    await until(() => ask('sinfo', '--noheader', '--format=%T').stdout.includes('idle'), 'the node is ready');
    // The example, with fewer tasks and a smaller run.
    const script = readFileSync(join(examples, 'array.sbatch'), 'utf8');
    writeFileSync(
      join(home, 'array.sbatch'),
      script.replace('--array=0-15', '--array=1-7:3').replace(' verify ', ` verify --profile ${small[1] ?? ''} `),
    );
    const sent = ask('sbatch', '--export=ALL', 'array.sbatch');
    expect(sent.stderr).toBe('');
    const names = ['1', '4', '7'].map((id) => join(home, 'shards', `${id}.json`));
    await until(() => names.every((name) => existsSync(name)), 'the shards are made');
    const { status, stdout } = await pvmSpecIn({ folder: home }, 'merge', 'shards');
    expect(status).toBe(1);
    expect(stdout).toBe(await whole('6'));
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('what cannot be run here is at least what it says', () => {
  const text = (name: string): string => readFileSync(join(examples, name), 'utf8');

  test('the Job has as many shards as completions', () => {
    const [, completions] = /completions: (\d+)/.exec(text('job.yaml')) ?? [];
    expect(text('job.yaml')).toContain(`--shard ${completions ?? 'none'} --out "/shards/$JOB_COMPLETION_INDEX.json"`);
    expect(text('job.yaml')).toContain('completionMode: Indexed');
  });

  test('the seed of a GitHub run is one that verify takes', () => {
    expect(text('github.yml')).toContain('--seed $((SEED % 4294967296))');
  });
});
