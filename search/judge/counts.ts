/** How often the subjects of laws were there, for laws that say when they are. */
import type { Law, Step } from '../../properties/property.ts';
import type { Running, RunningStep } from '../../properties/running.ts';
import type { View } from '../../properties/view.ts';

export interface Counted<A> {
  readonly when: (about: A, index: number) => boolean;
  readonly counter: { count: number };
}

export class Counts {
  private readonly counters = new Map<Law, { count: number }>();

  /** The counters of those of some laws that say when; a law has one, whichever calls it is about. */
  amongSteps(laws: readonly RunningStep[]): readonly Counted<Step>[] {
    return laws.flatMap(({ law, when }) => (when === undefined ? [] : [{ when, counter: this.counterOf(law) }]));
  }

  amongStates(laws: readonly Running[]): readonly Counted<View>[] {
    return laws.flatMap(({ law, when }) => (when === undefined ? [] : [{ when, counter: this.counterOf(law) }]));
  }

  /** Undefined for a law that does not say when. */
  of(law: Law): number | undefined {
    return this.counters.get(law)?.count;
  }

  private counterOf(law: Law): { count: number } {
    const counter = this.counters.get(law) ?? { count: 0 };
    this.counters.set(law, counter);
    return counter;
  }
}

/** Count those of the first `length` members that are subjects. */
export function count<A>(counted: readonly Counted<A>[], about: A, members: Int32Array, length: number): void {
  for (let c = 0; c < counted.length; c++) {
    const { when, counter } = counted[c] as Counted<A>;
    for (let i = 0; i < length; i++) if (when(about, members[i] as number)) counter.count++;
  }
}
