import { describe, expect, test } from 'vitest';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { allProperties } from '../../properties/chapters.ts';
import { explore } from '../explore/explore.ts';
import { flawOf, guardsOf, mutateGuard } from './mutation.ts';
import { breakBy } from '../rules/campaign.ts';
import { RuleSequences } from '../rules/sequences.ts';
import { bare, pages } from '../scopes/linux.ts';

/** What the smallest scopes show without a guard, and in how many calls. */
const known = [
  ['donate_guest', 'DONATE-OWNED', 'MEM-PRIVATE', 2],
  ['donate_guest', 'DONATE-FREE', 'MEM-OWNED', 2],
  ['host_unshare_hyp', 'UNSHARE-HYP-BORROWED', 'MEM-LEGAL', 2],
  ['vcpu_load', 'LOAD-LIVE', 'CPU-NO-RUN-DYING', 3],
  ['vcpu_load', 'LOAD-ELSEWHERE', 'CPU-ONE-PLACE', 2],
  ['reclaim_dying_guest_page', 'RECLAIM-DYING', 'MEM-POISON', 2],
  ['host_read', 'HOST-READ-REACHES', 'MEM-FAULT', 1],
] as const;

describe('a guard that is left out', () => {
  test.each(known)('%s without %s breaks %s in %i calls', async (call, clause, breaks, length) => {
    const effort = { runs: 20, length: 300, finds: 6, states: 5000 };
    const { found } = await mutateGuard(linux73, [bare, pages], { call, clause }, effort);
    expect(found?.counterexample).toMatchObject({ breaks, without: { call, clause } });
    expect(found?.counterexample.calls).toHaveLength(length);
    expect(found?.shortest).toBe('proven');
    const scope = found?.counterexample.scope === 'bare' ? bare : pages;
    expect(found && flawOf(linux73, scope, found.counterexample)).toBeUndefined();
  });

  test('a counterexample with a call to spare, or to another guard, is found out', async () => {
    const without = { call: 'donate_guest', clause: 'DONATE-OWNED' } as const;
    const { found } = await mutateGuard(linux73, [pages], without, { runs: 20, length: 300, finds: 6, states: 1000 });
    if (!found) throw new Error('nothing was found');
    const { counterexample } = found;
    const idle = { call: 'vcpu_sync_state', cpu: 0, args: {} };
    const longer = { ...counterexample, calls: [idle, ...counterexample.calls] };
    expect(flawOf(linux73, pages, longer)).toBe('call 1 can be spared');
    expect(flawOf(linux73, pages, { ...counterexample, breaks: 'MEM-WIPE' })).toContain('breaks, not MEM-WIPE');
    const other = { ...counterexample, without: { call: 'donate_guest', clause: 'DONATE-GFN' } } as const;
    expect(flawOf(linux73, pages, other)).toBe('nothing breaks');
  });
});

/** For each guard of the smallest scope, the clauses that broke without it, and the longest that any was shrunk to. */
async function shrunkInTheSmallest() {
  const all = [];
  for (const without of guardsOf(linux73)) {
    const system = new TransitionSystem(linux73, pages.config, without);
    const properties = allProperties(system);
    const subject = new RuleSequences(system, pages, properties, 300);
    const lengths = new Map<string, number>();
    for (let seed = 1; seed <= 4; seed++) {
      const { broken } = await breakBy(subject, { seed, runs: 1 });
      if (!broken) continue;
      const { clause } = broken.violation.property;
      lengths.set(clause, Math.max(broken.calls.length, lengths.get(clause) ?? 0));
    }
    all.push(...[...lengths].map(([broken, longest]) => ({ ...without, broken, system, properties, longest })));
  }
  return all;
}

describe('the shrinker', async () => {
  const inTheSmallest = await shrunkInTheSmallest();

  test('finds something to shrink', () => {
    expect(inTheSmallest.length).toBeGreaterThan(20);
  });

  test.each(inTheSmallest)('is always as short as a search: $call without $clause, $broken', (one) => {
    const bounds = { states: 20_000, depth: one.longest - 1 };
    const searched = explore(one.system, pages, one.properties, bounds, ({ property }) => {
      return property.clause === one.broken;
    });
    expect(searched.found?.sequence).toBeUndefined();
  });
});
