/**
 * Every schedule of what two CPUs do. Each is run from the scope's start, and for the next the last choice that has an
 * alternative left is made otherwise. A CPU that waits for a lock is no choice: all that its step does is ask again.
 */
import type { MachineViolation } from '../../properties/machine-law.ts';
import type { Move } from './performed.ts';
import type { TwoRunHarness } from './two-run.ts';

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
  readonly violation: MachineViolation | undefined;
}

export function* schedulesOf(harness: TwoRunHarness, programs: Programs): Generator<Scheduled, void, void> {
  const chosen: number[] = [];
  const untried: number[][] = [];
  for (;;) {
    yield follow(harness, programs, chosen, untried);
    while (untried.at(-1)?.length === 0) untried.pop();
    const next = untried.at(-1)?.pop();
    if (next === undefined) return;
    chosen.length = untried.length;
    chosen[chosen.length - 1] = next;
  }
}

/** Run as was chosen, and from there on let the first CPU go that can. */
function follow(harness: TwoRunHarness, programs: Programs, chosen: number[], untried: number[][]): Scheduled {
  harness.reset();
  const begun = programs.map(() => 0);
  const steps: Step[] = [];
  while (!harness.isOver) {
    if (steps.length === chosen.length) {
      const [first, ...others] = programs.flatMap((calls, cpu) =>
        (harness.isBusy(cpu) ? harness.canGo(cpu) : (begun[cpu] as number) < calls.length) ? [cpu] : [],
      );
      if (first === undefined) {
        const waiting = programs.findIndex((_, cpu) => harness.isBusy(cpu));
        return { steps, violation: waiting < 0 ? undefined : harness.go(waiting) };
      }
      chosen.push(first);
      untried.push(others);
    }
    const cpu = chosen[steps.length] as number;
    if (!harness.isBusy(cpu)) harness.begin((programs[cpu] as Program)[(begun[cpu] as number)++] as Move);
    const violation = harness.go(cpu);
    steps.push({ cpu, at: harness.placeOf(cpu) });
    if (violation !== undefined) return { steps, violation };
  }
  return { steps, violation: undefined };
}
