/** Noninterference can fail: without what hides, wipes or refuses, the solver no longer says that nothing is learnt. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { invariantsOf } from '../../properties/invariant/all.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import { android16 } from '../../spec/profiles/android16-6.12.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import type { Rule } from '../../spec/rule.ts';
import { scriptOf } from './prove.ts';
import { secrecyOf } from './secrecy.ts';
import { solve } from './solver.ts';

const isInstalled = spawnSync('z3', ['--version']).error === undefined;

const ruleOf = (call: string): Rule => {
  const rule = android16.rules.get(call) ?? linux73.rules.get(call);
  if (rule === undefined) throw new Error(`unreachable: no call ${call}`);
  return rule;
};
const withoutGuard = (clause: string) => (rule: Rule) => ({
  ...rule,
  guards: rule.guards.filter((step) => step.clause !== clause),
});
const withoutWipe = (rule: Rule): Rule => ({
  ...rule,
  effects: rule.effects.filter((effect) => !touchesOf(effect).writes.has('word')),
});

/** What z3 does not say is impossible. */
async function open(rule: Rule): Promise<readonly string[]> {
  const groups = secrecyOf(rule, invariantsOf(android16));
  const conditions = groups.flatMap((group) => group.conditions);
  const verdicts = await solve('z3', ['(set-option :timeout 250)', ...scriptOf(groups)], conditions.length);
  return conditions.filter((_, i) => verdicts[i] !== 'unsat').map(({ asks }) => asks);
}

describe.skipIf(!isInstalled)('nothing is learnt', () => {
  const seen = 'what others see is the same';
  const answered = 'others are answered alike';
  test.each([
    ['host_read', 'without its guard', withoutGuard('HOST-READ-REACHES'), answered],
    ['secure_read', 'without its guard', withoutGuard('SECURE-READ-GIVEN'), answered],
    ['force_reclaim_guest_page', 'without the wipe', withoutWipe, seen],
    ['reclaim_dying_guest_page', 'without the wipe', withoutWipe, seen],
    ['ffa_reclaim', 'of any page', withoutGuard('FFA-RECLAIM-OWNER'), seen],
  ] as const)('by %s, but %s', async (call, _, change, asks) => {
    expect(await open(ruleOf(call))).toEqual([]);
    expect(await open(change(ruleOf(call)))).toContain(asks);
  });

  test('and its premises can be true', async () => {
    const [first, ...rest] = secrecyOf(ruleOf('guest_mem_share'), invariantsOf(android16));
    if (first === undefined || rest.length > 0) throw new Error('unreachable: one group');
    const asked = { ...first, conditions: first.conditions.slice(0, 1).map((one) => ({ ...one, negated: 'true' })) };
    expect(await solve('z3', ['(set-option :timeout 250)', ...scriptOf([asked])], 1)).not.toContain('unsat');
  });
});
