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

const noVerity = kept('no-verity.an-unverified-system-runs');

test('a call that would be refused without the fault is told with its error and its clause', () => {
  expect(reportFault(noVerity)).toEqual({
    title: 'the system is mounted as it is',
    known: 'AOSP Virtualization 52ea0830 (b/198303625)',
    broken: { length: 2, statement: expect.stringMatching(/^the system that runs is the one/) as string },
    lines: [
      ' #  actor       call                                       answer    what changes',
      expect.stringMatching(
        /^ 1 {2}pvmfw {7}pvmfw_boot\(disk 0, kernel v2, instance 0\) {2}0 {9}VM {2}off → kernel/,
      ) as string,
      expect.stringMatching(/^ +disk 0 {2}pvmfw's entry free → sealed$/) as string,
      ' 2  Microdroid  init_boot(system changed system)           0 ✗       VM  kernel → system',
      '',
      '✗ an unverified system runs',
      'without the fault: step 2 answers INIT_FAILED (SYSTEM-VERITY), and nothing changes.',
    ],
  });
});

test('a call that would be done without the fault is told with what would be otherwise', () => {
  const report = reportFault(kept('stack-left.the-attacker-derives-a-secret'));
  expect(typeof report === 'string' ? report : report.lines.slice(-3)).toEqual([
    '✗ the attacker derives a secret',
    'without the fault: VM  stack holds nothing',
    'without the fault: attacker  does not know the secrets of a normal device',
  ]);
});

test.each([
  [{ fault: 'nothing' }, 'no fault nothing of boot'],
  [{ profile: 'avf-14' }, 'no-verity is a fault of avf-15, not of avf-14'],
  [{ scope: 'nowhere' }, 'no scope nowhere'],
  [{ calls: [{ call: 'boot', cpu: 0, args: {} }] }, 'profile avf-15 has no call boot'],
  [{ calls: [{ call: 'init_boot', cpu: 0, args: { system: 'none' } }] }, 'init_boot: system cannot be none'],
  [{ calls: [{ call: 'init_boot', cpu: 0, args: { kernel: 'v2' } }] }, 'init_boot has no argument kernel'],
  [{ calls: [{ call: 'init_boot', cpu: 7, args: {} }] }, 'init_boot: there is no CPU 7'],
])('what cannot be run is said in a line: %j', (wrong, problem) => {
  expect(reportFault({ ...noVerity, ...wrong })).toBe(problem);
});
