/**
 * The shrinker. It knows what the calls mean: it takes out what did nothing, then what is not needed, alone and in
 * pairs, and then gives pages, frames and arguments their plainest names. The same clause stays violated throughout.
 */
import type { Call } from '../../spec/machine.ts';
import type { Cuts } from './deletions.ts';
import type { PlainNames } from './canonical.ts';
import type { Broken, Replay } from '../judge/replay.ts';

/** Pairs are taken out of sequences up to this length; longer ones are rare once single calls are out. */
const pairsUpTo = 20;
/** Up to this length it is tried whether what follows a cut can go on with another VM or on another CPU. */
const movedUpTo = 12;
/** Up to this length it is tried whether a call that is made a little different spares others. */
const replacedUpTo = 4;

/** If this sequence still shows what is to be shown: the sequence up to there, without the calls that did nothing. */
export type Shows = (calls: readonly Call[]) => readonly Call[] | undefined;

/** Shrink to the shortest and plainest sequence that is found to break the same clause. */
export function shrink(replay: Replay, calls: readonly Call[], clause: string): Call[] {
  const broken = replay.run(calls);
  const first = broken?.violation.property;
  if (broken === undefined || first?.clause !== clause) throw new Error(`the sequence does not break ${clause}`);
  const sampled = first.kind === 'always' && first.sampled === true;
  const busy = busyIn(replay, calls, broken);
  const shows: Shows = (candidate) => {
    const again = replay.run(candidate, sampled);
    return again?.violation.property.clause === clause ? busyIn(replay, candidate, again) : undefined;
  };
  const tools: Tools = { shows, cuts: replay.cuts, names: replay.names, fewer: (all) => replay.fewer(all, clause) };
  return shrinkTo(busy, tools);
}

/** The shortest and plainest sequence that is found to show what this one shows. */
export function shrinkTo(calls: readonly Call[], tools: Tools): Call[] {
  const { names, shows } = tools;
  let now = ending(calls, tools);
  for (;;) {
    now = shortened(now, tools);
    const { length } = now;
    const plainest = names.plainest(now, (candidate) => shows(candidate)?.length === length);
    const shorter = shortened(plainest, tools);
    if (shorter.length === length) return [...plainest];
    now = shorter;
  }
}

/** The calls of the last run up to the violation, but those that wrote nothing: nothing that follows depends on them. */
const busyIn = (replay: Replay, calls: readonly Call[], { length }: Broken): readonly Call[] =>
  calls.filter((_, i) => i === length - 1 || (i < length && replay.wrote[i] === true));

export interface Tools {
  readonly shows: Shows;
  readonly cuts: Cuts;
  readonly names: PlainNames;
  /** One call or two that show it by themselves. */
  readonly fewer?: (calls: readonly Call[]) => readonly Call[] | undefined;
}

/** Calls are taken out in every way there is, the cheapest first, until none helps. */
function shortened(calls: readonly Call[], tools: Tools): readonly Call[] {
  let now = calls;
  for (;;) {
    now = shortest(now, tools);
    const next =
      withoutMoved(now, tools) ?? withoutPair(now, tools) ?? withoutByReplacing(now, tools) ?? tools.fewer?.(now);
    if (next === undefined) return now;
    now = next;
  }
}

/** The last calls alone, if they show it by themselves: as they are, or with another VM or on another CPU. */
function ending(calls: readonly Call[], { shows, cuts }: Tools): readonly Call[] {
  for (let length = 1; length < calls.length / 2; length *= 2) {
    const from = calls.length - length;
    const alone = shows(cuts.without(calls, 0, from)) ?? firstThatShows(cuts.withoutElsewhere(calls, 0, from), shows);
    if (alone !== undefined) return alone;
  }
  return calls;
}

function firstThatShows(candidates: Iterable<readonly Call[]>, shows: Shows): readonly Call[] | undefined {
  for (const candidate of candidates) {
    const left = shows(candidate);
    if (left !== undefined) return left;
  }
  return undefined;
}

/** Calls are taken out, and what follows goes on with another VM or on another CPU. */
function withoutMoved(calls: readonly Call[], { shows, cuts }: Tools): readonly Call[] | undefined {
  if (calls.length > movedUpTo) return undefined;
  for (let to = calls.length - 1; to > 0; to--) {
    for (let from = 0; from < to; from++) {
      const left = firstThatShows(cuts.withoutElsewhere(calls, from, to), shows);
      if (left !== undefined) return left;
    }
  }
  return undefined;
}

/** Chunks are taken out while what is left still shows it. */
function shortest(calls: readonly Call[], tools: Tools): readonly Call[] {
  const next = withoutChunks(withoutLast(calls, tools.shows), tools);
  return next.length === calls.length ? next : shortest(next, tools);
}

/** What is judged only now and then, or when a call that is held has gone on, may be shown before the last call. */
function withoutLast(calls: readonly Call[], shows: Shows): readonly Call[] {
  const left = calls.length > 1 ? shows(calls.slice(0, -1)) : undefined;
  return left === undefined ? calls : withoutLast(left, shows);
}

/** Chunks of halving length, from the end to the front. */
function withoutChunks(calls: readonly Call[], { shows, cuts }: Tools): readonly Call[] {
  let now = calls;
  for (let size = Math.ceil(calls.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let end = now.length - 1; end > 0;) {
      const start = Math.max(0, end - size);
      now = shows(cuts.without(now, start, end)) ?? now;
      end = Math.min(start, now.length - 1);
    }
  }
  return now;
}

/** Two calls that are needed only for each other, such as sharing and unsharing. */
function withoutPair(calls: readonly Call[], { shows, cuts }: Tools): readonly Call[] | undefined {
  if (calls.length > pairsUpTo) return undefined;
  for (let second = calls.length - 2; second > 0; second--) {
    for (let first = second - 1; first >= 0; first--) {
      const one = cuts.without(calls, second, second + 1);
      const left = shows(cuts.without(one, first, first + 1));
      if (left !== undefined) return left;
    }
  }
  return undefined;
}

/** One call is made a little different, and with that others can be spared. */
function withoutByReplacing(calls: readonly Call[], { names, shows }: Tools): readonly Call[] | undefined {
  if (calls.length < 2 || calls.length > replacedUpTo) return undefined;
  for (let at = calls.length - 1; at >= 0; at--) {
    for (const other of names.variantsOf(calls[at] as Call, calls)) {
      for (const kept of keeping(calls.length, at)) {
        const left = shows(kept.map((i) => (i === at ? other : (calls[i] as Call))));
        if (left !== undefined) return left;
      }
    }
  }
  return undefined;
}

/** The proper subsets of the numbers below `length` that hold `at`: the smallest first, and of four no more than two. */
function keeping(length: number, at: number): readonly (readonly number[])[] {
  const all = Array.from({ length }, (_, i) => i);
  const sets = Array.from({ length: 2 ** length - 1 }, (_, set) => all.filter((i) => ((set >> i) & 1) === 1));
  const most = length > 3 ? 2 : length - 1;
  return sets.filter((set) => set.includes(at) && set.length <= most).sort((a, b) => a.length - b.length);
}
