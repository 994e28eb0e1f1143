import { expect, test } from 'vitest';
import { concluded, statusOf } from './verdict.ts';

const call = ' 1  host_share_hyp(P0): expected 0, got 0';
const announcement = [
  ' 2  test_clear_young(VM0, gfn 1): expected that the machine stops',
  '    if this is the last line, the machine has stopped, and the finding is here',
];

test.each([
  ['shown', 1, [call, 'all 1 calls were answered as recorded: the finding is here']],
  ['not shown', 0, [call, '1 of 1 calls were not answered as recorded: the finding is not here']],
  ['shown', 1, [call, ...announcement]],
  // The machine went on where it was to stop.
  [
    'not shown',
    0,
    [
      ...announcement,
      '    got an answer: the machine goes on',
      '1 of 2 calls were not answered as recorded: the finding is not here',
    ],
  ],
  // The kernel does not load the module, or the module does not run.
  ['could not be asked', 2, []],
  ['could not be asked', 2, ["say text0=NUMBER, the page number of a page of the hypervisor's code"]],
  // The machine stopped at a call that is not the finding.
  ['could not be asked', 2, [call]],
  ['could not be asked', 2, [call, ...announcement, '    got an answer: the machine goes on']],
  ['could not be asked', 2, [...announcement, '    3 calls before it were not answered as recorded']],
] as const)('%s, with exit status %d: %j', (verdict, status, lines) => {
  const found = concluded(lines);
  expect(found.verdict).toBe(verdict);
  expect(found.because).not.toMatch(/^$|if this is the last line/);
  expect(statusOf[found.verdict]).toBe(status);
});
