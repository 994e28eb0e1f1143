import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseCounterexample } from '../../search/counterexamples/file.ts';
import type { Counterexample } from '../../search/counterexamples/file.ts';
import { reportFault } from './fault.ts';

function kept(name: string): Counterexample {
  const file = new URL(`../../counterexamples/boot/${name}.json`, import.meta.url);
  const counterexample = parseCounterexample(readFileSync(file, 'utf8'));
  if (typeof counterexample === 'string') throw new Error(counterexample);
  return counterexample;
}

const noVerity = kept('no-verity.a-system-runs-that-was-changed-on-its-disk');

test('a call that would be refused without the fault is told with its error and its clause', () => {
  expect(reportFault(noVerity)).toEqual({
    title: 'a system runs that was changed on its disk',
    mistake: 'the system is mounted as it is',
    known: 'AOSP Virtualization 52ea0830 (b/198303625)',
    broken: { length: 2, statement: expect.stringMatching(/^the system that runs is the one/) as string },
    lines: [
      ' #  actor       call                                       answer',
      ' 1  pvmfw       pvmfw_boot(disk 0, kernel v2, instance 0)  0',
      '    VM  off → kernel · runs kernel v2 with normal ramdisk · first boot',
      "      handover holds the guest's secrets · has seal(normal device, key 0, normal, record, id 0)",
      "    disk 0  pvmfw's entry free → sealed",
      ' 2  Microdroid  init_boot(system changed system)           0 ✗',
      '    VM  kernel → system',
      '',
      'without the fault: step 2 answers INIT_FAILED (SYSTEM-VERITY), and nothing changes.',
      '✗ a system runs that was changed on its disk',
    ],
    scenes: expect.objectContaining({ beginning: '', lives: [] }) as unknown,
    ending: [
      'without the fault: step 2 answers INIT_FAILED (SYSTEM-VERITY), and nothing changes.',
      '✗ a system runs that was changed on its disk',
    ],
  });
});

test('a call that would be done without the fault is told with what it changes with it alone, and without it alone', () => {
  const report = reportFault(kept('pages-shared.the-host-reads-and-writes-memory-of-a-booted-guest'));
  expect(typeof report === 'string' ? report : report.lines.slice(-2)).toEqual([
    'only with the fault: VM  shares pages with the host',
    '✗ the host reads and writes memory of a booted guest',
  ]);
});

test.each([
  [{ fault: 'nothing' }, 'no fault nothing of the rules'],
  [{ profile: 'avf-14' }, 'no-verity is a fault of avf-15, not of avf-14'],
  [{ scope: 'nowhere' }, 'no scope nowhere'],
  [{ calls: [{ call: 'boot', cpu: 0, args: {} }] }, 'profile avf-15 has no call boot'],
  [{ calls: [{ call: 'init_boot', cpu: 0, args: { system: 'none' } }] }, 'init_boot: system cannot be none'],
  [{ calls: [{ call: 'init_boot', cpu: 0, args: { kernel: 'v2' } }] }, 'init_boot has no argument kernel'],
  [{ calls: [{ call: 'init_boot', cpu: 7, args: {} }] }, 'init_boot: there is no CPU 7'],
])('what cannot be run is said in a line: %j', (wrong, problem) => {
  expect(reportFault({ ...noVerity, ...wrong })).toBe(problem);
});
