import { describe, expect, test } from 'vitest';
import { Machine, done } from '../../spec/machine.ts';
import { firstPage } from '../../spec/parameters.ts';
import type { Rule } from '../../spec/rule.ts';
import { fieldNames } from '../../spec/state.ts';
import { argsLength } from '../../spec/term.ts';
import { complete, foundWithout, lawsOf } from './exhaustive.ts';
import { completeWorlds } from '../scopes/exhaustive.ts';
import type { CompleteWorld } from '../scopes/exhaustive.ts';
import type { LeftOut } from '../judge/counterexample.ts';
import { Judge } from '../judge/judge.ts';
import { Ledger } from '../../properties/ghost.ts';
import { valuesOf } from '../generate/plan.ts';
import type { Always } from '../../properties/property.ts';
import { LIFE } from '../../properties/view.ts';
import { begin } from '../scopes/linux.ts';

const worldOf = (name: string): CompleteWorld => {
  const found = completeWorlds.find((one) => `${one.profile.name}/${one.named.name}` === name);
  if (found === undefined) throw new Error(`unreachable: there is no world ${name}`);
  return found;
};

interface ByHand {
  readonly states: readonly Int32Array[];
  /** Each call, with the clause that refused it where one did. */
  readonly outcomes: ReadonlySet<string>;
  readonly broken?: { readonly clause: string; readonly length: number };
}

/** The same search without a plan: every call on every CPU, with every number for every argument, refused or not. */
function byHand(world: CompleteWorld, without?: LeftOut): ByHand {
  const { profile, named, most } = world;
  const machine = new Machine(profile, named.world, without);
  const { layout } = machine;
  const { state, ledger } = begin(machine, named);
  const judge = new Judge(machine, state, lawsOf(world), ledger);
  const args = new Int32Array(argsLength);
  const found: { cells: Int32Array; ledger: Ledger; depth: number }[] = [];
  const known = new Set<string>();
  const outcomes = new Set<string>();

  const isBeyond = (): boolean =>
    fieldNames.some((field) => {
      const cells = state.cells.subarray(layout.base[field], layout.base[field] + layout.size[field]);
      return cells.some((cell) => cell > (most[field] ?? Infinity));
    });
  const result = (): ByHand => ({ states: found.map(({ cells }) => cells), outcomes });
  const keep = (depth: number): void => {
    const key = [...state.cells, ...judge.ledger.strandedHeld, ...judge.ledger.strandedLent].join();
    if (isBeyond() || known.has(key)) return;
    known.add(key);
    const copy = new Ledger(layout);
    copy.copyFrom(judge.ledger);
    found.push({ cells: state.cells.slice(), ledger: copy, depth });
  };
  const calls = [...machine.rules.values()].flatMap((rule) => {
    const values = Object.values(rule.rule.parameters).map((parameter) => valuesOf(machine, parameter));
    const cpus = Array.from({ length: named.world.cpus }, (_, cpu) => cpu);
    return cpus.flatMap((cpu) => tuples(values).map((given) => ({ rule, cpu, given })));
  });

  keep(0);
  for (const at of found) {
    state.cells.set(at.cells);
    judge.restart(at.ledger);
    for (const { rule, cpu, given } of calls) {
      machine.bind(rule, { call: rule.rule.call, cpu, args: given }, args);
      const guard = machine.apply(state, rule, args);
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

const smallest = ['cids-strict/cids', 'cids-cyclic/cids', 'linux-7.3/vcpu-pages'];

describe('a world to its end', () => {
  test.each([...smallest, 'linux-7.3/code', 'linux-7.3/two-cpus'])(
    '%s: the calls that are left out lead nowhere else',
    async (name) => {
      const world = worldOf(name);
      const searched = await complete(world);
      const plain = byHand(world);
      expect(searched).toMatchObject({ complete: true, states: plain.states.length });
      expect(searched.finding).toBeUndefined();
      expect(plain.broken).toBeUndefined();
    },
  );

  /** Worlds, guards, and the fewest calls after which something breaks without them. */
  test.each([
    ['linux-7.3/vcpu-pages', 'donate_guest', 'DONATE-OWNED', 'MEM-PRIVATE', 6],
    ['linux-7.3/vm-pages', 'init_vm', 'INIT-VM-PGD-DISTINCT', 'MEM-CONSERVE-DONATED', 3],
    ['linux-7.3/two-cpus', 'vcpu_load', 'LOAD-ELSEWHERE', 'CPU-ONE-PLACE', 5],
    ['linux-7.3/code', 'guest_write', 'RUN-CODE-EXECUTABLE', 'RUN-CODE-EXECUTABLE', 6],
    ['cids-strict/cids', 'allocate_cid', 'CID-ALLOCATE-FRESH', 'CID-NO-REUSE', 5],
  ] as const)('%s without %s %s: %s breaks in %i calls', async (name, call, clause, breaks, length) => {
    const world = worldOf(name);
    const { finding } = await complete(world, lawsOf(world), { call, clause });
    expect(finding).toMatchObject({ violation: { property: { clause: breaks } }, foundAt: length });
    expect(finding?.calls).toHaveLength(length);
    expect(byHand(world, { call, clause }).broken).toEqual({ clause: breaks, length });
  });

  test('a long way is found as well: a count of shares wraps after two VMs have left a share behind', async () => {
    const world = worldOf('linux-7.3/code');
    const { finding } = await complete(world, lawsOf(world), { call: 'share_guest', clause: 'SHARE-GUEST-COUNT' });
    expect(finding?.violation.property.clause).toBe('MEM-CONSERVE-SHARES');
    expect(finding?.calls).toHaveLength(21);
  });

  test('a law that is sampled elsewhere is judged in every state', async () => {
    const world = worldOf('linux-7.3/vm-pages');
    const nobodyDies: Always = {
      kind: 'always',
      clause: 'AVAIL-RECLAIM',
      says: 'no VM is dying',
      loss: 'a VM dies',
      over: 'machine',
      sampled: true,
      holds: (view) => view.life(0) !== LIFE.DYING,
    };
    expect((await complete(world, [nobodyDies])).finding?.calls).toHaveLength(4);
  });

  test('a state beyond what is followed is judged all the same', async () => {
    const world = worldOf('linux-7.3/tables');
    const listsAreShort: Always = {
      kind: 'always',
      clause: 'LIFE-CACHE-KEPT',
      says: 'no list is longer than is followed',
      loss: 'a list is long',
      over: 'vcpu',
      holds: (view, vcpu) => view.at(view.layout.base.listLength + vcpu) <= (world.most.listLength ?? 0),
    };
    expect((await complete(world, [listsAreShort])).finding?.calls.at(-1)?.call).toBe('topup_memcache');
  });
});

test('of a range of no pages it does not matter which page is the first', () => {
  const world = worldOf('linux-7.3/vcpu-pages');
  const pages = world.named.world.pages.slice(0, 2);
  const fewer = { ...world, named: { ...world.named, world: { ...world.named.world, pages } } };
  const anyFirst = (rule: Rule): Rule => ({
    ...rule,
    parameters: Object.fromEntries(
      Object.entries(rule.parameters).map(([name, own]) => [name, own.kind === 'firstPage' ? firstPage : own]),
    ),
  });
  const rules = new Map([...world.profile.rules].map(([call, rule]) => [call, anyFirst(rule)]));
  const [one, all] = [byHand(fewer), byHand({ ...fewer, profile: { ...world.profile, rules } })];
  const { base } = new Machine(world.profile, fewer.named.world).layout;
  const apart = (states: readonly Int32Array[]): Set<string> =>
    new Set(states.map((cells) => cells.filter((_, cell) => cell !== base.kvm).join()));
  expect(all.states.length).toBeGreaterThan(one.states.length);
  expect(apart(all.states)).toEqual(apart(one.states));
  expect(all.outcomes).toEqual(one.outcomes);
});

test('25 guards or more cannot be left out without the three smallest worlds telling, and others can', async () => {
  const { found, missed } = await foundWithout(smallest.map(worldOf));
  expect(found.length).toBeGreaterThanOrEqual(25);
  expect(missed).not.toEqual([]);
});
