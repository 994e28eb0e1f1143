/**
 * How large a world is by its rules alone: the states that can be reached, and the steps between them. A step is a call
 * on some CPU with some arguments that is done, or is refused after it may have changed something; a call that leads to
 * the same state, or beyond what is followed, is a step too. Of calls that differ only in what makes no difference one
 * is tried, and all are counted.
 */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import { argsLength } from '../../spec/language/run.ts';
import { Enumerate } from './enumerate.ts';
import { limitsOf } from './explore.ts';
import type { Most } from './explore.ts';
import { StateSet } from './state-set.ts';

export interface Counted {
  readonly states: number;
  readonly steps: number;
}

export function countReachable(system: TransitionSystem, start: State, most: Most): Counted {
  const limits = limitsOf(system.layout, most);
  const seen = new StateSet(system.layout.length);
  const enumerate = new Enumerate(system);
  const args = new Int32Array(argsLength);
  const state = start.fork();
  const row = new Int16Array(system.layout.length);
  const keep = (): void => {
    if (limits.some(({ cell, most: last }) => state.at(cell) > last)) return;
    row.set(state.cells);
    seen.add(row);
  };
  let steps = 0;
  keep();
  for (let next = 0; next < seen.count; next++) {
    state.cells.set(seen.row(next));
    enumerate.each(state, args, (rule, at, alike) => {
      system.apply(state, rule, at);
      steps += alike;
      if (state.written > 0) keep();
      state.undo();
      return true;
    });
  }
  return { states: seen.count, steps };
}
