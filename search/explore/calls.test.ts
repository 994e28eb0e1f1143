/** Calls that are made in one go lead to the same states, as often, as calls that are visited and put to the rules. */
import { expect, test } from 'vitest';
import { argsLength } from '../../spec/language/run.ts';
import { completeWorlds, nameOf, opened } from '../export/world.ts';
import { Enumerate } from './enumerate.ts';

/** How many states of each world are looked at. */
const most = 100;

test.each(completeWorlds.map((world) => [nameOf(world), world] as const))('%s', (_, world) => {
  const { system, start } = opened(world);
  const enumerate = new Enumerate(system);
  const args = new Int32Array(argsLength);
  const seen = new Map([[start.cells.join(), start.fork()]]);
  for (const state of seen.values()) {
    if (seen.size > most) break;
    const [visited, made] = [new Map<string, number>(), new Map<string, number>()];
    const count = (into: Map<string, number>, alike: number): void => {
      const key = state.cells.join();
      into.set(key, (into.get(key) ?? 0) + alike);
    };
    enumerate.each(state, args, (rule, given, alike) => {
      system.apply(state, rule, given);
      count(visited, alike);
      if (!seen.has(state.cells.join())) seen.set(state.cells.join(), state.fork());
      state.undo();
      return true;
    });
    enumerate.make(state, args, (alike) => {
      count(made, alike);
      state.undo();
    });
    expect(made).toEqual(visited);
    expect(visited.size).toBeGreaterThan(0);
  }
  // The smallest of them, an allocator that only goes upwards, has 15.
  expect(seen.size).toBeGreaterThan(10);
});
