/** Campaigns on small targets, and, where it is set up, on the real hypervisor. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pvmSpec } from './in-process.ts';
import { cacheFolder, findInstalled } from '../targets/linux-pkvm/installed.ts';

const root = new URL('..', import.meta.url).pathname;
const example = (name: string): string => `stdio:python3 ${join(root, 'targets/stdio/example', name)}`;
let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'pvm-hunt-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.runIf(hasPython)('the example of an adapter', () => {
  test('the tiny hypervisor answers as the spec says', async () => {
    const { status, stdout } = await pvmSpec('hunt', '--target', example('tiny.py'), '--seed', '7', '--steps', '4000');
    expect(stdout).toMatch(/every answer is the one that the spec gives/);
    expect(status).toBe(0);
  });
  test('several at a time ask the same sequences, and report the same', async () => {
    const args = ['hunt', '--target', example('tiny.py'), '--seed', '7', '--steps', '3000', '--length', '400'];
    const said = async (jobs: string): Promise<string> =>
      (await pvmSpec(...args, '--jobs', jobs)).stdout.replace(/, [\d.]+ s \(.*\)/, '');
    const [one, three] = [await said('1'), await said('3')];
    expect(one).toMatch(/3000 calls in 8 sequences/);
    expect(three).toBe(one);
  });
  test('its broken variant is reported to programs as well: the calls, the difference, the seed and the command', async () => {
    const [json, junit] = [join(folder, 'hunt.json'), join(folder, 'hunt.xml')];
    const args = ['--target', example('broken.py'), '--seed', '7', '--json', json, '--junit', junit];
    expect(await pvmSpec('verify', ...args)).toMatchObject({ status: 1 });
    const report = JSON.parse(readFileSync(json, 'utf8')) as { seed: number; divergence: Record<string, unknown> };
    expect(report).toMatchObject({ format: 'pvm-hunt', seed: 7, target: { hypervisor: 'tiny' } });
    expect(report.divergence).toMatchObject({
      kind: 'done where refused',
      difference: { clause: 'UNSHARE-HYP-LENT' },
      calls: [{ op: 'host_unshare_hyp', args: { page: 'P0' }, answer: { ret: 0 } }],
    });
    const xml = readFileSync(junit, 'utf8');
    expect(xml).toContain('<testsuites tests="1" failures="1">');
    expect(xml).toMatch(/host_unshare_hyp\(P0\)\n[^]*again: npx pvm-spec hunt [^]*--seed 7 /);
  });
  test('a corpus that a sound one has filled tells it at once', async () => {
    const corpus = join(folder, 'corpus');
    const hunt = (name: string, seed: string): ReturnType<typeof pvmSpec> =>
      pvmSpec('hunt', '--target', example(name), '--seed', seed, '--steps', '3000', '--corpus', corpus);
    expect((await hunt('tiny.py', '1')).stdout).toMatch(/corpus {3}(\d+) sequences, \1 of them new/);
    expect((await hunt('tiny.py', '1')).stdout).toMatch(/corpus {3}\d+ sequences, 0 of them new/);
    const told = await hunt('broken.py', '3');
    expect(told.stdout).toMatch(/call 1 of sequence \d+ of the corpus differs \(done where refused\)/);
    expect(told.stdout).toMatch(/again: .* --seed 3 --corpus /);
    writeFileSync(join(corpus, 'linux-7.3.json'), '{"profile":"linux-7.3","entries":[{"shows":7}]}');
    const refused = await hunt('tiny.py', '4');
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^pvm-spec: .*linux-7\.3\.json: expected a corpus: entries\.0\.shows: [^\n]*\n$/);
  });
  test('and in the forms of others: the clause, and a place for each call', async () => {
    const [log, points] = [join(folder, 'hunt.sarif'), join(folder, 'hunt.tap')];
    const args = ['--target', example('broken.py'), '--seed', '7', '--sarif', log, '--tap', points];
    expect(await pvmSpec('verify', ...args)).toMatchObject({ status: 1 });
    const [run] = (JSON.parse(readFileSync(log, 'utf8')) as Log).runs;
    expect(run?.results).toMatchObject([
      {
        ruleId: 'UNSHARE-HYP-LENT',
        message: { text: expect.stringMatching(/^done where refused\n {2}expected ret "EPERM"/) as string },
        locations: [{ logicalLocations: [{ fullyQualifiedName: expect.stringMatching(/^tiny /) as string }] }],
        codeFlows: [
          { threadFlows: [{ locations: [{ location: { message: { text: 'host_unshare_hyp(P0) → 0' } } }] }] },
        ],
      },
    ]);
    expect(readFileSync(points, 'utf8')).toMatch(
      /\n1\.\.1\nnot ok 1 - hunt: tiny [^]*\n {4}- "host_unshare_hyp\(P0\)"\n/,
    );
  });
  test('an option that says nothing of a target is refused', async () => {
    const { status, stderr } = await pvmSpec('verify', '--target', example('tiny.py'), '--clause', 'MEM-PRIVATE');
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'pvm-spec: --clause is not for a target; `pvm-spec hunt` has the options of one\n',
    });
  });
  test('its broken variant is caught, and the sequence shrunk to the one call that shows it', async () => {
    const { status, stdout } = await pvmSpec(
      'hunt',
      '--target',
      example('broken.py'),
      '--seed',
      '7',
      '--steps',
      '4000',
    );
    expect(stdout).toMatch(/shrunk to one call/);
    expect(stdout).toMatch(/UNSHARE-HYP-LENT/);
    expect(status).toBe(1);
  });
  test('what it answers can be recorded, and the record is explained', async () => {
    const out = join(folder, 'tiny.jsonl');
    await pvmSpec('trace', 'record', '--target', example('tiny.py'), '--seed', '1', '--steps', '200', '--out', out);
    expect(readFileSync(out, 'utf8').trim().split('\n')).toHaveLength(201);
    expect(await pvmSpec('trace', 'check', out)).toMatchObject({ status: 0 });
    expect(await pvmSpec('trace', 'repeat', '--target', example('tiny.py'), out)).toMatchObject({ status: 0 });
  });
});

describe('a program that does not keep to the protocol', () => {
  const hello = { pvmTarget: 1, profile: 'linux-7.3', calls: ['host_share_hyp', 'host_unshare_hyp'] };
  const about = { ...hello, target: { hypervisor: 'x', release: '1', machine: 'x', mode: 'x' } };
  const program = (body: string): string => {
    const file = join(folder, 'program.cjs');
    writeFileSync(
      file,
      `const say = (one) => console.log(JSON.stringify(one)); say(${JSON.stringify(about)});\n${body}`,
    );
    return `stdio:${process.execPath} ${file}`;
  };
  const lines = (onLine: string): string =>
    `require('readline').createInterface({ input: process.stdin }).on('line', (line) => { ${onLine} });`;

  test.each([
    ['says nothing of itself', 'stdio:true', /the program ended/],
    ['speaks no JSON', 'stdio:echo hello', /one line of JSON, got "hello"/],
    ['is no target', `stdio:echo '{"a":1}'`, /a first line that describes the target: pvmTarget/],
  ])('%s: one line says so', async (_, command, problem) => {
    const { status, stderr } = await pvmSpec('hunt', '--target', command, '--steps', '10');
    expect(stderr).toMatch(problem);
    expect(
      stderr
        .trim()
        .split('\n')
        .filter((line) => line.startsWith('pvm-spec:')),
    ).toHaveLength(1);
    expect(status).toBe(2);
  });
  test('dies: that is an answer', async () => {
    const target = program(lines(`if (line.includes('"op"')) process.exit(5); say({ ready: true });`));
    const { status, stdout } = await pvmSpec('hunt', '--target', target, '--steps', '10', '--shrink', '0');
    expect(stdout).toMatch(/^THE HYPERVISOR STOPS at host_\w+\(\w+\): {"panic":"EL2","message":"the program ended/);
    expect(stdout).toMatch(/differs \(the machine stops\): host_/);
    expect(status).toBe(1);
  });
  test('says what cannot be read: that is an answer, shown as it is', async () => {
    const target = program(lines(`console.log(line.includes('"op"') ? 'oops: 0x5' : '{"ready":true}');`));
    const { status, stdout } = await pvmSpec('hunt', '--target', target, '--steps', '10');
    expect(stdout).toMatch(/^NO READABLE ANSWER to host_\w+\(\w+\): {"problem":"[^\n]*,"message":"oops: 0x5"}\n/);
    expect(stdout).toMatch(/shrunk to one call/);
    expect(status).toBe(1);
  });
  test('hangs: that is an answer', async () => {
    const target = program(lines(`if (line.includes('"format"')) say({ ready: true });`));
    const { status, stdout } = await pvmSpec(
      'hunt',
      '--target',
      target,
      '--steps',
      '10',
      '--patience',
      '0.3',
      '--shrink',
      '0',
    );
    expect(stdout).toMatch(/^NO ANSWER to host_\w+\(\w+\): {"panic":"hang","message":"no answer within 0.3 s"}\n/);
    expect(status).toBe(1);
  });
});

describe('a finding', () => {
  const finding = join(root, 'counterexamples/findings/linux-7.3.unused-table-pages-return-unwiped.json');
  test('is explained, and held against the spec', async () => {
    expect((await pvmSpec('explain', finding)).stdout).toMatch(/never\s+used\s+are\s+returned\s+unwiped/);
    const { status, stdout } = await pvmSpec('replay', finding);
    expect(stdout).toMatch(/still so \(recorded answers compared with the specification/);
    expect(status).toBe(1);
  });
  test.runIf(findInstalled(cacheFolder(), '7.3'))('is asked again: what was recorded is still so', async () => {
    const { status, stdout } = await pvmSpec('replay', finding, '--target', 'linux-pkvm', '--release', '7.3');
    expect(stdout).toMatch(/answered as recorded/);
    expect(status).toBe(1);
  });
  test('is not asked of a hypervisor of another kind', async () => {
    const { status, stderr } = await pvmSpec('replay', finding, '--target', example('tiny.py'));
    expect(stderr).toMatch(/was recorded on 7.3.4, 7.2.12/);
    expect(status).toBe(2);
  });
});

describe('linux-pkvm', () => {
  const installed = findInstalled(cacheFolder());
  const why = installed ? '' : ' (left out: it is not set up here; pvm-spec target setup linux-pkvm)';
  test.runIf(installed)(`answers as the spec says${why}`, async () => {
    const { status, stdout } = await pvmSpec('hunt', '--seed', '1', '--steps', '3000');
    expect(stdout).toMatch(/every answer is the one that the spec gives/);
    expect(status).toBe(0);
  });
  test('that is not set up says how to get it', async () => {
    const { status, stderr } = await pvmSpec('hunt', '--cache', join(folder, 'empty'));
    expect(stderr).toMatch(/not set up here: pvm-spec target setup linux-pkvm/);
    expect(status).toBe(2);
  });
});

describe('two CPUs', () => {
  const bad = (name: string, more: object): string => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify({ format: 'pvm-pair', version: 1, ...more }));
    return file;
  };
  test.each<[string, () => string[], RegExp]>([
    ['three of them', () => ['hunt', '--cpus', '3'], /--cpus takes 2, got 3/],
    ['those of a program', () => ['hunt', '--cpus', '2', '--target', 'stdio:cat'], /is for linux-pkvm/],
    ['a scene without them', () => ['hunt', '--scene', 'a handle'], /--scene is for two CPUs: add --cpus 2/],
    ['a recording of them', () => ['hunt', '--cpus', '2', '--record', 'x'], /--record is not for --cpus 2/],
    ['no set-up', () => ['hunt', '--cpus', '2', '--cache', join(folder, 'empty')], /not set up here: pvm-spec target/],
    ['a file without a target', () => ['replay', bad('one', {})], /holds a schedule of two CPUs: --target linux-pkvm/],
    ['a file that is none', () => ['explain', bad('two', {})], /expected a pair of calls: scene: /],
  ])('%s: one line, and exit status 2', async (_, words, problem) => {
    const { status, stderr } = await pvmSpec(...words());
    expect(stderr).toMatch(problem);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(status).toBe(2);
  });
});
