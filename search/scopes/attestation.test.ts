import { describe, expect, test } from 'vitest';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Profile } from '../../spec/profile.ts';
import { attest15 } from '../../spec/profiles/attest-15.ts';
import type { Rule } from '../../spec/rule.ts';
import { value } from '../../spec/language/build.ts';
import type { Effect } from '../../spec/language/term.ts';
import { acceptedKey, challenge, issued, provisioned, certifiedIssuer } from '../../spec/vocabulary/attestation.ts';
import { flow } from '../../properties/attestation/all.ts';
import { attestation } from './attestation.ts';
import { titleOf } from '../../properties/property.ts';
import { Walk } from '../generate/walk.ts';

const walkOf = (profile: Profile): Walk => {
  const system = new TransitionSystem(profile, attestation.config);
  return new Walk(system, attestation, flow(system));
};

test('attestation holds, shows every witness, and tries every check', () => {
  const walk = walkOf(attest15);
  for (let seed = 1; seed <= 300; seed++) {
    const { violation } = walk.run(seed, 300);
    expect(violation && titleOf(violation.property)).toBeUndefined();
  }
  expect(walk.judge.unseen.map(titleOf)).toEqual([]);
  expect(walk.coverage.holes()).toEqual([]);
});

/** The first clause that breaks if a party does one thing more in a call. */
function brokenWith(call: string, effect: Effect): string | undefined {
  const rule = attest15.rules.get(call) as Rule;
  const faulty = { ...rule, effects: [...rule.effects, effect] };
  const walk = walkOf({ ...attest15, rules: new Map([...attest15.rules, [call, faulty]]) });
  for (let seed = 0; seed < 100; seed++) {
    const { violation } = walk.run(seed, 100);
    if (violation) return violation.property.clause;
  }
  return undefined;
}

const debugVm = value(2);

describe('a party with a fault', () => {
  test.each([
    ['relying_provision', 'sends the secret to a debug VM too', provisioned(0).becomes(debugVm), 'ATTEST-PROVISION'],
    ['relying_accept', 'notes another key than it was shown', acceptedKey(0).becomes(debugVm), 'ATTEST-PROVISION'],
    ['relying_accept', 'takes the challenge for unused', challenge(0).becomes('OPEN'), 'ATTEST-FRESH'],
    ['rkp_server_certify', 'certifies another VM as well', certifiedIssuer(3).becomes(1), 'ATTEST-ISSUER'],
  ])('%s: %s', (call, _, effect, clause) => {
    expect(brokenWith(call, effect)).toBe(clause);
  });

  test('a certificate that appears by itself is of no use to a VM that has not asked', () => {
    expect(brokenWith('vm_ask', issued(0, 0, 1).becomes(1))).toBe('ATTEST-FRESH');
  });
});
