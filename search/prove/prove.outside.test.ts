/** The proofs can fail, and what is proved is about the rules that run. Asked of z3, where it is installed. */
import { spawnSync } from 'node:child_process';
import { readConfigureGlobal } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { invariantsOf } from '../../properties/invariant/all.ts';
import { fieldNames, families, fields as allFields } from '../../spec/fields.ts';
import { attributes, quantities, readAttribute } from '../../spec/given.ts';
import type { Attribute, Quantity } from '../../spec/given.ts';
import type { Config } from '../../spec/config.ts';
import type { Each } from '../../properties/property.ts';
import { argsLength } from '../../spec/language/run.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import { android16 } from '../../spec/profiles/android16-6.12.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { linux61 } from '../../spec/profiles/linux-6.1.ts';
import type { Rule } from '../../spec/rule.ts';
import { TransitionSystem, bindingOf } from '../../spec/transition-system.ts';
import { Generator } from '../generate/generator.ts';
import { Random } from '../generate/random.ts';
import { Walk } from '../generate/walk.ts';
import { Judge } from '../judge/judge.ts';
import { asSequence } from '../judge/replay.ts';
import { begin, startOf } from '../scopes/linux.ts';
import { suitesOf } from '../scopes/suites.ts';
import { ofCall } from './conditions.ts';
import type { Group } from './conditions.ts';
import { isPossible } from './finite.ts';
import { smallWorlds } from './induction.ts';
import { lawsOf } from './laws.ts';
import { answered, scriptOf } from './prove.ts';
import { opaque } from './scene.ts';
import { apply, attributeName, number, quantityName, smtBool } from './smt.ts';
import type { Scene } from './smt.ts';
import { solve, z3OfNpm } from './solver.ts';

const seed = readConfigureGlobal().seed ?? 1;

const isInstalled = spawnSync('z3', ['--version']).error === undefined;
if (!isInstalled) console.warn('z3 is not installed: what the proofs are made of is not asked of it here');

const ruleOf = (call: string): Rule => {
  const rule = linux73.rules.get(call);
  if (rule === undefined) throw new Error(`unreachable: no call ${call}`);
  return rule;
};
const without = (rule: Rule, clause: string): Rule => ({
  ...rule,
  guards: rule.guards.filter((step) => step.clause !== clause),
});

/** What is asked of a call, of the statements that begin so. */
const asking = (statement: string, rule: Rule, profile = linux73, steps: readonly Each[] = []): readonly Group[] =>
  ofCall(rule, invariantsOf(profile), steps).map((group) => ({
    ...group,
    conditions: group.conditions.filter(({ asks }) => asks.startsWith(statement)),
  }));

/** What z3 does not say is impossible. */
async function open(groups: readonly Group[]): Promise<readonly string[]> {
  const conditions = groups.flatMap((group) => group.conditions);
  const verdicts = await solve('z3', ['(set-option :timeout 250)', ...scriptOf(groups)], conditions.length);
  return conditions.filter((_, i) => verdicts[i] !== 'unsat').map(({ asks }) => asks);
}

describe.skipIf(!isInstalled)('a proof', () => {
  test.each(['host_share_hyp', 'donate_guest', 'share_guest', 'unshare_guest'])('goes through for %s', async (call) => {
    const groups = ofCall(ruleOf(call), invariantsOf(linux73));
    expect(new Set(await answered('z3', groups))).toEqual(new Set(['unsat']));
  });

  test.each([
    [
      'host_share_hyp',
      'SHARE-HYP-OWNED',
      'a page that a VM owns alone is recorded as its own, and the host has lost it',
    ],
    ['donate_guest', 'DONATE-OWNED', 'what serves a VM belongs to the hypervisor'],
    ['host_unshare_hyp', 'UNSHARE-HYP-UNPINNED', 'what is pinned is shared with the hypervisor'],
    ['donate_guest', 'DONATE-FREE', 'a page that the record gives to a VM is owned once'],
    ['share_guest', 'SHARE-GUEST-COUNT', 'the share count of a page is the number of mappings that borrow it'],
    ['share_guest', 'SHARE-GUEST-SIZE', 'the share count of a page is the number of mappings that borrow it'],
    ['init_vcpu', 'INIT-VCPU-VACANT', 'the pins of a page are as many as the VMs and vCPUs'],
    ['init_vcpu', 'INIT-VCPU-PLANNED', 'a vCPU that can be found belongs to a VM that exists, was planned'],
    ['init_vm', 'INIT-VM-PGD-DISTINCT', 'the hypervisor holds as many pages for a VM as it has counted'],
    ['init_vm', 'INIT-VM-RESERVED', 'the pins of a page are as many as the VMs and vCPUs'],
    ['start_teardown_vm', 'TEARDOWN-UNLOADED', 'a vCPU is loaded only while its VM lives'],
    ['vcpu_load', 'LOAD-ELSEWHERE', 'the vCPU that is loaded on a CPU is loaded there and nowhere else'],
    ['vcpu_load', 'LOAD-PRESENT', 'a vCPU is loaded only after it has been made'],
  ])('of %s fails without %s, and not with it', async (call, clause, statement) => {
    expect(await open(asking(statement, without(ruleOf(call), clause)))).toHaveLength(1);
    expect(new Set(await answered('z3', asking(statement, ruleOf(call))))).toEqual(new Set(['unsat']));
  });

  test('finds the hole of Linux 6.1: an address that the host has never used passes for memory', async () => {
    const rule = linux61.rules.get('host_share_hyp') as Rule;
    const statement = 'what is not memory is never shared or used, and is the host’s unless it was set aside';
    expect(await open(asking(statement, rule, linux61))).toEqual([statement]);
  });

  // What is proved of a call is not proved of nothing. Where DMA-SOC holds nothing goes past the IOMMU; in the small
  // world no VM has a second vCPU to switch on.
  const impossible = ['guest_cpu_on', 'device_bypass_read', 'device_bypass_write'];
  test('is about calls that go through in states that the invariants allow', { timeout: 60_000 }, async () => {
    const calls = [...new Set([...linux73.rules.keys(), ...android16.rules.keys()])];
    const never: string[] = [];
    // An eighth of them, for each takes the solver a tenth of a second; which eighth, the seed says.
    const some = calls.filter((_, at) => at % 8 === seed % 8);
    for (const call of new Set([...some, ...impossible])) {
      const profile = linux73.rules.has(call) ? linux73 : android16;
      const rule = profile.rules.get(call) as Rule;
      if (!(await isPossible(rule, invariantsOf(profile), smallWorlds(profile)[0] as Config))) never.push(call);
    }
    expect(new Set(never)).toEqual(new Set(impossible));
  });

  test('of what every step keeps fails where a page comes back as it was', async () => {
    const rule = ruleOf('force_reclaim_guest_page');
    const unwiped = { ...rule, effects: rule.effects.filter((effect) => !touchesOf(effect).writes.has('word')) };
    const { steps } = lawsOf(linux73);
    const statement = 'a page that a VM owned and had not shared holds zeros when the host can read it again';
    expect(await open(asking(statement, unwiped, linux73, steps))).toEqual([statement]);
  });
});

describe('invariants hold', () => {
  const profiles = ['linux-7.4', 'linux-7.3', 'android16-6.12', 'cids-13', 'cids-strict', 'cids-cyclic', 'cids-split'];
  const suites = profiles.flatMap(suitesOf).filter(({ unsafe }) => !unsafe);
  test.each(suites.map((suite) => [suite.profile.name, suite.scope.name, suite] as const))(
    'in every state of walks of %s in %s, of everything',
    (_, __, { profile, scope }) => {
      const system = new TransitionSystem(profile, scope.config);
      const { state, ghost } = begin(system, scope);
      const judge = new Judge(system, state, invariantsOf(profile), ghost);
      const generator = new Generator(system, new Random(7), scope.weights);
      const args = new Int32Array(argsLength);
      for (let step = 0; step < 300; step++) {
        const rule = generator.next(state, args);
        judge.judge(rule, args, system.apply(state, rule, args));
        const broken = judge.brokenNow().map(({ property, index }) => `${property.statement}, of ${index}`);
        expect(broken, `after ${rule.rule.call}`).toEqual([]);
      }
    },
  );
});

/** What is written for the solver says of states that are known what the compiled rules say. */
describe.skipIf(!isInstalled)('guards mean the same to the solver', () => {
  const [suite] = suitesOf('linux-7.3').filter(({ scope }) => scope.name === 'bare');
  if (suite === undefined) throw new Error('unreachable: no scope');
  const { scope } = suite;
  const system = new TransitionSystem(linux73, scope.config);
  const walk = new Walk(system, scope, []);
  walk.run(5, 400);
  const calls = asSequence(system, scope, walk.calls());

  const tableOf = (sizes: readonly number[], read: (...at: number[]) => number): string => {
    const names = sizes.map((_, i) => `x${i}`);
    const rows = sizes.reduce<number[][]>(
      (all, size) => all.flatMap((row) => Array.from({ length: size }, (_, i) => [...row, i])),
      [[]],
    );
    return rows.reduce((other, row) => {
      const here = row.map((one, i) => `(= ${names[i] ?? ''} ${one})`).join(' ');
      return row.length === 0 ? number(read()) : `(ite (and ${here}) ${number(read(...row))} ${other})`;
    }, '(- 99)');
  };
  const parameters = (count: number): string => Array.from({ length: count }, (_, i) => `(x${i} Int)`).join(' ');

  /** The configuration as it is, in place of what the proofs take for granted. */
  const given = (): string[] => [
    '(set-logic ALL)',
    ...[
      'times ((x Int) (y Int)) Int (* x y)',
      'quotient ((x Int) (y Int)) Int (div x y)',
      'remainder ((x Int) (y Int)) Int (mod x y)',
    ].map((one) => `(define-fun ${one})`),
    ...['bit_or', 'bit_and', 'bit_without'].map((name) => `(declare-fun ${name} (Int Int) Int)`),
    `(define-fun vcpu_of ((v Int) (i Int)) Int (ite (and (<= 0 v) (< v ${scope.config.slots}) (<= 0 i) (< i ${scope.config.vcpus})) (+ (* v ${scope.config.vcpus}) i) (- 2)))`,
    `(define-fun vm_of ((k Int)) Int (div k ${scope.config.vcpus}))`,
    ...Object.entries(quantities as Record<string, Quantity>).map(
      ([name, { read }]) => `(define-fun ${quantityName(name)} () Int ${number(read(scope.config))})`,
    ),
    ...Object.entries(attributes as Record<string, Attribute>).map(([name, attribute]) => {
      const sizes = attribute.over(scope.config);
      const read = readAttribute(attribute, scope.config);
      const body = tableOf(sizes, read).replace('(- 99)', number(attribute.otherwise));
      return `(define-fun ${attributeName(name)} (${parameters(sizes.length)}) Int ${body})`;
    }),
  ];

  test('of each call in states of a walk', async () => {
    const script = given();
    const expected: string[] = [];
    let state = startOf(system, scope);
    for (const [step, call] of calls.slice(-60).entries()) {
      const rule = system.rule(call.call);
      const args = new Int32Array(32);
      system.bind(rule, call, args);
      const fields = new Map(
        fieldNames.map((field) => {
          const sizes = families[allFields[field].over].map((one) => system.layout.dimensions[one]);
          const name = `${field}.${step}`;
          const read = (...at: number[]): number =>
            state.at(system.layout.base[field] + at.reduce((sum, one, i) => sum * (sizes[i] ?? 1) + one, 0));
          const has = system.layout.size[field] > 0;
          script.push(
            `(define-fun ${name} (${parameters(sizes.length)}) Int ${has ? tableOf(sizes, read) : '(- 99)'})`,
          );
          return [field, { name, given: [] }] as const;
        }),
      );
      const { positions } = bindingOf(rule.rule, system.layout);
      const names = new Map<string, string>([['this CPU', number(call.cpu)]]);
      for (const name of rule.names) {
        names.set(name, number(args[positions[name] as number] as number));
        names.set(`${name} as passed`, number(args[(positions[name] as number) + 12] as number));
      }
      let made = 0;
      const scene: Scene = {
        fields,
        names,
        opaque,
        constant: (known) => {
          const name = `c.${step}.${made++}`;
          script.push(`(declare-const ${name} Int)`, `(assert ${known(name)})`);
          return name;
        },
      };
      // Up to the first step that changes something, or that refuses: what comes after it is asked of another state.
      for (const guard of rule.rule.guards) {
        if (guard.kind === 'onFailure') break;
        const holds = rule.conditions[rule.guards.indexOf(guard)]?.(state, args) === true;
        script.push(
          '(push 1)',
          `(assert ${apply('distinct', smtBool(guard.condition, scene), String(holds))})`,
          '(check-sat)',
          '(pop 1)',
        );
        expected.push(`${call.call}: ${guard.clause}`);
        if (!holds) break;
      }
      state = system.step(state, call).state;
    }
    const verdicts = await solve('z3', script, expected.length);
    expect(expected.filter((_, i) => verdicts[i] !== 'unsat')).toEqual([]);
    expect(expected.length).toBeGreaterThan(50);
  });
});

test('z3 as npm has it says the same, with nothing installed', async () => {
  const script = scriptOf(ofCall(ruleOf('host_share_hyp'), invariantsOf(linux73)));
  const questions = script.filter((line) => line === '(check-sat)').length;
  // Of one process: most of the time it takes to start.
  const possible = ['(reset)', '(declare-const x Int)', '(assert (> x 0))', '(check-sat)'];
  const verdicts = await solve('z3', [...script, ...possible], questions + 1, 0, z3OfNpm);
  expect(verdicts.at(-1)).toBe('sat');
  expect(new Set(verdicts.slice(0, -1))).toEqual(new Set(['unsat']));
}, 60_000);
