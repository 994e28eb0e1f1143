/**
 * Calls that are made in one go lead to the same states, as often, as calls that are visited and put to the rules; and
 * these are the same, with the same answers, where no function may be made of text.
 */
import { expect, test } from 'vitest';
import { argsLength, firstNote } from '../../spec/language/run.ts';
import type { State } from '../../spec/state.ts';
import { bindingOf, evaluateWhole } from '../../spec/transition-system.ts';
import type { CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import { completeWorlds, nameOf, opened } from '../export/world.ts';
import { plainVisits } from './calls-plain.ts';
import { plannedOf, visitsOf } from './calls.ts';
import type { Visit } from './calls.ts';
import { Enumerate } from './enumerate.ts';

/** How many states of each world are looked at. */
const most = 100;

test.each(completeWorlds.map((world) => [nameOf(world), world] as const))('%s', (_, world) => {
  const { system, start } = opened(world);
  const enumerate = new Enumerate(system);
  const args = new Int32Array(argsLength);
  let states = 0;
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
    if (states++ % 120 === 0) expectPlainVisits(system, state);
    expect(visited.size).toBeGreaterThan(0);
  }
  // The smallest of them, an allocator that only goes upwards, has 15.
  expect(seen.size).toBeGreaterThan(10);
});

function expectPlainVisits(system: TransitionSystem, state: State): void {
  for (const rule of system.rules.values()) {
    const [plain, compiled]: string[][] = [[], []];
    const evaluated = evaluateWhole(rule.rule, rule.guards, bindingOf(rule.rule, system.layout), undefined);
    const visitor =
      (into: string[] | undefined, run: CompiledRule['run']): Visit =>
      (_, args, alike) => {
        state.answer = 0;
        const given = args.slice(0, firstNote).join();
        into?.push([given, alike, run(state, args), state.answer, ...state.cells].join());
        state.undo();
        return true;
      };
    plainVisits(rule, plannedOf(system, rule))(state, new Int32Array(argsLength), visitor(plain, evaluated));
    visitsOf(system, rule)(state, new Int32Array(argsLength), visitor(compiled, rule.run));
    expect(plain).toEqual(compiled);
  }
}
