import { expect, test } from 'vitest';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { appraiseConstrained, constrainedChecks } from '../../spec/evidence/constraints.ts';
import { concat } from '../../model/bytes.ts';
import type { Cbor } from '../../model/cbor/decode.ts';
import { isArray } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import { claims, configFields, modes } from '../../model/dice/labels.ts';
import type { Constraint } from '../../model/evidence/dice-policy.ts';
import { constrain, constraintKinds, isPolicy, readPolicy, writePolicy } from '../../model/evidence/dice-policy.ts';
import type { EntryChanges } from '../../model/forge/chain.ts';
import { forgeChain, soundPlan } from '../../model/forge/chain.ts';
import { drop, set } from './forgeries/forgery.ts';

type List = readonly Omit<Constraint, 'part'>[];

/** A chain of the device in the form for Secretkeeper; its last certificate may be another. */
function chainOf(last: EntryChanges = {}): readonly Cbor[] {
  const chain = forgeChain(soundPlan, { entries: { 2: last } });
  const [root = null, ...entries] = isArray(chain) ? chain : [];
  return [1, encode(root, { sorted: true }), ...entries];
}

const chain = chainOf();
const [, rootKey = null] = chain;
const { exact, atLeast } = constraintKinds;
const versionPath = [claims.configDescriptor, configFields.securityVersion];
const inNormalMode: List = [{ kind: exact, path: [claims.mode], wanted: Uint8Array.of(modes.normal) }];
const atLeastOne: List = [{ kind: atLeast, path: versionPath, wanted: 1 }];

/** As the VM writes it: version and root key exactly, then what is asked of each certificate. */
const lists = (last: List): readonly List[] => [
  [{ kind: exact, path: [], wanted: 1 }],
  [{ kind: exact, path: [], wanted: rootKey }],
  ...chain.slice(2, -1).map(() => inNormalMode),
  last,
];

const verdict = (policy: Uint8Array, of: Cbor, ...unasked: ClauseId[]) =>
  appraiseConstrained(constrain(readPolicy(policy), encode(of)).facts, new Set(unasked));
const sound = writePolicy(lists([...inNormalMode, ...atLeastOne]));
const version = (value: Cbor): EntryChanges => ({ descriptor: set(configFields.securityVersion, value) });

test.each<[string, Uint8Array, Cbor]>([
  ['the chain that it was made of', sound, chain],
  ['a newer version', sound, chainOf(version(2n ** 64n - 1n))],
  ['any chain of that length, where nothing is asked', writePolicy(chain.map(() => [])), chainOf(version(0))],
  ['a policy of another version', concat(Uint8Array.of(0x80 | (chain.length + 1), 7), sound.slice(2)), chain],
])('%s meets the policy', (_, policy, of) => {
  expect(isPolicy(policy)).toBe(true);
  expect(verdict(policy, of)).toEqual({ kind: 'proper' });
});

const last = chain.length - 3;
const policyOf = (value: Cbor): Uint8Array => encode(value);

const refused: readonly (readonly [ClauseId, string, Uint8Array, Cbor, number?])[] = [
  ['CBOR-WHOLE', 'bytes after the policy', concat(sound, Uint8Array.of(0)), chain],
  ['POLICY-FORM', 'a version that is a text', policyOf(['1', []]), chain],
  ['POLICY-FORM', 'no list', policyOf([1]), chain],
  ['POLICY-FORM', 'a constraint of two parts', policyOf([1, [[1, []]]]), chain],
  ['POLICY-FORM', 'a path of texts', policyOf([1, [[1, ['mode'], 1]]]), chain],
  ['POLICY-EXPLICIT', 'the other form of a chain', sound, forgeChain(soundPlan)],
  ['POLICY-EXPLICIT', 'no certificate', writePolicy([[], []]), chain.slice(0, 2)],
  ['POLICY-LENGTH', 'a stage fewer', sound, chain.slice(0, -1)],
  ['POLICY-FOUND', 'no version', sound, chainOf({ descriptor: drop(configFields.securityVersion) }), last],
  ['POLICY-FOUND', 'a descriptor that is no map', sound, chainOf({ descriptorBytes: () => encode([1]) }), last],
  ['POLICY-KIND', 'a kind of its own', writePolicy(lists([{ kind: 3, path: [], wanted: 0 }])), chain, last],
  ['POLICY-EXACT', 'debug mode', sound, chainOf({ claims: set(claims.mode, Uint8Array.of(modes.debug)) }), last],
  ['POLICY-EXACT', 'a mode as a number', sound, chainOf({ claims: set(claims.mode, modes.normal) }), last],
  ['POLICY-AT-LEAST', 'an older version', sound, chainOf(version(0)), last],
  ['POLICY-AT-LEAST', 'a version that is a text', sound, chainOf(version('9')), last],
];

test.each(refused.map(([clause, what, policy, of, entry]) => ({ clause, what, policy, of, entry })))(
  '$clause refuses $what',
  ({ clause, policy, of, entry }) => {
    expect(verdict(policy, of)).toMatchObject({ kind: 'denied', clause, entry });
  },
);

test('each check but those of encoding refuses something', () => {
  const own = constrainedChecks.map((one) => one.clause).filter((clause) => !clause.startsWith('CBOR-'));
  expect(own).toEqual([...new Set(refused.map(([clause]) => clause))].filter((one) => !one.startsWith('CBOR-')));
});

test.each<ClauseId>(['POLICY-EXACT', 'POLICY-AT-LEAST', 'POLICY-KIND'])(
  '%s is needed: without it what it refuses meets the policy',
  (clause) => {
    const [forged] = refused.filter(([one]) => one === clause);
    if (forged === undefined) throw new Error('unreachable: each check refuses something');
    const [, , policy, of] = forged;
    expect(verdict(policy, of, clause)).toEqual({ kind: 'proper' });
  },
);

test('a large policy about a large descriptor is decided soon', () => {
  const large = new Map<Cbor, Cbor>(Array.from({ length: 5_000 }, (_, at) => [-100_000 - at, at]));
  const of = encode(chainOf({ descriptorBytes: () => encode(large) }));
  const constraint = { kind: exact, path: [claims.configDescriptor, -100_000], wanted: 0 };
  const policy = readPolicy(writePolicy(lists(Array.from({ length: 4_000 }, () => constraint))));
  const before = process.cpuUsage();
  expect(appraiseConstrained(constrain(policy, of).facts).kind).toBe('proper');
  expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
});
