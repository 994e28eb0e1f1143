import { describe, expect, test } from 'vitest';
import { cidsCyclic, cidsForgetful, cidsStrict } from '../../spec/profiles/cids.ts';
import { android16 } from '../../spec/profiles/android16-6.12.ts';
import { android16AsShipped } from '../../spec/profiles/android16-6.12-as-shipped.ts';
import { linux61 } from '../../spec/profiles/linux-6.1.ts';
import { linux612 } from '../../spec/profiles/linux-6.12.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import type { Profile } from '../../spec/profile.ts';
import { formatContent } from '../../spec/parameters.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Call } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import { startOf } from '../scopes/linux.ts';
import { scopeNamed } from '../scopes/suites.ts';
import type { Scope } from '../scopes/linux.ts';
import { changesBetween } from './changes.ts';
import type { Change } from './changes.ts';
import { compare } from './compare.ts';
import type { AnsweredCall, Compared, Witness } from './compare.ts';
import { Pair } from './pair.ts';
import { PairSearch } from './pair-search.ts';

const witnessOf = ({ changes }: Compared, kind: string, clause?: string): Witness | undefined =>
  changes.find(({ change }) => change.kind === kind && change.clause === clause)?.witness;

const told = ({ calls }: Witness): string[] =>
  calls.map(({ call: { call, args }, answers: [one, other] }) => {
    const answer = one.answer === other.answer ? one.answer : `${one.answer} | ${other.answer}`;
    return `${call}(${Object.values(args).join(', ')}) → ${answer}`;
  });

/** One call by the specification as a function; nothing where the profile has no such call. */
function stepBy(
  system: TransitionSystem,
  state: State,
  { call: { call, cpu, args } }: AnsweredCall,
): { said: string; state: State } {
  const rule = system.rules.get(call)?.rule;
  if (rule === undefined) return { said: 'no such call', state };
  const numbers = Object.entries(rule.parameters).map(
    ([name, parameter]) =>
      parameter.values(system.config).find((value) => parameter.format(system.config, value) === args[name]) ??
      Number(args[name]),
  );
  const { outcome, state: next } = system.step(state, { call, cpu, args: numbers });
  if (outcome.kind === 'denied') return { said: outcome.error, state: next };
  if (rule.answer === 'value') return { said: formatContent(system.config, outcome.answer), state: next };
  return { said: rule.answer === 'vm' ? `entry ${outcome.answer}` : String(outcome.answer), state: next };
}

/** Every answer of a sequence, asked again without the search. */
function askedAgain(profile: Profile, { scope: name, calls }: Witness): string[] {
  const scope = scopeNamed(name) as Scope;
  const system = new TransitionSystem(profile, scope.config);
  let state = startOf(system, scope);
  return calls.map((call) => {
    const next = stepBy(system, state, call);
    ({ state } = next);
    return next.said;
  });
}

test('CVE-2023-21264 is one call that two releases answer differently', () => {
  const compared = compare(linux61, linux612, 200);
  const witness = witnessOf(compared, 'condition changed', 'SHARE-HYP-MEMORY') as Witness;
  expect(told(witness)).toEqual(['host_share_hyp(hole) → 0 | EPERM']);
  expect(told(witnessOf(compared, 'error changed', 'SHARE-HYP-MEMORY') as Witness)).toEqual([
    'host_share_hyp(mmio) → EINVAL | EPERM',
  ]);
  // The condition of the other guard is another too, and each call that it refuses is refused alike.
  expect(witnessOf(compared, 'condition changed', 'UNSHARE-HYP-MEMORY')).toBeUndefined();
});

describe('a sequence answers what it says, and only its last call differs', () => {
  test.each<[Profile, Profile, number]>([
    [linux61, linux612, 200],
    [android16, android16AsShipped, 400],
    [cidsStrict, cidsCyclic, 1000],
    [cidsCyclic, cidsForgetful, 1000],
  ])('$name', (from, to, states) => {
    const { changes } = compare(from, to, states);
    const witnesses = changes.flatMap(({ witness }) => (witness === undefined ? [] : [witness]));
    expect(witnesses.length).toBeGreaterThan(0);
    for (const witness of witnesses) {
      const [one, other] = [askedAgain(from, witness), askedAgain(to, witness)];
      expect(witness.calls.map(({ answers }) => answers[0].answer)).toEqual(one);
      expect(witness.calls.map(({ answers }) => answers[1].answer)).toEqual(other);
      expect(one.at(-1)).not.toBe(other.at(-1));
      if (witness.alike) expect(one.slice(0, -1)).toEqual(other.slice(0, -1));
    }
  });
});

/** Every call with every argument. */
function allCalls({ rules, config }: TransitionSystem): Call[] {
  return [...rules.values()].flatMap(({ rule }) => {
    const lists = Object.values(rule.parameters).map((parameter) => parameter.values(config));
    const args = lists.reduce<number[][]>(
      (all, list) => all.flatMap((one) => list.map((value) => [...one, value])),
      [[]],
    );
    return args.map((one) => ({ call: rule.call, cpu: 0, args: one }));
  });
}

/** The length of the shortest sequence that two answer differently, found by trying them all. */
function shortestByHand(from: Profile, to: Profile, scope: Scope, most: number): number | undefined {
  const [one, other] = [from, to].map((profile) => new TransitionSystem(profile, scope.config)) as [
    TransitionSystem,
    TransitionSystem,
  ];
  let states = [[startOf(one, scope), startOf(other, scope)] as const];
  for (let length = 1; length <= most; length++) {
    const next: (typeof states)[number][] = [];
    for (const [a, b] of states) {
      for (const call of allCalls(one)) {
        const [left, right] = [one.step(a, call), other.step(b, call)];
        const said = ({ outcome }: typeof left): string | number =>
          outcome.kind === 'denied' ? outcome.error : outcome.answer;
        if (said(left) !== said(right)) return length;
        next.push([left.state, right.state]);
      }
    }
    states = next;
  }
  return undefined;
}

test.each<[string, Profile, Profile, number]>([
  ['cids-cyclic, cids-forgetful', cidsCyclic, cidsForgetful, 3],
  ['cids-strict, cids-cyclic', cidsStrict, cidsCyclic, 5],
])('none is shorter: %s', (_, from, to, length) => {
  const { changes, complete } = compare(from, to, 100_000);
  expect(complete).toBe(true);
  const lengths = changes.map(({ witness }) => witness?.calls.length ?? Infinity);
  expect(Math.min(...lengths)).toBe(length);
  expect(shortestByHand(from, to, scopeNamed('cids') as Scope, length)).toBe(length);
});

test('an effect shows in what is answered later', () => {
  const witness = witnessOf(compare(cidsCyclic, cidsForgetful, 1000), 'effects changed') as Witness;
  expect(told(witness)).toEqual(['allocate_cid() → 0', 'restart_service() → 0', 'allocate_cid() → 1 | EADDRINUSE']);
});

test('what comes of earlier answers is not taken for the work of a guard', () => {
  // Only 6.12 makes a VM here, and from then on the host can read a page less; its guard would refuse that in 7.3 too.
  const both = [linux612, linux73] as const;
  const read = changesBetween(...both).filter(({ call }) => call === 'host_read');
  const pair = new Pair(both, scopeNamed('vm-pages') as Scope);
  const found: Change[] = [];
  const search = new PairSearch(pair, { states: 300, most: {}, alike: false });
  search.run(
    () => new Set(read),
    (change) => found.push(change),
  );
  expect(read).toHaveLength(1);
  expect(found).toEqual([]);
});

test('what both say is not searched', () => {
  expect(compare(linux61, linux61, 1000)).toEqual({ changes: [], states: 0, scopes: [], complete: true });
});
