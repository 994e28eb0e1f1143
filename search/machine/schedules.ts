/**
 * Every schedule of what two CPUs do. Each is run from the world's start, and for the next the last choice that has an
 * alternative left is made otherwise. A CPU that waits for a lock is no choice: all that its step does is ask again.
 */
import type { Breach } from '../../properties/machine-law.ts';
import type { Move } from './binder.ts';
import type { Lab } from './two-run.ts';

/** What each of two CPUs does, call after call. */
export type Programs = readonly [Program, Program];
export type Program = readonly [Move, ...Move[]];

export interface Step {
  readonly cpu: number;
  /** Where its call stops then. */
  readonly at: string;
}

export interface Scheduled {
  readonly steps: readonly Step[];
  readonly breach: Breach | undefined;
}

export function* schedulesOf(lab: Lab, programs: Programs): Generator<Scheduled, void, void> {
  const chosen: number[] = [];
  const untried: number[][] = [];
  for (;;) {
    yield follow(lab, programs, chosen, untried);
    while (untried.at(-1)?.length === 0) untried.pop();
    const next = untried.at(-1)?.pop();
    if (next === undefined) return;
    chosen.length = untried.length;
    chosen[chosen.length - 1] = next;
  }
}

/** Run as was chosen, and from there on let the first CPU go that can. */
function follow(lab: Lab, programs: Programs, chosen: number[], untried: number[][]): Scheduled {
  lab.reset();
  const begun = programs.map(() => 0);
  const steps: Step[] = [];
  while (!lab.isOver) {
    if (steps.length === chosen.length) {
      const [first, ...others] = programs.flatMap((calls, cpu) =>
        (lab.isBusy(cpu) ? lab.canGo(cpu) : (begun[cpu] as number) < calls.length) ? [cpu] : [],
      );
      if (first === undefined) {
        const waiting = programs.findIndex((_, cpu) => lab.isBusy(cpu));
        return { steps, breach: waiting < 0 ? undefined : lab.go(waiting) };
      }
      chosen.push(first);
      untried.push(others);
    }
    const cpu = chosen[steps.length] as number;
    if (!lab.isBusy(cpu)) lab.begin((programs[cpu] as Program)[(begun[cpu] as number)++] as Move);
    const breach = lab.go(cpu);
    steps.push({ cpu, at: lab.placeOf(cpu) });
    if (breach !== undefined) return { steps, breach };
  }
  return { steps, breach: undefined };
}
