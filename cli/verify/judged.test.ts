import { VerbosityLevel } from 'fast-check';
import { expect, test } from 'vitest';
import { profiles } from '../../spec/profiles/all.ts';
import { againAt } from './result.ts';
import { waiverOf } from './guards.ts';
import type { VerifyOptions, Watcher } from './result.ts';
import { isJudged, verify } from './run.ts';

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
  ['a guard without a law', { clause: 'SHARE-HYP-OWNED' }, true],
  ['a check of verifiers', { clause: 'COSE-SIGNATURE' }, true],
  ['a guard that is waived', { clause: 'SHARE-HYP-UNLENT' }, false],
  ['a law of CIDs where there are none', { clause: 'CID-RANGE', profile: 'linux-7.3' }, false],
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

const watcher: Watcher = { progress: () => undefined, finished: () => undefined, stopped: () => false };

test('a guard that is asked for is left out, and the break is shown', async () => {
  const { clauses, chapters } = await verify({ ...all, clause: 'DONATE-OWNED' }, watcher);
  expect(clauses).toEqual([
    { clause: 'DONATE-OWNED', kinds: ['guard'], runs: 1, calls: 1, subjects: 1, verdict: 'holds' },
  ]);
  expect(chapters[0]?.scopes[0]).toMatch(/^linux-7\.3: donate_guest without DONATE-OWNED: MEM-PRIVATE breaks by /);
});

test('a check of verifiers that is asked for is broken by planted faults, and each shows', async () => {
  const { clauses, chapters, machineViolations } = await verify({ ...all, clause: 'CHAIN-CLAIMS-KNOWN' }, watcher);
  expect(machineViolations).toEqual([]);
  expect(clauses).toMatchObject([{ clause: 'CHAIN-CLAIMS-KNOWN', kinds: ['check'], verdict: 'holds' }]);
  expect(chapters[0]?.scopes.length).toBeGreaterThan(0);
});

test('why a guard is waived is said by its rule', () => {
  expect(waiverOf({ ...all, clause: 'SHARE-HYP-UNLENT' })).toContain('MEM-LEGAL');
  expect(waiverOf({ ...all, clause: 'DONATE-OWNED' })).toBeUndefined();
});

test('nothing holds whose subject never existed', async () => {
  const { clauses } = await verify({ ...all, runs: 20, profile: 'cids-strict' }, watcher);
  const verdictOf = (id: string) => clauses.find(({ clause }) => clause === id)?.verdict;
  expect(verdictOf('CID-NO-REUSE')).toBe('holds');
  expect(verdictOf('MEM-PRIVATE')).toBe('not applicable');
  expect(verdictOf('MEM-WIPE')).toBe('not applicable');
  for (const { verdict, subjects } of clauses) if (verdict === 'holds') expect(subjects).toBeGreaterThan(0);
});

test('a law whose subject could exist and did not is not reached', async () => {
  const { clauses } = await verify({ ...all, runs: 1, profile: 'linux-7.3', check: 'linux-7.3/bare' }, watcher);
  expect(clauses.map(({ verdict }) => verdict)).toContain('not reached');
  expect(clauses.every(({ verdict, subjects }) => verdict !== 'holds' || subjects > 0)).toBe(true);
});
