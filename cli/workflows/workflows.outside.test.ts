/** The workflows that are given as examples, run here step by step. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runWorkflow } from './local-runner.ts';
import type { Places, Ran } from './local-runner.ts';

const root = join(import.meta.dirname, '../..');
const example = (name: string): string => readFileSync(join(root, 'examples', name), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'pvm-workflows-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let places: Places;
let number = 0;
beforeEach(() => {
  const home = join(folder, String(number++));
  places = { workspace: join(home, 'checkout'), artifacts: join(home, 'artifacts'), action: root };
  mkdirSync(places.workspace, { recursive: true });
  mkdirSync(places.artifacts);
});

const inWorkspace = (name: string): string => join(places.workspace, name);

/** The repository of a small hypervisor: its source, and the Makefile that builds the adapter. */
function hypervisor(flags = ''): void {
  cpSync(join(root, 'targets/stdio/example/small.c'), inWorkspace('small.c'));
  writeFileSync(inWorkspace('Makefile'), `adapter: small.c\n\tgcc -O2 ${flags} -o $@ $<\n`);
}

const hasGcc = spawnSync('gcc', ['--version']).status === 0;

describe.runIf(hasGcc)(hasGcc ? 'the hypervisor of another repository' : 'left out: gcc is not installed', () => {
  const fewer = (text: string): string => text.replace('target: stdio:./adapter', "$&\n          steps: '3000'");
  const hunted = (): Ran[] => runWorkflow(fewer(example('own-ci/pvm-spec.yml')), places).get('hunt') ?? [];

  test('a sound one passes, and its reports are kept', () => {
    hypervisor();
    const [ran] = hunted();
    expect(ran).toMatchObject({
      status: 0,
      output: expect.stringContaining('nothing was done, shown or left behind') as string,
    });
    for (const name of ['hunt.json', 'hunt.xml', 'hunt.sarif', 'hunt.html'])
      expect(existsSync(join(places.artifacts, 'pvm-spec', name)), name).toBe(true);
    // 7777777777777, the number of the run, in 32 bits.
    expect(readFileSync(inWorkspace('pvm-spec/hunt.json'), 'utf8')).toContain('3886972017');
  });

  test('one that forgets to wipe fails, and what shows it is kept', () => {
    hypervisor('-DFORGETS_TO_WIPE');
    const [ran] = hunted();
    expect(ran).toMatchObject({ status: 1, output: expect.stringContaining('expected value "0x0"') as string });
    const kept = readFileSync(join(places.artifacts, 'pvm-spec/found.json'), 'utf8');
    expect(kept).toContain('"profile": "ownership"');
    expect(readFileSync(inWorkspace('pvm-spec/hunt.sarif'), 'utf8')).toContain('"ruleId"');
  });

  test('one that does not compile is no finding: nothing is hunted', () => {
    hypervisor('-no-such-flag');
    const [ran] = hunted();
    expect(ran?.status).toBe(2);
    expect(existsSync(inWorkspace('pvm-spec'))).toBe(false);
  });

  test('the job for GitLab asks the same', () => {
    hypervisor('-DFORGETS_TO_WIPE');
    symlinkSync(root, join(places.workspace, '../pvm-spec'));
    const job = (parse(example('own-ci/gitlab-ci.yml')) as Record<string, { readonly script: readonly string[] }>)[
      'pvm-spec'
    ];
    const [clone, install, ...script] = job?.script ?? [];
    expect([clone, install]).toEqual([expect.stringMatching(/^git clone /), expect.stringMatching(/^npm ci /)]);
    const { status, stdout } = spawnSync('bash', ['-e', '-c', script.join('\n').replace('100000', '3000')], {
      cwd: places.workspace,
      env: { ...process.env, CI_PIPELINE_ID: '5' },
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: expect.stringContaining('expected value "0x0"') as string,
    });
    expect(existsSync(inWorkspace('pvm-spec/hunt.html'))).toBe(true);
  });
});

test('the matrix of many machines ends with one verdict', () => {
  symlinkSync(join(root, 'cli'), inWorkspace('cli'));
  const text = example('many-machines/github.yml')
    .replaceAll('npx pvm-spec', `node ${join(root, 'cli/pvm-spec.mjs')}`)
    .replaceAll('- run: npm ci', "- run: 'true'")
    .replace('[0, 1, 2, 3]', '[0, 1]')
    .replace(' verify ', ' verify --profile cids-forgetful --runs 20 ');
  const ran = runWorkflow(text, places);
  expect(ran.get('verify')?.map(({ status }) => status)).toEqual([0, 0]);
  expect(ran.get('merge')).toEqual([
    {
      status: 1,
      output: expect.stringContaining(
        'again: npm run verify -- --seed 3886972017 --runs 20 --profile cids-forgetful',
      ) as string,
    },
  ]);
  expect(existsSync(join(places.artifacts, 'report/junit.xml'))).toBe(true);
});
