/**
 * How sequences for the machine are made smaller: fewer switches between CPUs, then fewer calls, then canonical names.
 */
import { State } from '../../spec/state.ts';
import { mapped } from '../engine/sequence.ts';
import type { SmallerCalls } from '../engine/sequence.ts';
import { bound } from '../judge/replay.ts';
import { CanonicalNames, canonicalPages } from '../shrink/canonical.ts';
import { Deletions } from '../shrink/deletions.ts';
import { replacing } from '../shrink/replacing.ts';
import type { Reductions } from '../shrink/shrink.ts';
import { slicesOf } from '../shrink/slice.ts';
import type { Move, Preemption } from './performed.ts';
import type { TwoRunHarness } from './two-run.ts';

/** Longer sequences are sliced before anything else. */
const slicedFrom = 12;

export class MoveReductions implements Reductions<readonly Move[]> {
  private readonly harness: TwoRunHarness;
  private readonly deletions: Deletions;
  private readonly names: CanonicalNames;

  constructor(harness: TwoRunHarness) {
    const { spec, start, reserved } = harness;
    this.harness = harness;
    this.deletions = new Deletions(spec, reserved.length, new State(spec.layout, start));
    this.names = new CanonicalNames(spec, canonicalPages(spec, start));
  }

  length(moves: readonly Move[]): number {
    return moves.length;
  }

  /** The slices of what the calls do one after the other, each without its switches and with them. */
  *relevant(moves: readonly Move[]): Iterable<readonly Move[]> {
    const { spec, scope, start } = this.harness;
    if (moves.length >= slicedFrom) {
      for (const kept of slicesOf(spec, new State(spec.layout, start), bound(spec, scope, moves))) {
        const slice = this.deletions.only(moves, kept);
        yield bare(slice);
        if (isPreempted(slice)) yield slice;
      }
    }
    if (isPreempted(moves)) yield bare(moves);
  }

  /**
   * Up to the violation, and without the calls that changed nothing in the abstract state.
   * why: such a call can still matter, as a load that fills a TLB; then it stays.
   */
  *tidy(moves: readonly Move[]): Iterable<readonly Move[]> {
    const { harness } = this;
    const broken = harness.run(moves);
    if (broken === undefined) return;
    const upTo = moves.slice(0, broken.length);
    const busy = upTo.filter((_, i) => i === upTo.length - 1 || harness.wrote[i] !== false);
    if (busy.length < upTo.length) yield busy;
    if (upTo.length < moves.length) yield upTo;
  }

  without(moves: readonly Move[], from: number, to: number): readonly Move[] {
    return this.deletions.without(moves, from, to);
  }

  withoutElsewhere(moves: readonly Move[], from: number, to: number): Iterable<readonly Move[]> {
    return this.deletions.withoutElsewhere(moves, from, to);
  }

  replaced(moves: readonly Move[]): Iterable<readonly Move[]> {
    return replacing(moves, this.names);
  }

  *canonical(moves: readonly Move[]): SmallerCalls<Move> {
    const named = yield* this.names.of(yield* fewerSwitches(moves));
    return yield* fewerSwitches(named);
  }
}

const isPreempted = (moves: readonly Move[]): boolean => moves.some(({ preemption }) => preemption !== undefined);
const bare = (moves: readonly Move[]): readonly Move[] => moves.map((move) => withPreemption(move, undefined));

/** Let calls run through; where one must be preempted, for as few steps and as few calls as will do. */
function* fewerSwitches(moves: readonly Move[]): SmallerCalls<Move> {
  if (!isPreempted(moves)) return moves;
  const through: readonly Move[] | undefined = yield [bare(moves)];
  if (through !== undefined) return through;
  let now = moves;
  for (let at = now.length - 1; at >= 0; at--) {
    const preemption = now[at]?.preemption;
    if (preemption === undefined) continue;
    const gone: readonly Move[] | undefined = yield [heldAt(now, at, undefined)];
    if (gone !== undefined) {
      now = gone;
      continue;
    }
    const by = upTo(preemption.by).map((fewer) => heldAt(now, at, { ...preemption, by: fewer }));
    now = (yield by) ?? now;
    const left = now[at]?.preemption ?? preemption;
    now = (yield mapped(upTo(left.after), (after) => heldAt(now, at, { ...left, after }))) ?? now;
  }
  return now;
}

const upTo = (end: number): number[] => Array.from({ length: end - 1 }, (_, i) => i + 1);

const heldAt = (moves: readonly Move[], at: number, preemption: Preemption | undefined): readonly Move[] =>
  moves.map((move, i) => (i === at ? withPreemption(move, preemption) : move));

function withPreemption(move: Move, preemption: Preemption | undefined): Move {
  const { call, cpu, args } = move;
  return preemption === undefined ? { call, cpu, args } : { call, cpu, args, preemption };
}
