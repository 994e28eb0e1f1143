import { copyFileSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawnSync } from 'node:child_process';
import { writePartition } from '../../model/images/vbmeta-write.ts';
import { pvmSpec } from '../in-process.ts';
import { version } from '../version.ts';
import { errorsOf } from './validator.ts';

const root = join(import.meta.dirname, '../..');
const before = process.cwd();
let folder = '';
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'pvm-schemas-')));
  process.chdir(folder);
  for (const name of ['tiny.py', 'broken.py']) copyFileSync(join(root, 'targets/stdio/example', name), name);
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

/** It is as its schema says, names the version of the tool, and no place on this machine. */
function isReport(schema: string, text: string): void {
  const report = JSON.parse(text) as Record<string, unknown>;
  expect(report).toMatchObject({ $schema: `${schema}.schema.json`, version: 1, tool: version });
  expect(errorsOf(`${schema}.schema.json`, report)).toBeUndefined();
  expect(errorsOf(`${schema}.schema.json`, { ...report, tool: undefined })).toBeDefined();
  for (const place of [root, folder, tmpdir()]) expect(text).not.toContain(place);
}

const recording = join(root, 'targets/transcript/recorded/scenario-share-unshare.jsonl');

test.each<[schema: string, status: number, ...words: string[]]>([
  ['clauses-report', 0, 'clauses', '--json', 'MEM-WIPE'],
  ['diff-report', 1, 'diff', 'cids-strict', 'cids-cyclic', '--json'],
  ['trace-report', 0, 'trace', 'check', '--json', recording],
  ['attest-report', 0, 'attest', 'verify', '--json', join(root, 'model/vectors/avf/dice.dat')],
  ['detect-report', 0, 'detect', '--json', join(root, 'targets/linux-pkvm/logs/6.12-protected-hvhe.log')],
])('%s', async (schema, status, ...words) => {
  const ran = await pvmSpec(...words);
  expect(ran).toMatchObject({ status, stderr: '' });
  isReport(schema, ran.stdout);
});

test('reports of what is refused', async () => {
  writeFileSync('kernel', writePartition(new Uint8Array(8), new Uint8Array(64)));
  isReport(
    'image-report',
    (await pvmSpec('image', 'verify', '--json', '--as', 'vbmeta', join(folder, 'kernel'))).stdout,
  );
  writeFileSync('evidence', new Uint8Array([0x82, 0x01]));
  isReport('attest-report', (await pvmSpec('attest', 'verify', '--json', join(folder, 'evidence'))).stdout);
  const lines = readFileSync(recording, 'utf8').split('\n');
  const other = lines.map((line) => line.replace('"ret":0', '"ret":1')).join('\n');
  writeFileSync('other.jsonl', other);
  const { status, stdout } = await pvmSpec('trace', 'check', '--json', join(folder, 'other.jsonl'));
  expect(status).toBe(1);
  isReport('trace-report', stdout);
});

test('verify writes a report, and counterexamples, as their schemas say', async () => {
  const asked = ['--profile', 'cids-forgetful', '--runs', '5', '--seed', '1', '--jobs', '1', '--json', 'verify.json'];
  expect(await pvmSpec('verify', ...asked)).toMatchObject({ status: 1 });
  isReport('verify-report', read('verify.json'));
  const found = readdirSync(join(folder, 'report'));
  expect(found.length).toBeGreaterThan(0);
  for (const name of found)
    expect(errorsOf('counterexample.schema.json', JSON.parse(read(`report/${name}`)))).toBeUndefined();
});

const hasPython = spawnSync('python3', ['--version']).status === 0;
const why = hasPython ? '' : ' (left out: there is no python3 here)';

test.runIf(hasPython)(`hunt and its shards write what their schemas say${why}`, async () => {
  const hunt = ['hunt', '--target', 'stdio:python3 broken.py', '--seed', '1'];
  expect(await pvmSpec(...hunt, '--json', 'hunt.json', '--save', 'found.json')).toMatchObject({ status: 1 });
  isReport('hunt-report', read('hunt.json'));
  expect(errorsOf('sequence.schema.json', JSON.parse(read('found.json')))).toBeUndefined();
  for (const share of ['0/2', '1/2'])
    await pvmSpec(...hunt, '--steps', '1000', '--shard', share, '--out', `shards/${share.slice(0, 1)}.json`);
  expect(errorsOf('shard.schema.json', JSON.parse(read('shards/0.json')))).toBeUndefined();
  expect(await pvmSpec('merge', 'shards', '--json', 'hunts.json')).toMatchObject({ status: 1 });
  isReport('hunts-report', read('hunts.json'));
});
