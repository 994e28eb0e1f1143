import { readFileSync } from 'node:fs';
import { readConfigureGlobal } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TransitionSystem, done } from '../../spec/transition-system.ts';
import { firstPage } from '../../spec/parameters.ts';
import type { Rule } from '../../spec/rule.ts';
import { fieldNames } from '../../spec/fields.ts';
import { argsLength } from '../../spec/language/run.ts';
import { lawsOf, leaveOutEach, searchExhaustively } from './exhaustive.ts';
import { worldOf, worldsPath } from './results.ts';
import type { World } from './results.ts';
import { exhaustiveSuites } from '../scopes/exhaustive.ts';
import type { ExhaustiveSuite } from '../scopes/exhaustive.ts';
import type { LeftOut } from '../judge/counterexample.ts';
import { Judge } from '../judge/judge.ts';
import { GhostState } from '../../properties/ghost.ts';
import { valuesOf } from '../generate/plan.ts';
import { cell, compare } from '../../spec/language/build.ts';
import type { Always, AlwaysInCode } from '../../properties/property.ts';
import { LIFE } from '../../properties/view.ts';
import { begin } from '../scopes/linux.ts';

const suiteOf = (name: string): ExhaustiveSuite => {
  const found = exhaustiveSuites.find((one) => `${one.profile.name}/${one.scope.name}` === name);
  if (found === undefined) throw new Error(`unreachable: there is no scope ${name}`);
  return found;
};

const worlds = JSON.parse(readFileSync(new URL(`../../${worldsPath}`, import.meta.url), 'utf8')) as World[];

interface ByHand {
  readonly states: readonly Int32Array[];
  /** Each call, with the clause that refused it where one did. */
  readonly outcomes: ReadonlySet<string>;
  readonly broken?: { readonly clause: string; readonly length: number };
}

/** The same search without a plan: every call on every CPU, with every number for every argument, refused or not. */
function byHand(suite: ExhaustiveSuite, without?: LeftOut): ByHand {
  const { profile, scope, most } = suite;
  const system = new TransitionSystem(profile, scope.config, without);
  const { layout } = system;
  const { state, ghost } = begin(system, scope);
  const judge = new Judge(system, state, lawsOf(suite), ghost);
  const args = new Int32Array(argsLength);
  const found: { cells: Int32Array; ghost: GhostState; depth: number }[] = [];
  const known = new Set<string>();
  const outcomes = new Set<string>();

  const bounded = fieldNames.filter((field) => most[field] !== undefined);
  const isBeyond = (): boolean =>
    bounded.some((field) => {
      const cells = state.cells.subarray(layout.base[field], layout.base[field] + layout.size[field]);
      return cells.some((cell) => cell > (most[field] ?? Infinity));
    });
  const result = (): ByHand => ({ states: found.map(({ cells }) => cells), outcomes });
  const keep = (depth: number): void => {
    const key = [...state.cells, ...judge.ghost.strandedHeld, ...judge.ghost.strandedLent].join();
    if (isBeyond() || known.has(key)) return;
    known.add(key);
    const copy = new GhostState(layout);
    copy.copyFrom(judge.ghost);
    found.push({ cells: state.cells.slice(), ghost: copy, depth });
  };
  const calls = [...system.rules.values()].flatMap((rule) => {
    const values = Object.values(rule.rule.parameters).map((parameter) => valuesOf(system, parameter));
    const cpus = Array.from({ length: scope.config.cpus }, (_, cpu) => cpu);
    return cpus.flatMap((cpu) => tuples(values).map((given) => ({ rule, cpu, given })));
  });

  keep(0);
  for (const at of found) {
    state.cells.set(at.cells);
    judge.restart(at.ghost);
    for (const { rule, cpu, given } of calls) {
      system.bind(rule, { call: rule.rule.call, cpu, args: given }, args);
      const guard = system.apply(state, rule, args);
      outcomes.add(`${rule.rule.call} ${guard === done ? 'done' : (rule.guards[guard]?.clause ?? '')}`);
      const violation = judge.look(rule, args, guard);
      if (violation) return { ...result(), broken: { clause: violation.property.clause, length: at.depth + 1 } };
      if (state.written > 0) keep(at.depth + 1);
      judge.undo();
    }
  }
  return result();
}

const tuples = (values: readonly (readonly number[])[]): number[][] =>
  values.reduce<number[][]>((all, own) => all.flatMap((tuple) => own.map((value) => [...tuple, value])), [[]]);

const seed = readConfigureGlobal().seed ?? 1;
const smallest = ['cids-strict/cids', 'cids-cyclic/cids', 'linux-7.3/vcpu-pages'];

describe('a scope to its end', () => {
  test.each(smallest)('%s: the calls that are left out lead nowhere else', async (name) => {
    const suite = suiteOf(name);
    const searched = await searchExhaustively(suite);
    const plain = byHand(suite);
    expect(searched).toMatchObject({ complete: true, states: plain.states.length });
    expect(searched.minimized).toBeUndefined();
    expect(plain.broken).toBeUndefined();
  });

  /** Scopes, guards, and the fewest calls after which something breaks without them. */
  test.each([
    ['linux-7.3/vcpu-pages', 'donate_guest', 'DONATE-OWNED', 'MEM-PRIVATE', 6],
    ['linux-7.3/vm-pages', 'init_vm', 'INIT-VM-PGD-DISTINCT', 'MEM-CONSERVE-DONATED', 3],
    ['linux-7.3/two-cpus', 'vcpu_load', 'LOAD-ELSEWHERE', 'CPU-ONE-PLACE', 5],
    ['cids-strict/cids', 'allocate_cid', 'CID-ALLOCATE-FRESH', 'CID-NO-REUSE', 5],
  ] as const)('%s without %s %s: %s breaks in %i calls', async (name, call, clause, breaks, length) => {
    const suite = suiteOf(name);
    const { minimized } = await searchExhaustively(suite, lawsOf(suite), { call, clause });
    expect(minimized).toMatchObject({ violation: { property: { clause: breaks } }, foundAt: length });
    expect(minimized?.calls).toHaveLength(length);
    expect(byHand(suite, { call, clause }).broken).toEqual({ clause: breaks, length });
  });

  test('a long way is found as well: a count of shares wraps after two VMs have left a share behind', async () => {
    const suite = suiteOf('linux-7.3/code');
    const { minimized } = await searchExhaustively(suite, lawsOf(suite), {
      call: 'share_guest',
      clause: 'SHARE-GUEST-COUNT',
    });
    expect(minimized?.violation.property.clause).toBe('MEM-CONSERVE-SHARES');
    expect(minimized?.calls).toHaveLength(21);
  });

  test('a law that is sampled elsewhere is judged in every state', async () => {
    const suite = suiteOf('linux-7.3/vm-pages');
    const nobodyDies: AlwaysInCode = {
      kind: 'always',
      because: 'calls',
      clause: 'AVAIL-RECLAIM',
      statement: 'no VM is dying',
      loss: 'a VM dies',
      over: 'machine',
      sampled: true,
      holds: (view) => view.life(0) !== LIFE.DYING,
    };
    expect((await searchExhaustively(suite, [nobodyDies])).minimized?.calls).toHaveLength(4);
  });

  test('a state beyond what is followed is judged all the same', async () => {
    const suite = suiteOf('linux-7.3/tables');
    const listsAreShort: Always = {
      kind: 'always',
      clause: 'LIFE-CACHE-KEPT',
      statement: 'no list is longer than is followed',
      loss: 'a list is long',
      over: 'vcpu',
      holds: compare(cell('listLength', 'vcpu').value, '≤', suite.most.listLength ?? 0),
    };
    expect((await searchExhaustively(suite, [listsAreShort])).minimized?.calls.at(-1)?.call).toBe('topup_memcache');
  });
});

test('of a range of no pages it does not matter which page is the first', () => {
  const suite = suiteOf('linux-7.3/vcpu-pages');
  const pages = suite.scope.config.pages.slice(0, 2);
  const fewer = { ...suite, scope: { ...suite.scope, config: { ...suite.scope.config, pages } } };
  const anyFirst = (rule: Rule): Rule => ({
    ...rule,
    parameters: Object.fromEntries(
      Object.entries(rule.parameters).map(([name, own]) => [name, own.kind === 'firstPage' ? firstPage : own]),
    ),
  });
  const rules = new Map([...suite.profile.rules].map(([call, rule]) => [call, anyFirst(rule)]));
  const [one, all] = [byHand(fewer), byHand({ ...fewer, profile: { ...suite.profile, rules } })];
  const { base } = new TransitionSystem(suite.profile, fewer.scope.config).layout;
  const apart = (states: readonly Int32Array[]): Set<string> =>
    new Set(states.map((cells) => cells.filter((_, cell) => cell !== base.kvm).join()));
  expect(all.states.length).toBeGreaterThan(one.states.length);
  expect(apart(all.states)).toEqual(apart(one.states));
  expect(all.outcomes).toEqual(one.outcomes);
});

test('of every third guard, six or more cannot be left out without the smallest scopes telling, and others can', async () => {
  const results = await leaveOutEach(smallest.map(suiteOf), { index: seed % 3, count: 3 });
  const found = results.filter((one) => one.found);
  const missed = results.filter((one) => !one.found);
  expect(found.length).toBeGreaterThanOrEqual(6);
  expect(missed).not.toEqual([]);
});

test.each(worlds.filter(({ calls }) => calls < 25_000))('what is kept of $world is still so', async (kept) => {
  const suite = suiteOf(kept.world);
  expect(worldOf(suite, await searchExhaustively(suite))).toEqual(kept);
});
