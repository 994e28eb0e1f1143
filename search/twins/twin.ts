/**
 * A model that answers from any state: the state is made into things, the call is made on them, and what they are then
 * is a state again. So it can be held against the rules in states that no run reaches.
 */
import type { TargetAnswer } from '../../spec/target.ts';

export interface Twin {
  readonly name: string;
  readonly calls: readonly string[];
  /** The state as the model has it; nothing where the model has no such state. */
  normal(cells: Int32Array): Int32Array | undefined;
  /** The answer to a call, and the state after it; nothing where the model has no such state or call. */
  answer(cells: Int32Array, call: string, args: Readonly<Record<string, number>>): Answered | undefined;
}
export interface Answered {
  readonly answer: TargetAnswer;
  readonly after: Int32Array;
}

/** A twin out of three functions: things of cells, cells of things, and what a call does to things. */
export function twin<Things>(parts: {
  readonly name: string;
  readonly calls: readonly string[];
  readonly read: (cells: Int32Array) => Things | undefined;
  readonly write: (things: Things, cells: Int32Array) => void;
  readonly answer: (things: Things, call: string, args: Readonly<Record<string, number>>) => TargetAnswer;
}): Twin {
  const { name, calls, read, write, answer } = parts;
  const asCells = (things: Things, before: Int32Array): Int32Array => {
    const cells = before.slice();
    write(things, cells);
    return cells;
  };
  return {
    name,
    calls,
    normal: (cells) => {
      const things = read(cells);
      return things === undefined ? undefined : asCells(things, cells);
    },
    answer: (cells, call, args) => {
      const things = calls.includes(call) ? read(cells) : undefined;
      if (things === undefined) return undefined;
      const answered = answer(things, call, args);
      return { answer: answered, after: asCells(things, cells) };
    },
  };
}
