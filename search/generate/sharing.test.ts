/** Systems of one configuration share what is compiled; a copy of the configuration shares nothing with it. */
import { expect, test } from 'vitest';
import { lacks, profile } from '../../spec/profile.ts';
import type { Profile } from '../../spec/profile.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { argsLength } from '../../spec/language/run.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { lifecycle, startOf } from '../scopes/linux.ts';
import type { Scope } from '../scopes/linux.ts';
import { Generator } from './generator.ts';
import { Random } from './random.ts';

/** Calls as they are drawn, and what comes of each. */
function drawn(rules: Profile, scope: Scope, leaveOut?: ConstructorParameters<typeof TransitionSystem>[2]): string[] {
  const system = new TransitionSystem(rules, scope.config, leaveOut);
  const state = startOf(system, scope);
  const generator = new Generator(system, new Random(5), scope.weights);
  const args = new Int32Array(argsLength);
  return Array.from({ length: 400 }, () => {
    const rule = generator.next(state, args);
    const asked = [...args.subarray(0, rule.names.length + 1)].join();
    const guard = system.apply(state, rule, args);
    state.settle();
    return `${rule.rule.call} ${asked} ${guard} ${rule.number}`;
  });
}

const fewer = profile('fewer', linux73, [lacks('donate_guest')]);

test.each([
  ['all rules', linux73, undefined],
  ['a guard left out', linux73, { call: 'init_vm', clause: 'INIT-VM-DONATED' }],
  ['another guard left out', linux73, { call: 'vcpu_load', clause: 'LOAD-ELSEWHERE' }],
  ['a call less', fewer, undefined],
] as const)('with %s, what others have compiled changes nothing', (_, rules, leaveOut) => {
  drawn(linux73, lifecycle);
  const alone = { ...lifecycle, config: { ...lifecycle.config } };
  expect(drawn(rules, lifecycle, leaveOut)).toEqual(drawn(rules, alone, leaveOut));
});

test('a rule has the number of its place in each system', () => {
  for (const rules of [linux73, fewer, linux73]) {
    const { rules: compiled } = new TransitionSystem(rules, lifecycle.config);
    expect([...compiled.values()].map(({ number }) => number)).toEqual([...compiled.keys()].map((_, place) => place));
  }
});

test('a guard is left out of the system that is to do without it, and of no other', () => {
  const missing = (leaveOut?: ConstructorParameters<typeof TransitionSystem>[2]): string[] =>
    [...new TransitionSystem(linux73, lifecycle.config, leaveOut).rules.values()].flatMap(({ rule, guards, checked }) =>
      guards.flatMap(({ clause }, i) => (checked[i] === true ? [] : [`${rule.call} ${clause}`])),
    );
  expect(missing()).toEqual([]);
  expect(missing({ call: 'vcpu_load', clause: 'LOAD-ELSEWHERE' })).toEqual(['vcpu_load LOAD-ELSEWHERE']);
  expect(missing()).toEqual([]);
});
