/** A sequence of calls as fast-check holds it. */
import * as fc from 'fast-check';
import type { Call } from '../../spec/transition-system.ts';
import type { Smaller } from '../shrink/shrink.ts';

/** What a subject knows of its sequences. */
export interface Home<C extends Call, R> {
  /** What running these calls shows; undefined where all is well. */
  readonly run: (calls: readonly C[]) => R | undefined;
  readonly word: (call: C) => string;
}

/** Calls, made when they are first looked at: most sequences break nothing, and nobody looks at them. */
export class Sequence<C extends Call = Call, R = unknown> {
  readonly home: Home<C, R>;
  private made: readonly C[] | (() => readonly C[]);
  private readonly shown: { readonly result: R | undefined } | undefined;

  /** `shown` is what the calls have shown already, where they were run as they were drawn. */
  constructor(
    home: Home<C, R>,
    calls: readonly C[] | (() => readonly C[]),
    shown?: { readonly result: R | undefined },
  ) {
    this.home = home;
    this.made = calls;
    this.shown = shown;
  }

  get calls(): readonly C[] {
    if (typeof this.made === 'function') this.made = this.made();
    return this.made;
  }

  get result(): R | undefined {
    return this.shown ? this.shown.result : this.home.run(this.calls);
  }

  /** How fast-check's reports print it. */
  [fc.toStringMethod](): string {
    return `[${this.calls.map((call) => this.home.word(call)).join(', ')}]`;
  }
}

/** The shrinking of lists of calls as one of sequences. */
export function* lifted<C extends Call, S>(
  shrinking: Generator<Iterable<readonly C[]>, unknown, readonly C[] | undefined>,
  lift: (calls: readonly C[]) => S,
  callsOf: (sequence: S) => readonly C[],
): Generator<Iterable<S>, void, S | undefined> {
  for (let step = shrinking.next(); step.done !== true;) {
    const failing: S | undefined = yield mapped(step.value, lift);
    step = shrinking.next(failing && callsOf(failing));
  }
}

/** A part of a shrinking that only some candidates are made for. */
export type SmallerCalls<C extends Call = Call> = Smaller<readonly C[]>;

export function* mapped<A, B>(all: Iterable<A>, change: (one: A) => B): Iterable<B> {
  for (const one of all) yield change(one);
}
