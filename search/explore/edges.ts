/**
 * What becomes of things in every state that can be reached: how each thing is called before and after each call that
 * changes how it is called.
 */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import { argsLength } from '../../spec/language/run.ts';
import { done } from '../../spec/transition-system.ts';
import { Enumerate } from './enumerate.ts';
import { limitsOf } from './explore.ts';
import type { Most } from './explore.ts';
import { anyNumber, Packing } from './packing.ts';
import { StateSet } from './state-set.ts';

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly call: string;
  /** The call is refused, and changes it all the same. */
  readonly isRefused: boolean;
}

/**
 * `namesIn`: how each of the things is called in a state, in the same order in all states. Calls are made in `bound`
 * states at most, for without a guard there can be states without end.
 */
export function edgesOf(
  system: TransitionSystem,
  start: State,
  most: Most,
  namesIn: (state: State) => readonly string[],
  bound = Infinity,
): { readonly states: number; readonly edges: readonly Edge[] } {
  const limits = limitsOf(system.layout, most);
  const packing = new Packing(system.layout, anyNumber);
  const seen = new StateSet(packing.words);
  const enumerate = new Enumerate(system);
  const state = start.fork();
  const [from, row] = [new Int32Array(packing.words), new Int32Array(packing.words)];
  const edges = new Map<string, Edge>();
  packing.pack(state.cells, row);
  seen.add(row);
  for (let next = 0; next < Math.min(seen.count, bound); next++) {
    seen.copy(next, from);
    packing.unpack(from, state.cells);
    const before = namesIn(state);
    enumerate.each(state, new Int32Array(argsLength), (rule, args) => {
      const isRefused = system.apply(state, rule, args) !== done;
      if (state.written === 0) return true;
      for (const [i, to] of namesIn(state).entries()) {
        const edge = { from: before[i] ?? '', to, call: rule.rule.call, isRefused };
        if (edge.from !== to) edges.set(JSON.stringify(edge), edge);
      }
      if (limits.every(({ cell, most: last }) => state.at(cell) <= last)) {
        packing.repack(state, from, row);
        seen.add(row);
      }
      state.undo();
      return true;
    });
  }
  return { states: seen.count, edges: [...edges.values()] };
}
