/** What `hunt --save` writes, and what `explain` and `replay` make of it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { describedAs } from '../search/conformance/campaign/by-the-rules.ts';
import { Campaign } from '../search/conformance/campaign/campaign.ts';
import { QuestionSequence } from '../search/conformance/campaign/sequence.ts';
import { linux73 } from '../spec/profiles/linux-7.3.ts';
import { saveSequence } from './hunt/save-sequence.ts';
import { parseSequenceFile } from '../search/counterexamples/sequence-file.ts';
import type { SequenceFile } from '../search/counterexamples/sequence-file.ts';
import { pvmSpec } from './in-process.ts';
import { explainSequence } from './sequence-file.ts';

const root = new URL('..', import.meta.url).pathname;
let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'pvm-save-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const example = (name: string): string => `stdio:python3 ${join(root, 'targets/stdio/example', name)}`;

const saved: SequenceFile = {
  format: 'pvm-sequence',
  name: 'linux-7.3.host_unshare_hyp',
  kind: 'done where refused',
  difference: { what: 'ret', expected: '"EPERM"', got: '0' },
  found: 'npx pvm-spec hunt',
  isShrunk: true,
  recording: {
    target: { hypervisor: 'x', release: '1', machine: 'x', mode: 'x' },
    profile: 'linux-7.3',
    calls: [{ op: 'host_unshare_hyp', args: { page: 'P0' }, answer: { ret: 0 } }],
  },
};
const changed = (recording: Partial<SequenceFile['recording']>): SequenceFile => ({
  ...saved,
  recording: { ...saved.recording, ...recording },
});

const hasPython = spawnSync('python3', ['--version']).status === 0;
const why = hasPython ? '' : ' (left out: there is no python3 here)';

describe.runIf(hasPython)(`a hunt that finds something${why}`, () => {
  test('saves it, and it is explained, replayed, and asked again', async () => {
    const file = join(folder, 'found.json');
    const found = await pvmSpec('hunt', '--target', example('broken.py'), '--seed', '7', '--save', file);
    expect(found).toMatchObject({ status: 1, stderr: '' });
    expect(found.stdout.trimEnd().split('\n').at(-1)).toMatch(/^saved: .* explain .*found\.json$/);
    expect(readdirSync(folder)).toEqual(['found.json']);
    const read = parseSequenceFile(readFileSync(file, 'utf8')) as SequenceFile;
    expect(read).toMatchObject({
      kind: 'done where refused',
      isShrunk: true,
      recording: { calls: saved.recording.calls },
    });
    const explained = await pvmSpec('explain', file);
    expect(explained).toMatchObject({ status: 0, stderr: '' });
    expect(explained.stdout).toMatch(/ 1 {2}host_unshare_hyp\(P0\) {2}0\n {2}expected ret "EPERM" {3}UNSHARE-HYP-LENT/);
    expect(await pvmSpec('replay', file)).toMatchObject({ status: 1, stderr: '' });
    expect(await pvmSpec('replay', file, '--target', example('broken.py'))).toMatchObject({ status: 1 });
    const mended = await pvmSpec('replay', file, '--target', example('tiny.py'));
    expect(mended.status).toBe(0);
    expect(mended.stdout).toMatch(/host_unshare_hyp\(P0\) {2}EPERM {3}\(before: 0\)/);
  });
  test('is not begun where it would write over a file, or where there is no folder', async () => {
    const file = join(folder, 'mine.json');
    writeFileSync(file, 'mine');
    const refused = (path: string): Promise<unknown> => pvmSpec('hunt', '--target', 'stdio:false', '--save', path);
    expect(await refused(file)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `pvm-spec: --save does not write over ${file}; name another file, or remove it\n`,
    });
    expect(await refused(join(folder, 'no/x.json'))).toMatchObject({ status: 2, stdout: '' });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
  test('says that there is nothing to save where nothing differs', async () => {
    const file = join(folder, 'nothing.json');
    const { status, stdout } = await pvmSpec(
      'hunt',
      '--target',
      example('tiny.py'),
      '--seed',
      '7',
      '--steps',
      '300',
      '--save',
      file,
    );
    expect({ status, there: existsSync(file) }).toEqual({ status: 0, there: false });
    expect(stdout).toMatch(/nothing differs: .*nothing\.json is not written\n$/);
  });
});

test('page states are held against the spec as well', () => {
  const states = { state: { P0: { host: 'NOPAGE', hyp: 'OWNED' } }, otherPagesChanged: 0 };
  const text = explainSequence(changed({ calls: [], states }));
  expect(text).toContain('(before the first call)');
  expect((text as string[]).join('\n')).toMatch(/expected state of P0 host OWNED, hyp NOPAGE/);
});

test('by ownership, what was refused without need has not happened', () => {
  const calls = [
    { op: 'init_vm', args: { handle: 4096, protected: true }, answer: { ret: 'EPERM' } },
    { op: 'donate_guest', args: { handle: 4096, page: 'P0', gfn: 256 }, answer: { ret: 0 } },
  ];
  const text = explainSequence(changed({ profile: 'ownership', calls })) as string[];
  expect(text.join('\n')).toMatch(/expected answer a refusal {3}OWN-VM-EXISTS/);
});

test.each<[string, SequenceFile, RegExp]>([
  ['a profile that there is not', changed({ profile: 'bsd' }), /^recording\.profile: no profile bsd$/],
  ['a call that there is not', changed({ calls: [{ op: 'brew', args: {}, answer: {} }] }), /has no call brew/],
  [
    'a page that there is not',
    changed({ calls: [{ op: 'host_share_hyp', args: { page: 'Z' }, answer: {} }] }),
    /no page Z/,
  ],
])('a file with %s is refused in one line', (_, file, problem) => {
  expect(explainSequence(file)).toMatch(problem);
});

test('a file of another shape is refused in one line', () => {
  expect(parseSequenceFile(JSON.stringify({ ...saved, version: 2 }))).toMatch(
    /^expected a sequence of a hunt: version/,
  );
  expect(parseSequenceFile(JSON.stringify({ ...saved, extra: 1 }))).toMatch(/^expected a sequence of a hunt: .*extra/);
});

test('what cannot be written is told after all that was found, and leaves nothing behind', () => {
  const said: string[] = [];
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const about = { ...describedAs(linux73), calls: ['host_share_hyp'] };
  const campaign = new Campaign([], about, { profile: linux73, length: 1, statesEvery: 1 });
  const difference = { what: 'x', expected: '1', got: '2' };
  const met = { kind: 'no call' as const, questions: [], answers: [], changed: [], difference };
  const divergence = { run: 0, sequence: new QuestionSequence([]), met };
  saveSequence(join(folder, 'gone/x.json'), { campaign, divergence, shrunk: undefined, again: '' });
  stderr.mockRestore();
  expect(said.join('')).toMatch(/^pvm-spec: cannot write .*x\.json: ENOENT[^\n]*\n$/);
  expect(existsSync(join(folder, 'gone'))).toBe(false);
});
