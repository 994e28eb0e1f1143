import { expect, test } from 'vitest';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { suitesOf } from './suites.ts';
import { allProperties } from '../../properties/chapters.ts';

test('what a property is about are calls of some profile', () => {
  const calls = new Set([...profiles.values()].flatMap(({ rules }) => [...rules.keys()]));
  const suites = [...profiles.keys()].flatMap((name) => suitesOf(name).slice(0, 1));
  const properties = suites.flatMap(({ profile, scope }) => allProperties(new TransitionSystem(profile, scope.config)));
  const named = properties.flatMap((one) => ('on' in one ? (one.on ?? []).map((call) => [one.statement, call]) : []));
  named.push(...properties.flatMap((one) => ('needs' in one ? [[one.statement, one.needs ?? '']] : [])));
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(([, call]) => !calls.has(call as string))).toEqual([]);
});
