import { describe, expect, test } from 'vitest';
import { android16 } from '../../spec/profiles/android16-6.12.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { linux61 } from '../../spec/profiles/linux-6.1.ts';
import { linux612 } from '../../spec/profiles/linux-6.12.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { lacks, profile, without } from '../../spec/profile.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Rule, Step } from '../../spec/rule.ts';
import { changesBetween } from './changes.ts';
import { moved } from './order.ts';

const briefly = (from: Profile, to: Profile): string[] =>
  changesBetween(from, to).map(({ kind, call, clause = '' }) => `${kind}: ${call} ${clause}`.trim());

/** Another profile, in which the guards of one call are others. */
function withGuards(call: string, change: (steps: readonly Step[]) => readonly Step[]): Profile {
  const rule = linux73.rules.get(call) as Rule;
  return { ...linux73, rules: new Map([...linux73.rules, [call, { ...rule, guards: change(rule.guards) }]]) };
}

test('a release names what it has changed, and nothing else', () => {
  expect(briefly(linux612, linux61)).toEqual([
    ...['ffa_lend', 'ffa_reclaim', 'ffa_rxtx_map', 'ffa_rxtx_unmap', 'ffa_share', 'init_vcpu', 'init_vm'].map(
      (call) => `call removed: ${call}`,
    ),
    ...['secure_read', 'secure_return', 'secure_write', 'teardown_vm'].map((call) => `call removed: ${call}`),
    'condition changed: host_share_hyp SHARE-HYP-MEMORY',
    'error changed: host_share_hyp SHARE-HYP-MEMORY',
    'condition changed: host_smc SMC-RELAYED',
    'condition changed: host_smc SMC-CPU-KNOWN',
    'condition changed: host_unshare_hyp UNSHARE-HYP-MEMORY',
    'error changed: host_unshare_hyp UNSHARE-HYP-MEMORY',
    'condition changed: hypercall CALL-AFTER-SETUP',
    'condition changed: hypercall CALL-NUMBER',
    'condition changed: hypercall CALL-FINALIZE-ONCE',
  ]);
});

test('what is added one way is removed the other way', () => {
  const turned: Readonly<Record<string, string>> = { added: 'removed', removed: 'added' };
  const lax = profile('lax', android16, [lacks('guest_cpu_off'), without('FFA-RECLAIM-OWNER'), without('DONATE-RAM')]);
  const back = briefly(lax, android16).map((one) => one.replace(/added|removed/, (how) => turned[how] ?? ''));
  expect(back).toHaveLength(3);
  expect(back).toEqual(briefly(android16, lax));
});

test.each([...profiles.values()].map((one) => [one.name, one] as const))(
  '%s differs from others, and not from itself',
  (name, one) => {
    expect(changesBetween(one, one)).toEqual([]);
    for (const other of profiles.values()) {
      if (other.name !== name) expect(changesBetween(one, other), other.name).not.toEqual([]);
    }
  },
);

describe('guards', () => {
  test('that change places are said to have moved, as few as explain it', () => {
    const last = withGuards('host_share_hyp', ([first, ...others]) => [...others, first as Step]);
    const [change, ...more] = changesBetween(linux73, last);
    expect(more).toEqual([]);
    expect(change).toMatchObject({
      kind: 'guard moved',
      clause: 'SHARE-HYP-RANGE',
      says: expect.stringMatching(/^checked after SHARE-HYP-MEMORY, /) as string,
      ends: [{ side: 0, end: 0 }],
    });
  });

  test('of one clause are told apart by what they ask', () => {
    const steps = (linux612.rules.get('init_vcpu') as Rule).guards;
    const next = steps.filter(({ clause }) => clause === 'INIT-VCPU-NEXT');
    expect(next).toHaveLength(2);
    const fewer: Profile = {
      ...linux612,
      rules: new Map([
        ...linux612.rules,
        [
          'init_vcpu',
          { ...(linux612.rules.get('init_vcpu') as Rule), guards: steps.filter((step) => step !== next[0]) },
        ],
      ]),
    };
    expect(changesBetween(linux612, fewer)).toMatchObject([
      {
        kind: 'guard removed',
        clause: 'INIT-VCPU-NEXT',
        ends: [{ side: 0, end: steps.filter(({ kind }) => kind === 'must').indexOf(next[0] as Step) }],
      },
    ]);
  });

  test('that come or go leave what is kept on failure in its place', () => {
    const fewer = profile('fewer', linux73, [without('INIT-VCPU-ALIGNED')]);
    expect(briefly(linux73, fewer)).toEqual(['guard removed: init_vcpu INIT-VCPU-ALIGNED']);
  });
});

test('an effect on failure that moves is a change', () => {
  const early = withGuards('init_vcpu', (steps) =>
    [...steps].sort((a, b) => Number(b.kind === 'onFailure') - Number(a.kind === 'onFailure')),
  );
  expect(briefly(linux73, early)).toEqual(['effects on failure changed: init_vcpu']);
});

test('of places in two orders, the fewest move', () => {
  const places = (order: readonly number[]): [number, number][] => order.map((to, from) => [from, to]);
  expect(moved(places([0, 1, 2]))).toEqual([]);
  expect(moved(places([3, 0, 1, 2])).map(({ at }) => at)).toEqual([[0, 3]]);
  expect(moved(places([1, 2, 3, 0])).map(({ at }) => at)).toEqual([[3, 0]]);
  expect(moved(places([2, 1, 0]))).toHaveLength(2);
});
