/**
 * The one shrinker. It asks which candidates still fail, and goes on from the first that does: what is irrelevant goes
 * at once, then parts go in chunks, alone and in pairs, and at last what is left gets canonical names. What a part is,
 * and what names it may have, is said by one adapter each for the rules, the machine, evidence and targets.
 */
import type { Shrinking } from '../engine/arbitrary.ts';

/** How sequences of one kind are made smaller. Parts are counted from 0; the last is the one that fails. */
export interface Reductions<V> {
  length(value: V): number;
  /** Much smaller candidates, the boldest first: what the last part depends on, and nothing else. */
  relevant(value: V): Iterable<V>;
  /** The same without what is known to have done nothing, the boldest first; none where there is no such part. */
  tidy(value: V): Iterable<V>;
  /** Without the parts from `from` up to `to`. */
  without(value: V, from: number, to: number): V;
  /** The same, where what follows goes on with other names. */
  withoutElsewhere?(value: V, from: number, to: number): Iterable<V>;
  /** Fewer parts, one of which is another than before. */
  replaced?(value: V): Iterable<V>;
  /** Fewer parts, found by a search of their own. */
  fewer?(value: V): Iterable<V>;
  /** Canonical names and canonical arguments, with no part more or less. */
  canonical(value: V): Smaller<V>;
}

/** A part of the shrinking, and the smallest value that it has led to. */
export type Smaller<V> = Generator<Iterable<V>, V, V | undefined>;

/** Pairs are taken out of sequences up to this length; longer ones are rare once single parts are out. */
const pairsUpTo = 20;
/** Up to this length it is tried whether what follows a deletion can go on with other names. */
const elsewhereUpTo = 12;
/** Up to this length it is tried whether another part spares some. */
const replacedUpTo = 4;
const mostRounds = 8;

/** Shrink a value that fails as far as its reductions lead. */
export function* shrinkBy<V>(value: V, by: Reductions<V>): Shrinking<V> {
  let now = yield* withoutTail(yield* tidied(value, by), by);
  now = (yield* ask(by.relevant(now), by)) ?? now;
  now = (yield* ask(endings(now, by), by)) ?? now;
  for (let round = 0; round < mostRounds; round++) {
    now = yield* shortened(now, by);
    const length = by.length(now);
    now = yield* tidied(yield* by.canonical(now), by);
    now = yield* shortened(now, by);
    if (by.length(now) === length) return;
  }
}

/** The first of these candidates that still fails, tidied. */
function* ask<V>(candidates: Iterable<V>, by: Reductions<V>): Generator<Iterable<V>, V | undefined, V | undefined> {
  const failing = yield candidates;
  return failing === undefined ? undefined : yield* tidied(failing, by);
}

function* tidied<V>(value: V, by: Reductions<V>): Smaller<V> {
  return (yield by.tidy(value)) ?? value;
}

/** Up to the part that fails: tails of halving length go, as nothing after that part matters. */
function* withoutTail<V>(value: V, by: Reductions<V>): Smaller<V> {
  let now = value;
  for (let size = Math.floor(by.length(now) / 2); size >= 1; size = Math.floor(size / 2)) {
    const count = by.length(now);
    if (size < count) now = (yield* ask([by.without(now, count - size, count)], by)) ?? now;
  }
  return now;
}

/** The last parts alone, as they are or with other names. */
function* endings<V>(value: V, by: Reductions<V>): Iterable<V> {
  const count = by.length(value);
  for (let length = 1; length < count / 2; length *= 2) {
    yield by.without(value, 0, count - length);
    yield* by.withoutElsewhere?.(value, 0, count - length) ?? [];
  }
}

/** Parts are taken out in every way there is, the cheapest first, until none helps. */
function* shortened<V>(value: V, by: Reductions<V>): Smaller<V> {
  for (let now = value; ;) {
    now = yield* withoutChunks(now, by);
    const next = yield* ask(rarer(now, by), by);
    if (next === undefined) return now;
    now = next;
  }
}

/** What helps now and then where no single part can go. */
function* rarer<V>(value: V, by: Reductions<V>): Iterable<V> {
  const count = by.length(value);
  if (count <= elsewhereUpTo && by.withoutElsewhere !== undefined) {
    for (let to = count - 1; to > 0; to--) {
      for (let from = 0; from < to; from++) yield* by.withoutElsewhere(value, from, to);
    }
  }
  if (count <= pairsUpTo) yield* withoutPairs(value, by);
  if (count > 1 && count <= replacedUpTo) yield* by.replaced?.(value) ?? [];
  yield* by.fewer?.(value) ?? [];
}

/** Two parts that are needed only for each other, such as sharing and unsharing. */
function* withoutPairs<V>(value: V, by: Reductions<V>): Iterable<V> {
  for (let second = by.length(value) - 2; second > 0; second--) {
    const one = by.without(value, second, second + 1);
    for (let first = second - 1; first >= 0; first--) yield by.without(one, first, first + 1);
  }
}

/** Chunks of halving length, from the end to the front, until no single part can go. */
function* withoutChunks<V>(value: V, by: Reductions<V>): Smaller<V> {
  let now = yield* withoutLast(value, by);
  for (let size = Math.ceil(by.length(now) / 2); size >= 1;) {
    const before = by.length(now);
    now = yield* withoutChunksOf(now, size, by);
    if (size > 1) size = Math.ceil(size / 2);
    else if (by.length(now) === before) break;
  }
  return now;
}

function* withoutChunksOf<V>(value: V, size: number, by: Reductions<V>): Smaller<V> {
  let now = value;
  for (let end = by.length(now) - 1; end > 0;) {
    // why: candidates may be made ahead of the one that is tried, where several targets try them at once.
    const starts = new Map<V, number>();
    const failing: V | undefined = yield chunksOf(now, size, end, by, starts);
    if (failing === undefined) break;
    now = yield* tidied(failing, by);
    end = Math.min(starts.get(failing) ?? 0, by.length(now) - 1);
  }
  return now;
}

function* chunksOf<V>(value: V, size: number, end: number, by: Reductions<V>, starts: Map<V, number>): Iterable<V> {
  for (let to = end; to > 0;) {
    const start = Math.max(0, to - size);
    const left = by.without(value, start, to);
    starts.set(left, start);
    yield left;
    to = start;
  }
}

/** What is judged late may have failed before the last part. */
function* withoutLast<V>(value: V, by: Reductions<V>): Smaller<V> {
  for (let now = value; ;) {
    const count = by.length(now);
    const left = count > 1 ? yield* ask([by.without(now, count - 1, count)], by) : undefined;
    if (left === undefined) return now;
    now = left;
  }
}
