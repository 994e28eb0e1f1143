/** How often the subjects of laws were there, for laws that say when they are. */
import type { Each, Law, Step } from '../../properties/property.ts';
import type { Running } from '../../properties/running.ts';
import type { View } from '../../properties/view.ts';

export interface Counted<A> {
  readonly when: (about: A, index: number) => boolean;
  count: number;
}

export class Counts {
  private readonly steps = new Map<Law, Counted<Step>>();
  private readonly states = new Map<Law, Counted<View>>();

  /** The counters of those of some laws that say when; a law has one, whichever calls it is about. */
  amongSteps(laws: readonly Each[]): readonly Counted<Step>[] {
    return laws.flatMap((law) => {
      if (law.when === undefined) return [];
      return [counterIn<Step>(this.steps, law, (step, index) => law.when?.(step, index) === true)];
    });
  }

  amongStates(laws: readonly Running[]): readonly Counted<View>[] {
    return laws.flatMap(({ law, when }) => (when === undefined ? [] : [counterIn(this.states, law, when)]));
  }

  /** Undefined for a law that does not say when. */
  of(law: Law): number | undefined {
    return (this.steps.get(law) ?? this.states.get(law))?.count;
  }
}

function counterIn<A>(known: Map<Law, Counted<A>>, law: Law, when: Counted<A>['when']): Counted<A> {
  const counter = known.get(law) ?? { when, count: 0 };
  known.set(law, counter);
  return counter;
}

/** Count those of the first `length` members that are subjects. */
export function count<A>(counted: readonly Counted<A>[], about: A, members: Int32Array, length: number): void {
  for (let c = 0; c < counted.length; c++) {
    const one = counted[c] as Counted<A>;
    for (let i = 0; i < length; i++) if (one.when(about, members[i] as number)) one.count++;
  }
}
