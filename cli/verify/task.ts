/** A run of `verify` in tasks, which can be done in any order, by anybody. */
import { isIn } from '../../search/engine/share.ts';
import type { Share } from '../../search/engine/share.ts';
import type { Part } from './part.ts';

/** How far a task has come. */
export interface Done {
  readonly runs: number;
  readonly calls: number;
  readonly states?: number;
  /** From 0 to 1. */
  readonly share: number;
}

/** What a task is done with. */
export interface Doing {
  /** Of its runs, those that are made. */
  readonly share: Share;
  /** The time is up for it after so many. */
  readonly seconds: number | undefined;
  /** True once the user wants the run to end. */
  readonly stopped: () => boolean;
  readonly progress: (done: Done) => void;
}

export interface Task {
  /** Which no other task of the run has. */
  readonly name: string;
  readonly chapter: string;
  /** What its verdicts are decided with: a subject that one of them has met is met for all. */
  readonly group: string;
  /** Its place in a list of which whoever has a share takes some; without it, its runs are shared. */
  readonly number?: number;
  /** Where it searches, in words, if its name does not say that. */
  readonly places?: readonly string[];
  /** It draws sequences of the rules in a scope. */
  readonly isScope?: true;
  /** It is worth doing in several parts at a time. */
  readonly isLong?: true;
  readonly perform: (doing: Doing) => Promise<Part>;
}

/** How many of the first `runs` runs a share has. */
export const runsIn = ({ index, count }: Share, runs: number): number =>
  runs === Infinity ? Infinity : Math.max(0, Math.ceil((runs - index) / count));

/** Whether there is anything of a task for a share. */
export const isFor = (share: Share, { number }: Task): boolean => number === undefined || isIn(share, number);
