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
import { Packing } from './packing.ts';
import { StateSet } from './state-set.ts';

export interface Counted {
  readonly states: number;
  readonly steps: number;
}

/** `enumerate` may be one that has searched before; then its calls are compiled. */
export function countReachable(
  system: TransitionSystem,
  start: State,
  most: Most,
  enumerate = new Enumerate(system),
): Counted {
  const limits = limitsOf(system.layout, most);
  const packing = new Packing(system.layout);
  const seen = new StateSet(packing.words);
  const args = new Int32Array(argsLength);
  const state = start.fork();
  const [from, row] = [new Int32Array(packing.words), new Int32Array(packing.words)];
  const isFollowed = (): boolean => limits.every(({ cell, most: last }) => state.at(cell) <= last);
  let steps = 0;
  const made = (alike: number): void => {
    steps += alike;
    if (state.written === 0) return;
    if (isFollowed()) {
      packing.repack(state, from, row);
      seen.add(row);
    }
    state.undo();
  };
  packing.pack(state.cells, row);
  if (isFollowed()) seen.add(row);
  for (let next = 0; next < seen.count; next++) {
    seen.copy(next, from);
    packing.unpack(from, state.cells);
    enumerate.make(state, args, made);
  }
  return { states: seen.count, steps };
}
