import { VerbosityLevel } from 'fast-check';
import { expect, test } from 'vitest';
import { everything } from '../../search/engine/share.ts';
import { forgeries } from '../../search/evidence/forgeries/all.ts';
import { flowForgeries } from '../../search/evidence/forgeries/flows.ts';
import { flowVerifiers, verifiers } from '../../spec/evidence/verifiers.ts';
import { imageVerifiers } from '../../spec/images/verifiers.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { againAt } from './result.ts';
import { leaveOut, leaveOutOfFlows, plantsFor } from './checks.ts';
import { evidenceChecks, verifyLaw } from './evidence.ts';
import { waiverOf } from './guards.ts';
import type { VerifyOptions, Watcher } from './result.ts';
import { isJudged, verify } from './run.ts';
import { whyNotJudged } from './why-not.ts';

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
  ['a check of verifiers against which no fault is planted', { clause: 'CHAIN-DESCRIPTOR-KEYS' }, true],
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
  const { clauses, chapters, machineViolations } = await verify({ ...all, clause: 'CHAIN-LINKED' }, watcher);
  expect(machineViolations).toEqual([]);
  expect(clauses).toMatchObject([{ clause: 'CHAIN-LINKED', kinds: ['check'], verdict: 'holds' }]);
  expect(chapters[0]?.scopes.length).toBeGreaterThan(0);
});

test('a law of evidence is tried once, however little time there is', async () => {
  const asked = { ...all, clause: 'IMAGE-EVERY-BYTE' } as const;
  const [check] = evidenceChecks().filter(({ law }) => law.clause === asked.clause);
  if (check === undefined) throw new Error('unreachable: that clause has a law');
  const part = await verifyLaw(check, asked, { share: everything, seconds: 1e-9, stopped: () => false });
  expect(part).toEqual({
    runs: 1,
    calls: 1,
    cut: expect.any(Boolean) as boolean,
    rows: [expect.objectContaining({ subjects: 1 })],
  });
});

test('every check of evidence, of keys and of images has something planted against it', () => {
  const ofKeys = flowVerifiers.filter(({ name }) => name === 'key');
  const asked = new Set(
    [...verifiers, ...ofKeys, ...imageVerifiers].flatMap(({ checks }) => checks.map(({ clause }) => clause)),
  );
  expect([...asked].filter((clause) => plantsFor({ ...all, clause }).length === 0)).toEqual([]);
});

test('a check that is left out is shown by evidence that it alone denied, or that another now denies', () => {
  // Each is left out in search/evidence/forgeries.test.ts; here every fourth, by the command.
  const shown = forgeries.filter((_, i) => i % 4 === 0).map(leaveOut);
  expect(shown.filter(({ shows }) => !shows)).toEqual([]);
  expect(shown.filter(({ line }) => line.endsWith('it is believed')).length).toBeGreaterThan(12);
});

test('a check that does not deny what it is said to deny is missed', () => {
  expect(flowForgeries.map((one) => leaveOutOfFlows(one)).filter(({ shows }) => !shows)).toEqual([]);
  const [forgery] = forgeries.filter(({ clause }) => clause === 'CHAIN-DESCRIPTOR-KEYS');
  if (forgery === undefined) throw new Error('unreachable: that check has a forgery');
  expect(leaveOut({ ...forgery, clause: 'CHAIN-KEY-USAGE' })).toMatchObject({
    shows: false,
    line: expect.stringContaining('is decided as CHAIN-DESCRIPTOR-KEYS at 1') as string,
  });
  expect(leaveOut(forgery)).toEqual({
    shows: true,
    line: 'left out, with evidence of which a key of the descriptor is a text: it is believed',
    runs: 1,
  });
});

test.each([
  ['CID-RANGE', 'linux-7.3', 'it is judged without --profile'],
  ['CID-REGISTER-UNUSED', undefined, 'it is judged with --profile cids-split'],
  ['SHARE-HYP-UNLENT', undefined, 'its guard is waived, for MEM-LEGAL'],
  ['TEARDOWN-VM', undefined, 'its guard under linux-6.12 is waived, for what does not exist'],
  ['BOOT-REASON-VAGUE', undefined, 'What the host reports about a VM that has ended'],
  ['RUN-RECORD', undefined, 'it is an effect that a call has also where it fails'],
  ['POLICY-ROOT', undefined, 'no property is about it, no guard, and no evidence that is forged here'],
])('why nothing judges %s under %s', (clause, profile, reason) => {
  expect(isJudged({ ...all, clause, profile })).toBe(false);
  expect(whyNotJudged({ ...all, clause, profile }).startsWith(reason)).toBe(true);
});

test('why a guard is waived is said by its rule', () => {
  expect(waiverOf({ ...all, clause: 'SHARE-HYP-UNLENT' })).toContain('MEM-LEGAL');
  expect(waiverOf({ ...all, clause: 'DONATE-OWNED' })).toBeUndefined();
});

test('nothing holds whose subject never existed', async () => {
  const { clauses } = await verify({ ...all, runs: 200, profile: 'linux-6.12' }, watcher);
  const verdictOf = (id: string) => clauses.find(({ clause }) => clause === id)?.verdict;
  expect(verdictOf('MEM-PRIVATE')).toBe('holds');
  // No VM of Linux 6.12 gets a page.
  expect(verdictOf('MEM-WIPE')).toBe('not applicable');
  for (const { verdict, subjects } of clauses) if (verdict === 'holds') expect(subjects).toBeGreaterThan(0);
});

test('a law whose subject could exist and did not is not reached', async () => {
  const { clauses } = await verify({ ...all, runs: 1, profile: 'linux-7.3', check: 'linux-7.3/bare' }, watcher);
  expect(clauses.map(({ verdict }) => verdict)).toContain('not reached');
  expect(clauses.every(({ verdict, subjects }) => verdict !== 'holds' || subjects > 0)).toBe(true);
});
