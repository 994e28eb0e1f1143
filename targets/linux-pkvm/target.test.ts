import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Question } from '../../spec/target.ts';
import type { TranscriptHeader } from '../../spec/transcript.ts';
import { TargetProblem } from '../problem.ts';
import { defaultHardware } from './driver.ts';
import type { Installed } from './installed.ts';
import { LinuxPkvm } from './target.ts';

/** Stands in for the emulator and the agent in it: every call answers 0, but the one whose page is to go wrong. */
const fake = (wrong: string): string => `#!${process.execPath}
const fs = require('node:fs');
if (process.argv.includes('--version')) { console.log('QEMU emulator version 7.2.0'); process.exit(0); }
const socket = /unix:([^,]*)/.exec(process.argv.join(' '))[1];
require('node:net').createServer((monitor) => {
  monitor.write('{"QMP":{}}\\n');
  require('node:readline').createInterface({ input: monitor }).on('line', (line) => {
    const { execute, arguments: given } = JSON.parse(line);
    if (execute === 'pmemsave') {
      if (fs.existsSync(process.argv[1] + '.monitor')) { monitor.destroy(); return; }
      fs.writeFileSync(given.filename, Buffer.alloc(given.size));
    }
    monitor.write('{"return":{}}\\n');
  });
}).listen(socket);
let pages = 0x44000;
let answers = [];
const answer = (line) => {
  if (/^alloc ..+/.test(line)) answers.push('?at most 2^10 pages');
  else if (line.startsWith('alloc')) answers.push((pages++).toString(16));
  else if (line.endsWith(' 44001')) { ${wrong} }
  else answers.push('0 0');
};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  if (line !== '.') { answer(line); return; }
  if (answers !== undefined) process.stdout.write(answers.map((one) => one + '\\n').join('') + '.\\n');
  answers &&= [];
});
`;

let folder: string;
let path: string | undefined;
let target: LinuxPkvm;

const about = { hypervisor: 'linux-pkvm', release: '7.3', machine: 'fake', mode: 'fake' };
const header: TranscriptHeader = {
  target: about,
  profile: 'linux-7.3',
  pages: ['P0', 'P1'],
  blocks: {},
  specialPages: {},
};

function installed(): Installed {
  const at = (name: string): string => join(folder, name);
  const memory = {
    firstPage: 0x40000,
    pages: 0x10000,
    carveout: { firstPage: 0x4f000, pages: 16 },
    pageTable: { address: 0x4f000000, firstPage: 0x40000, pages: 16 },
  };
  const calls = { __pkvm_host_share_hyp: 20 };
  return {
    folder,
    features: { guest: '', target: about, profile: 'linux-7.3', hardware: defaultHardware, calls, memory } as never,
    hardware: defaultHardware,
    boot: { kernel: at('kernel'), initramfs: at('initramfs') },
    snapshot: { memory: at('memory'), devices: at('devices') },
    runs: at('runs'),
  };
}

function going(wrong: string): LinuxPkvm {
  writeFileSync(join(folder, 'bin', 'qemu-system-aarch64'), fake(wrong), { mode: 0o755 });
  return (target = new LinuxPkvm(installed(), { seconds: 3 }));
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pvm-target-'));
  mkdirSync(join(folder, 'bin'));
  path = process.env['PATH'];
  process.env['PATH'] = `${join(folder, 'bin')}${delimiter}${path ?? ''}`;
});
afterEach(async () => {
  await target.close();
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true, force: true });
});

const share = (page: string): Question => ({ op: 'host_share_hyp', args: { page } });
const right = { ret: 0 };

describe('what the machine says where only a fault of the hypervisor can have brought it about', () => {
  test.each([
    ['a refused request', "answers.push('?no memory left');", { problem: 'no call was made: no memory left' }],
    ['no number', "answers.push('0 xyzzy');", { problem: 'no answer: "0 xyzzy"' }],
    ['no line', '', { problem: '0 answers to 1 request' }],
    ['two lines', "answers.push('0 0', '0 0');", { problem: '2 answers to 1 request' }],
    ['silence', 'answers = undefined;', { panic: 'hang', message: 'no answer within 1 s' }],
    ['its end', 'process.exit(3);', { panic: 'EL2', message: expect.stringMatching(/ended \(status 3\)/) as string }],
    [
      'a flood',
      "answers.push('0 '.repeat(1 << 20));",
      { panic: 'EL2', message: expect.stringMatching(/says more than anyone asked for/) as string },
    ],
  ])('%s is the answer to the call that brought it about', async (_, wrong, answer) => {
    const machine = going(wrong);
    await machine.open(header);
    const asked = [share('P0'), share('P0'), share('P1')];
    expect(await machine.answerAll(asked)).toEqual([right, right, answer]);
  });

  test('what happens in a batch only is said to', async () => {
    const machine = going(
      "const { marker } = { marker: process.argv[1] + '.once' }; if (!fs.existsSync(marker)) { fs.writeFileSync(marker, ''); process.exit(3); } answers.push('0 0');",
    );
    await machine.open(header);
    const [first, second] = await machine.answerAll([share('P0'), share('P1')]);
    expect(first).toEqual(right);
    expect(second).toMatchObject({ panic: 'EL2', note: 'not so when asked call by call' });
  });

  test('a monitor that ends while page states are asked for is the end of the machine', async () => {
    const machine = going("answers.push('0 0');");
    await machine.open(header);
    expect(await machine.pageStates()).toEqual({ state: {}, otherPagesChanged: 0 });
    writeFileSync(join(folder, 'bin', 'qemu-system-aarch64.monitor'), '');
    expect(await machine.pageStates()).toMatchObject({
      panic: 'hang',
      message: expect.stringMatching(/monitor/) as string,
    });
  });
});

describe('a machine that is closed', () => {
  const nothingRuns = (): void => expect(readdirSync(join(folder, 'runs'))).toEqual([]);
  test('while it is opened for the first time leaves nothing behind', async () => {
    const machine = going('');
    const opening = machine.open(header);
    await machine.close();
    await expect(opening).rejects.toBeInstanceOf(TargetProblem);
    await machine.close();
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });
  test.each([0, 5, 50])('while it is opened again, after %i ms, leaves nothing behind', async (milliseconds) => {
    const machine = going('');
    await machine.open(header);
    const opening = machine.open(header).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    await machine.close();
    await opening;
    nothingRuns();
  });
  test('while it is asked has not died', async () => {
    const machine = going('answers = undefined;');
    await machine.open(header);
    const answers = machine.answerAll([share('P1')]);
    await machine.close();
    await expect(answers).rejects.toBeInstanceOf(TargetProblem);
    nothingRuns();
  });
});

describe('what cannot be asked', () => {
  test.each<[string, Question, RegExp]>([
    ['a page that the header lacks', share('P7'), /declares no page P7/],
    [
      'a call that the release lacks',
      { op: 'mkyoung', args: { gfn: 1 } },
      /has no hypercall __pkvm_host_mkyoung_guest/,
    ],
    ['no call', { op: 'frob', args: {} }, /cannot be asked frob/],
    [
      'a word of no bits',
      { op: 'host_write', args: { page: 'P0', offset: 0, value: 'x' } },
      /cannot be asked host_write/,
    ],
    ['half a place', { op: 'host_read', args: { page: 'P0', offset: 0.5 } }, /cannot be asked host_read/],
  ])('%s is named', async (_, question, problem) => {
    const machine = going('');
    await machine.open(header);
    await expect(machine.answerAll([question])).rejects.toThrow(problem);
  });
  test('a machine without memory for a page is no machine to ask', async () => {
    const machine = going('');
    await expect(machine.open({ ...header, blocks: { B0: 2 ** 30 } })).rejects.toThrow(
      'no memory for B0: at most 2^10 pages',
    );
  });
});
