import { VerbosityLevel } from 'fast-check';
import { expect, test } from 'vitest';
import { profiles } from '../../spec/profiles/all.ts';
import { againAt } from './result.ts';
import type { VerifyOptions } from './result.ts';
import { isJudged } from './run.ts';

const all: VerifyOptions = {
  seed: 1,
  runs: 1,
  seconds: undefined,
  profile: undefined,
  clause: undefined,
  check: undefined,
  path: undefined,
  verbose: VerbosityLevel.None,
};

test.each([...profiles.keys()])('sequences are drawn under %s', (profile) => {
  expect(isJudged({ ...all, profile })).toBe(true);
});

test.each([
  ['a law of states', { clause: 'MEM-WIPE' }, true],
  ['a law of the model alone', { clause: 'MEM-UNMAP-FIRST' }, true],
  ['a law of evidence', { clause: 'ATTEST-EVERY-BYTE' }, true],
  ['a guard without a law', { clause: 'SHARE-HYP-OWNED' }, false],
  ['a law of pages where VMs boot', { clause: 'MEM-WIPE', profile: 'avf-15' }, false],
  ['a profile that no scope is for', { profile: 'bsd-8.0' }, false],
])('%s: %o', (_, asked, judged) => {
  expect(isJudged({ ...all, ...asked })).toBe(judged);
});

test('the command for a failure asks for what was asked for', () => {
  const again = (more: Partial<VerifyOptions>): string => againAt('linux-6.1/bare', { ...all, ...more }, '0:0');
  expect(again({})).toBe('npm run verify -- --seed 1 --check linux-6.1/bare --path 0:0');
  expect(again({ profile: 'linux-6.1', clause: 'MEM-LEGAL' })).toBe(
    'npm run verify -- --seed 1 --profile linux-6.1 --clause MEM-LEGAL --check linux-6.1/bare --path 0:0',
  );
});
