/**
 * Breadth first through what two profiles do with the same calls, from the start of one scope: for each change between
 * them, the shortest sequence whose last call shows it.
 */
import { done } from '../../spec/transition-system.ts';
import type { CompiledRule } from '../../spec/transition-system.ts';
import { visitsTo } from '../explore/calls.ts';
import type { Visit } from '../explore/calls.ts';
import { Enumerate } from '../explore/enumerate.ts';
import { limitsOf } from '../explore/explore.ts';
import type { Most } from '../explore/explore.ts';
import { anyNumber, Packing } from '../explore/packing.ts';
import { StateSet } from '../explore/state-set.ts';
import { toTheEnd } from '../explore/to-the-end.ts';
import type { Change, End, Side } from './changes.ts';
import { otherOf, sides } from './pair.ts';
import type { Ends, Pair, SharedCall } from './pair.ts';

export interface PairBounds {
  /** Pairs of states. */
  readonly states: number;
  readonly most: Most;
  /** Go on only behind calls that both have answered alike; else behind others too. */
  readonly alike: boolean;
}

export interface PairSearched {
  readonly states: number;
  /** Every pair of states was seen, or all that could give something shorter. */
  readonly complete: boolean;
}

/** The most calls that are tried for one end of one change in one pair of states. */
const mostTried = 5000;

type Wanted = (length: number) => ReadonlySet<Change>;
type Found = (change: Change, calls: readonly SharedCall[]) => void;

export class PairSearch {
  private readonly pair: Pair;
  private readonly bounds: PairBounds;
  private readonly packing: Packing;
  private readonly seen: StateSet;
  private readonly row: Int32Array;
  private readonly from: readonly [Int32Array, Int32Array];
  private readonly enumerate: readonly [Enumerate, Enumerate];
  private readonly limits: ReturnType<typeof limitsOf>;
  /** For each pair of states: the one before it, the call that leads to it, and the change of effects that it shows. */
  private readonly parents: number[] = [-1];
  private readonly via: (SharedCall | undefined)[] = [undefined];
  private readonly causes: (Change | undefined)[] = [undefined];
  private readonly visits = new Map<string, ReturnType<typeof visitsTo>>();
  private open: ReadonlySet<Change> = new Set();
  private found: Found = () => undefined;

  constructor(pair: Pair, bounds: PairBounds) {
    const [{ layout }] = pair.systems;
    this.pair = pair;
    this.bounds = bounds;
    this.packing = new Packing(layout, anyNumber);
    this.row = new Int32Array(2 * this.packing.words);
    this.from = [new Int32Array(this.packing.words), new Int32Array(this.packing.words)];
    this.seen = new StateSet(this.row.length);
    this.enumerate = [new Enumerate(pair.systems[0]), new Enumerate(pair.systems[1])];
    this.limits = limitsOf(layout, bounds.most);
  }

  /** `wanted`: the changes that a sequence of so many calls is still wanted for. */
  run(wanted: Wanted, found: Found): PairSearched {
    return toTheEnd(this.running(wanted, found));
  }

  /** The same, and can be left off before the calls of each pair of states are tried. */
  *running(wanted: Wanted, found: Found): Generator<number, PairSearched> {
    this.found = found;
    this.pair.restart();
    for (const side of sides) this.packing.pack(this.pair.states[side].cells, this.from[side]);
    this.save(-1);
    let next = 0;
    for (let depth = 0; next < this.seen.count; depth++) {
      for (const end = this.seen.count; next < end; next++) {
        this.open = wanted(depth + 1);
        if (this.open.size === 0) return { states: this.seen.count, complete: true };
        if (this.seen.count > this.bounds.states) return { states: this.seen.count, complete: false };
        yield this.seen.count;
        this.expand(next);
      }
    }
    return { states: this.seen.count, complete: true };
  }

  private expand(number: number): void {
    this.load(number);
    for (const change of this.open) for (const end of change.ends) this.look(number, change, end);
    for (const side of sides) this.goOn(number, side);
  }

  /** Try the calls that come to this end on one side. */
  private look(number: number, change: Change, { side, end, other, not }: End): void {
    const { pair } = this;
    const isMeant = (theirs: number): boolean => theirs !== not && other?.includes(theirs) !== false;
    const [rule, beside] = [pair.systems[side].rule(change.call), pair.systems[otherOf(side)].rule(change.call)];
    let left = mostTried;
    this.visitsOf(
      side,
      rule,
      end,
      beside,
    )(pair.states[side], pair.args[side], () => {
      const call = pair.callOf(side, rule);
      const ends = pair.make(call);
      const said = pair.said(side, change.call, ends[side]);
      const differs = ends[side] === end && isMeant(ends[otherOf(side)] as number) && pair.differs(change.call, ends);
      pair.undo();
      // It is the rule that makes the difference, and not what the two have come to before.
      const swapped = differs ? pair.swapped(side, call) : undefined;
      const shows = swapped !== undefined && isMeant(swapped.end) && swapped.said !== said;
      if (shows) this.tell(change, number, call);
      return !shows && --left > 0;
    });
  }

  private visitsOf(side: Side, rule: CompiledRule, end: number, beside?: CompiledRule): ReturnType<typeof visitsTo> {
    const key = `${side} ${rule.rule.call} ${end} ${beside !== undefined}`;
    const known = this.visits.get(key) ?? visitsTo(this.pair.systems[side], rule, end, beside);
    this.visits.set(key, known);
    return known;
  }

  /** Make every call that matters on one side, and keep what both come to. */
  private goOn(number: number, side: Side): void {
    const { pair } = this;
    const visit: Visit = (rule) => {
      this.step(number, side, pair.callOf(side, rule));
      return true;
    };
    this.enumerate[side].each(pair.states[side], pair.args[side], visit);
    if (this.causes[number] === undefined) return;
    // Where they have different states, any refusal may be the answer that differs.
    for (const rule of pair.systems[side].rules.values()) {
      for (const end of rule.guards.keys()) this.visitsOf(side, rule, end)(pair.states[side], pair.args[side], visit);
    }
  }

  private step(number: number, side: Side, call: SharedCall): void {
    const { pair, bounds, open } = this;
    const ends = pair.make(call);
    const differs = pair.differs(call.call, ends);
    const changes = [...open].filter((change) => change.ends.length === 0 && change.call === call.call);
    const cause = this.causes[number];
    for (const change of changes) {
      const shows = isOfCall(change) ? ends[side] === done : differs && isAbout(change, ends) && this.isTold(call);
      if (shows) this.tell(change, number, call);
    }
    if (cause !== undefined && differs && open.has(cause)) this.tell(cause, number, call);
    if (!differs || !bounds.alike) this.save(number, call, cause ?? this.causeOf(changes, ends));
    pair.undo();
  }

  /** The two were in one state before, or one answers what the other does not answer in any state. */
  private isTold({ call }: SharedCall): boolean {
    const [one, other] = this.pair.systems.map((system) => system.rules.get(call)?.rule.answer);
    return this.wereOne() || one !== other;
  }

  private wereOne(): boolean {
    const [one, other] = this.from;
    return one.every((word, i) => word === other[i]);
  }

  /** The change of effects that has just given the two different states. */
  private causeOf(changes: readonly Change[], ends: Ends): Change | undefined {
    const change = changes.find((one) => !isOfCall(one) && isAbout(one, ends));
    if (change === undefined || !this.wereOne()) return undefined;
    const [one, other] = this.pair.states;
    return one.equals(other) ? undefined : change;
  }

  private tell(change: Change, number: number, last: SharedCall): void {
    const calls = [last];
    for (let at = number; at > 0; at = this.parents[at] as number) calls.unshift(this.via[at] as SharedCall);
    this.found(change, calls);
    this.open = new Set([...this.open].filter((one) => one !== change));
  }

  private load(number: number): void {
    const row = this.seen.row(number);
    const { words } = this.packing;
    for (const side of sides) {
      this.from[side].set(row.subarray(side * words, (side + 1) * words));
      this.packing.unpack(this.from[side], this.pair.states[side].cells);
      this.pair.states[side].settle();
    }
  }

  /** Keep the two states as they stand, if they are new and within what is followed. */
  private save(parent: number, call?: SharedCall, cause?: Change): void {
    const { states } = this.pair;
    if (states.some((state) => this.limits.some(({ cell, most }) => state.at(cell) > most))) return;
    const { words } = this.packing;
    for (const side of sides) {
      this.packing.repack(states[side], this.from[side], this.row.subarray(side * words, (side + 1) * words));
    }
    const number = this.seen.add(this.row);
    if (number <= 0) return;
    this.parents[number] = parent;
    this.via[number] = call;
    this.causes[number] = cause;
  }
}

/** A call that only one side has shows in being done. */
const isOfCall = ({ kind }: Change): boolean => kind === 'call added' || kind === 'call removed';

/** Whether a call that has come to these ends has had the effects that are changed. */
const isAbout = ({ kind }: Change, ends: Ends): boolean =>
  kind === 'effects changed' ? ends.every((end) => end === done) : ends.every((end) => end !== done);
