/** What the rules are said to read and to write, held against what they do. */
import { expect, test } from 'vitest';
import { fieldNames } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import { termOf } from '../../spec/rule.ts';
import type { Rule } from '../../spec/rule.ts';
import type { State } from '../../spec/state.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Call } from '../../spec/transition-system.ts';
import { Walk } from '../generate/walk.ts';
import { asSequence } from '../judge/replay.ts';
import { startOf } from './linux.ts';
import { suitesOf } from './suites.ts';

const touched = (rule: Rule) => {
  const all = [...rule.guards.map(termOf), ...rule.effects].map(touchesOf);
  return {
    reads: new Set(all.flatMap(({ reads }) => [...reads])),
    writes: new Set(all.flatMap(({ writes }) => [...writes])),
  };
};

/** The same state, in which every cell of one field holds something else. */
function disturbed(state: State, field: FieldName): State {
  const other = state.fork();
  const { base, size } = state.layout;
  for (let at = base[field]; at < base[field] + size[field]; at++) other.cells[at] = other.at(at) === 0 ? 1 : 0;
  return other;
}

/** The fields in which two states differ. */
const differing = (one: State, other: State): readonly FieldName[] => {
  const { base, size } = one.layout;
  return fieldNames.filter((field) => {
    for (let at = base[field]; at < base[field] + size[field]; at++) if (one.at(at) !== other.at(at)) return true;
    return false;
  });
};

/** What of one call is not as it was said: fields that change, and fields that make a difference. */
function unsaid(system: TransitionSystem, state: State, call: Call): readonly string[] {
  const { reads, writes } = touched(system.rule(call.call).rule);
  const after = system.step(state, call);
  const written = differing(state, after.state).filter((field) => !writes.has(field));
  const read = fieldNames.filter((field) => {
    if (state.layout.size[field] === 0 || reads.has(field)) return false;
    const other = system.step(disturbed(state, field), call);
    const told = JSON.stringify(other.outcome) !== JSON.stringify(after.outcome);
    return told || differing(other.state, after.state).some((one) => one !== field);
  });
  return [
    ...written.map((field) => `${call.call} writes ${field}`),
    ...read.map((field) => `${call.call} reads ${field}`),
  ];
}

const length = 120;

test.each(
  [...suitesOf(), ...suitesOf('android16-6.12')].map((suite) => [suite.profile.name, suite.scope.name, suite] as const),
)('%s in %s', (_, __, { profile, scope }) => {
  const system = new TransitionSystem(profile, scope.config);
  const walk = new Walk(system, scope, []);
  const { steps } = walk.run(1, length);
  const calls = asSequence(system, scope, walk.calls());
  let state = startOf(system, scope);
  for (const call of calls) {
    expect(unsaid(system, state, call)).toEqual([]);
    state = system.step(state, call).state;
  }
  expect(steps).toBe(length);
});
