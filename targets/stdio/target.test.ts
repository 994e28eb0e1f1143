import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Question } from '../../spec/target.ts';
import type { TranscriptHeader } from '../../spec/transcript.ts';
import { TargetProblem } from '../problem.ts';
import { StdioTarget } from './target.ts';

const about = { hypervisor: 'x', release: '1', machine: 'x', mode: 'x' };
const hello = { pvmTarget: 1, target: about, profile: 'linux-7.3', calls: ['host_share_hyp'], pageStates: true };
const header: TranscriptHeader = { target: about, profile: 'linux-7.3', pages: ['P0'], blocks: {}, specialPages: {} };
const share: Question = { op: 'host_share_hyp', args: { page: 'P0' } };

let folder: string;
let target: StdioTarget;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'pvm-stdio-'))));
afterEach(async () => {
  await target.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Manners {
  /** Code of JavaScript that is run at each line, which it has as `line`, and that says lines with `say`. */
  readonly onHeader?: string;
  readonly onCall?: string;
  readonly onStates?: string;
  readonly first?: string;
  /** How long it may be silent at first. */
  readonly startSeconds?: number;
}

/** A program that does what it is asked, but for what is given. */
function program({ first, onHeader, onCall, onStates, startSeconds = 8 }: Manners): StdioTarget {
  const file = join(folder, 'program.cjs');
  const body = `
    const say = (one) => process.stdout.write((typeof one === 'string' ? one : JSON.stringify(one)) + '\\n');
    const folder = ${JSON.stringify(folder)};
    const hello = ${JSON.stringify(hello)};
    ${first ?? 'say(hello);'}
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      if (line.includes('"format"')) { ${onHeader ?? 'say({ ready: true });'} }
      else if (line.includes('"states"')) { ${onStates ?? 'say({ state: {}, otherPagesChanged: 0 });'} }
      else { ${onCall ?? 'say({ ret: 0 });'} }
    });`;
  writeFileSync(file, body);
  return (target = new StdioTarget(`${process.execPath} ${file}`, { seconds: 1, startSeconds }));
}

test('a program that keeps to the protocol is asked', async () => {
  const one = program({ onCall: 'say({ ...(JSON.parse(line).i === 1 && { i: 1 }), ret: 0 });' });
  expect(await one.describe()).toMatchObject({ calls: hello.calls, profile: hello.profile });
  await one.open(header);
  expect(await one.answerAll([share, share])).toEqual([{ ret: 0 }, { ret: 0 }]);
  expect(await one.pageStates()).toEqual({ state: {}, otherPagesChanged: 0 });
});

describe('a program that dies or is silent beside a call or page states has answered', () => {
  test.each([
    ['dies at a call', { onCall: 'process.exit(5);' }, 'EL2', /ended \(status 5\)/],
    [
      'is killed at a call',
      { onCall: "process.kill(process.pid, 'SIGSEGV');" },
      'EL2',
      /ended \((SIGSEGV|status 139)\)/,
    ],
    ['says why', { onCall: "console.error('out\\nof luck'); process.exit(5);" }, 'EL2', /status 5\): out\s+of luck/],
    ['is silent', { onCall: '' }, 'hang', /no answer within 1 s/],
    ['says half a line', { onCall: `process.stdout.write('{"ret"');` }, 'hang', /no answer within 1 s/],
  ])('%s', async (_, manners, panic, message) => {
    const one = program(manners);
    await one.open(header);
    const [answer, ...others] = await one.answerAll([share, share]);
    expect(answer).toEqual({ panic, message: expect.stringMatching(message) as string });
    expect(others).toEqual([]);
  });
  test('dies at page states', async () => {
    const one = program({ onStates: 'process.exit(6);' });
    await one.open(header);
    expect(await one.pageStates()).toMatchObject({ panic: 'EL2' });
  });
  test('is started again for the next sequence', async () => {
    const one = program({ onCall: 'process.exit(5);' });
    await one.open(header);
    await one.answerAll([share]);
    await one.open(header);
    expect(await one.answerAll([share])).toMatchObject([{ panic: 'EL2' }]);
  });
});

describe('an answer that cannot be read is an answer, and the last one', () => {
  test.each<[string, Manners, RegExp, string]>([
    ['no JSON', { onCall: "say('yes\\u0007');" }, /an answer to host_share_hyp as one line of JSON, got "yes/, 'yes'],
    ['a list', { onCall: 'say([1]);' }, /an answer to host_share_hyp: /, '[1]'],
    ['nothing', { onCall: 'say(null);' }, /an answer to host_share_hyp: /, 'null'],
    ['an empty line', { onCall: "say('');" }, /got ""/, ''],
    ['an infinite number', { onCall: `say('{"ret":1e999}');` }, /an answer to host_share_hyp: ret /, '{"ret":1e999}'],
  ])('%s', async (_, manners, problem, message) => {
    const one = program(manners);
    await one.open(header);
    const answers = await one.answerAll([share, share]);
    expect(answers).toEqual([{ problem: expect.stringMatching(problem) as string, message }]);
    await one.open(header);
    expect(await one.answerAll([share])).toMatchObject([{ message }]);
  });
});

describe('a program that breaks the protocol is a problem of one line', () => {
  const asked = async (manners: Manners): Promise<unknown> => {
    const one = program(manners);
    await one.describe();
    await one.open(header);
    await one.answerAll([share, share]);
    await one.pageStates();
    return one.open(header);
  };
  test.each<[string, Manners, RegExp]>([
    [
      'is silent at first',
      { first: '', startSeconds: 1 },
      /a first line that describes the target: no answer within 1 s \(does it flush/,
    ],
    ['ends at first', { first: 'process.exit(3);' }, /a first line .*: the program ended \(status 3\)/],
    ['dies after its description', { onHeader: 'process.exit(7);' }, /after a header: the program ended \(status 7\)/],
    ['is not ready', { onHeader: 'say({ ready: 1 });' }, /expected {"ready":true} after a header: ready /],
    [
      'has a name that moves the cursor',
      { first: `say({ ...hello, profile: '\\u001b[2J' });` },
      /profile expected 1 to 200 printable/,
    ],
    ['has sizes beyond all memory', { first: 'say({ ...hello, sizes: { kvmPages: 1e12 } });' }, /sizes.kvmPages /],
    [
      'has addresses of no width',
      { first: 'say({ ...hello, features: { ipaBits: 0, hardwareAccessFlag: true } });' },
      /ipaBits /,
    ],
    [
      'answers in another order',
      { onCall: 'say({ i: 1 - JSON.parse(line).i, ret: 0 });' },
      /the answer to call 0, host_share_hyp, got that to call 1/,
    ],
    ['answers twice', { onCall: 'say({ ret: 0 }); say({ ret: 0 });' }, /what nobody asked for: |page states/],
    ['has no end', { onCall: "process.stdout.write('x'.repeat(3 << 20));" }, /a line of more than 1 MiB/],
    ['never stops', { onCall: 'for (;;) say({ ret: 0 });' }, /what nobody asked for: |page states/],
    [
      'shows states that are none',
      { onStates: 'say({ state: [], otherPagesChanged: 0 });' },
      /expected page states: state /,
    ],
    [
      'counts less than nothing',
      { onStates: 'say({ state: {}, otherPagesChanged: -1 });' },
      /expected page states: otherPagesChanged /,
    ],
  ])('%s', async (_, manners, problem) => {
    const error: unknown = await asked(manners).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TargetProblem);
    const { message } = error as Error;
    expect(message).toMatch(problem);
    expect(message).toMatch(/^[^\p{C}]{1,600}$/u);
  });

  test('describes itself anew after its death', async () => {
    const once = `const fs = require('node:fs'), mark = folder + '/mark';
      say(fs.existsSync(mark) ? { ...hello, calls: [] } : hello); fs.writeFileSync(mark, '');`;
    const one = program({ first: once, onCall: 'process.exit(1);' });
    await one.open(header);
    await one.answerAll([share]);
    await expect(one.open(header)).rejects.toThrow('describes itself otherwise');
  });
});

describe('closed', () => {
  const alive = (pid: number): boolean =>
    existsSync(`/proc/${pid}/stat`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z');
  test('while it is asked, whoever waits is told at once', async () => {
    const one = program({ onCall: '' });
    await one.open(header);
    const waiting = one.answerAll([share]);
    await one.close();
    await expect(waiting).rejects.toThrow('closed while it was asked');
  });
  test('it takes along what it has started', async () => {
    const one = program({
      onHeader: `const { pid } = require('node:child_process').spawn('sleep', ['60'], { stdio: 'ignore' });
        require('node:fs').writeFileSync(folder + '/pid', String(pid)); say({ ready: true });`,
      onCall: 'process.exit(0);',
    });
    await one.open(header);
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    expect(alive(pid)).toBe(true);
    await one.answerAll([share]);
    await expect.poll(() => alive(pid)).toBe(false);
  });
});
