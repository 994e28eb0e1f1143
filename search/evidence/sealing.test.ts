import { expect, test } from 'vitest';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { appraisePolicy, policyChecks } from '../../spec/evidence/sealing.ts';
import type { ChainFacts } from '../../spec/evidence/facts.ts';
import { readChain } from '../../model/evidence/chain.ts';
import { claims, configFields, modes } from '../../model/dice/labels.ts';
import type { EntryChanges, Plan } from '../../model/forge/chain.ts';
import { forgeChainBytes, soundPlan } from '../../model/forge/chain.ts';
import { drop, set } from './forgeries/forgery.ts';

/** A chain of the device, of which the middle certificate may be another. */
const chainOf = (middle: EntryChanges = {}, plan: Partial<Plan> = {}): ChainFacts =>
  readChain(forgeChainBytes({ ...soundPlan, ...plan }, { entries: { 1: middle } })).facts;

const stored = chainOf();
const version = (value: number): EntryChanges => ({ descriptor: set(configFields.securityVersion, value) });
const inDebug: EntryChanges = { claims: set(claims.mode, Uint8Array.of(modes.debug)) };
const unversioned: EntryChanges = { descriptor: drop(configFields.securityVersion) };

test.each<[string, ChainFacts, ChainFacts]>([
  ['the same chain', stored, chainOf()],
  ['a newer version', stored, chainOf(version(9))],
  ['debug mode, where it was debug mode', chainOf(inDebug), chainOf(inDebug)],
  ['any version, where there was none', chainOf(unversioned), chainOf(version(0))],
])('%s meets the policy', (_, before, asking) => {
  expect(appraisePolicy({ stored: before, asking })).toEqual({ kind: 'proper' });
});

const refused: readonly (readonly [ClauseId, string, ChainFacts])[] = [
  ['POLICY-ROOT', 'the root key of another kind', chainOf({}, { kinds: ['P-256', 'P-256', 'P-384', 'Ed25519'] })],
  ['POLICY-LENGTH', 'a stage fewer', chainOf({}, { kinds: soundPlan.kinds.slice(0, 3) })],
  ['POLICY-LENGTH', 'a stage more', chainOf({}, { kinds: [...soundPlan.kinds, 'Ed25519'] })],
  ['POLICY-AUTHORITY', 'another authority', chainOf({ claims: set(claims.authorityHash, new Uint8Array(64)) })],
  ['POLICY-AUTHORITY', 'no authority', chainOf({ claims: drop(claims.authorityHash) })],
  ['POLICY-MODE', 'debug mode', chainOf(inDebug)],
  ['POLICY-MODE', 'no mode', chainOf({ claims: drop(claims.mode) })],
  ['POLICY-VERSION', 'an older version', chainOf(version(0))],
  ['POLICY-VERSION', 'no version', chainOf(unversioned)],
];

test.each(refused)('%s refuses %s, and without it nothing does', (clause, _, asking) => {
  expect(appraisePolicy({ stored, asking })).toMatchObject({ kind: 'denied', clause });
  expect(appraisePolicy({ stored, asking }, new Set([clause]))).toEqual({ kind: 'proper' });
});

test('each check refuses something', () => {
  expect(policyChecks.map((one) => one.clause)).toEqual([...new Set(refused.map(([clause]) => clause))]);
});
