import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allProperties } from '../../properties/chapters.ts';
import { isLaw } from '../../properties/property.ts';
import type { AlwaysInCode, EachInCode, Law, Step } from '../../properties/property.ts';
import { running, runningStep } from '../../properties/running.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { Layout } from '../../spec/state.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Counterexample } from '../judge/counterexample.ts';
import { callsOf } from '../judge/counterexample.ts';
import { Replay } from '../judge/replay.ts';
import { scopeNamed } from '../scopes/suites.ts';

const folder = `${import.meta.dirname}/../../counterexamples/rules`;
const counterexamples = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Counterexample);

/** The same law, which notes where it breaks though it says that its subject is not there. */
function watched(law: Law, layout: Layout, wrong: Set<string>): Law {
  const noted = (isHeld: boolean, isThere: boolean): boolean => {
    if (!isHeld && !isThere) wrong.add(`${law.clause}: ${law.statement}`);
    return isHeld;
  };
  if (law.kind === 'each') {
    const isThere = (step: Step, index: number): boolean =>
      runningStep(law, step.rule, layout).when?.(step, index) !== false;
    return {
      ...law,
      because: 'calls',
      ...(law.when === undefined ? {} : { when: isThere }),
      holds: (step, index) => noted(runningStep(law, step.rule, layout).holds(step, index), isThere(step, index)),
    } as EachInCode;
  }
  const { holds, when } = running(law, layout);
  return {
    ...law,
    because: 'calls',
    ...(when === undefined ? {} : { when }),
    holds: (view, index, state) => noted(holds(view, index, state), when?.(view, index) !== false),
  } as AlwaysInCode;
}

function systemOf({ profile, scope, without }: Counterexample): TransitionSystem {
  const [known, place] = [profiles.get(profile), scopeNamed(scope)];
  if (known === undefined || place === undefined) throw new Error(`unreachable: no ${profile} or no ${scope}`);
  return new TransitionSystem(known, place.config, without);
}

test('a law breaks only where it says that its subject is there', () => {
  const wrong = new Set<string>();
  const broken = new Set<string>();
  for (const one of counterexamples) {
    const system = systemOf(one);
    const laws = allProperties(system).filter(isLaw);
    const scope = scopeNamed(one.scope);
    if (scope === undefined) throw new Error(`unreachable: no scope ${one.scope}`);
    const replay = new Replay(
      system,
      scope,
      laws.map((law) => watched(law, system.layout, wrong)),
    );
    const violation = replay.run(callsOf(system, one))?.violation;
    if (violation !== undefined && 'when' in violation.property) broken.add(violation.property.statement);
  }
  expect([...wrong]).toEqual([]);
  expect(broken.size).toBeGreaterThan(25);
});

test('a law whose subject never came about counts none', () => {
  const [one] = counterexamples.filter(({ scope }) => scope === 'bare');
  if (one === undefined) throw new Error('unreachable: some counterexample begins with nothing');
  const system = systemOf(one);
  const scope = scopeNamed('bare');
  if (scope === undefined) throw new Error('unreachable: there is that scope');
  const laws = allProperties(system).filter(isLaw);
  const replay = new Replay(system, scope, laws);
  replay.run([{ call: 'host_share_hyp', cpu: 0, args: [0] }]);
  const counted = (clause: string): number =>
    laws.filter((law) => law.clause === clause).reduce((sum, law) => sum + replay.judge.subjectsOf(law), 0);
  expect(counted('MEM-WIPE')).toBe(0);
  expect(counted('MEM-DENIED')).toBe(0);
  expect(counted('MEM-LEGAL')).toBeGreaterThan(0);
});
