/** How sequences of the rules are made smaller: the adapter of the shrinker for what `Replay` runs. */
import type { Call } from '../../spec/transition-system.ts';
import { State } from '../../spec/state.ts';
import { mapped } from '../engine/sequence.ts';
import type { SmallerCalls } from '../engine/sequence.ts';
import { BoundedSearch } from '../explore/bounded.ts';
import { asSequence, bound } from '../judge/replay.ts';
import type { Replay, ViolatedAt } from '../judge/replay.ts';
import { CanonicalNames, canonicalPages } from '../shrink/canonical.ts';
import { Deletions } from '../shrink/deletions.ts';
import { replacing } from '../shrink/replacing.ts';
import type { Reductions } from '../shrink/shrink.ts';
import { slicesOf } from '../shrink/slice.ts';

/** Longer sequences are sliced before anything else. */
const slicedFrom = 12;

export class RuleReductions implements Reductions<readonly Call[]> {
  private readonly replay: Replay;
  private readonly deletions: Deletions;
  private readonly names: CanonicalNames;
  private readonly bounded: BoundedSearch;
  /** The clause that stays broken; without one it is somebody else who says what fails. */
  private readonly clause: string | undefined;

  constructor(replay: Replay, clause: string | undefined) {
    const { system, start, prelude } = replay;
    this.replay = replay;
    this.clause = clause;
    this.deletions = new Deletions(system, prelude.length, new State(system.layout, start));
    this.names = new CanonicalNames(system, canonicalPages(system, start));
    this.bounded = new BoundedSearch(system, replay.state, replay.judge, () => {
      replay.restart();
    });
  }

  length(calls: readonly Call[]): number {
    return calls.length;
  }

  *relevant(calls: readonly Call[]): Iterable<readonly Call[]> {
    if (calls.length < slicedFrom) return;
    const { system, scope, start } = this.replay;
    const slices = slicesOf(system, new State(system.layout, start), bound(system, scope, calls));
    yield* mapped(slices, (kept) => this.deletions.only(calls, kept));
  }

  /** Up to the violation, and without the calls that wrote nothing: nothing that follows depends on them. */
  *tidy(calls: readonly Call[]): Iterable<readonly Call[]> {
    const { replay } = this;
    const broken: ViolatedAt | undefined = replay.last === calls ? replay.broken : replay.run(calls);
    if (broken === undefined && this.clause !== undefined) return;
    const { length } = broken ?? calls;
    const busy = calls.filter((_, i) => i === length - 1 || (i < length && replay.wrote[i] === true));
    if (busy.length < calls.length) yield busy;
  }

  without(calls: readonly Call[], from: number, to: number): readonly Call[] {
    return this.deletions.without(calls, from, to);
  }

  withoutElsewhere(calls: readonly Call[], from: number, to: number): Iterable<readonly Call[]> {
    return this.deletions.withoutElsewhere(calls, from, to);
  }

  replaced(calls: readonly Call[]): Iterable<readonly Call[]> {
    return replacing(calls, this.names);
  }

  *fewer(calls: readonly Call[]): Iterable<readonly Call[]> {
    const found = this.clause === undefined ? undefined : this.bounded.find(this.clause, calls);
    if (found !== undefined) yield asSequence(this.replay.system, this.replay.scope, found);
  }

  canonical(calls: readonly Call[]): SmallerCalls {
    return this.names.of(calls);
  }
}
