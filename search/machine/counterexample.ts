/** Runs of the machine as counterexamples: calls in words, with the places at which they are preempted. */
import type { Machine } from '../../model/machine.ts';
import type { DifferenceKind } from '../judge/difference-kinds.ts';
import { kebab } from '../judge/counterexample.ts';
import type { WrittenSequence } from '../judge/counterexample.ts';
import { readCall, writeCall } from '../judge/written-call.ts';
import type { Move } from './performed.ts';
import type { MachineScope } from './scope-parts.ts';
import { machineScopes } from './scopes.ts';
import { TwoRunHarness } from './two-run.ts';
import type { MachineViolatedAt } from './two-run.ts';

/** What is altered in a machine, and how that is told. */
export interface Altered {
  readonly id: string;
  /** What is lost by it, in a few words. */
  readonly loses: string;
  readonly story: string;
  /** The altered place. */
  readonly alter: (machine: Machine) => void;
}

/** A call that is preempted on its way. Calls are counted from 1. */
export interface Turn {
  readonly call: number;
  readonly steps: number;
  /** The place at which it stops then. */
  readonly at: string;
  /** How many later calls act before it goes on. */
  readonly preemptedBy: number;
}

export interface FaultCounterexample extends WrittenSequence {
  readonly fault?: string | undefined;
  readonly schedule?: readonly Turn[] | undefined;
  readonly story?: string | undefined;
}

export const machineScopeNamed = (name: string): MachineScope | undefined =>
  machineScopes.find((one) => one.name === name);

/** Whether it was found on a machine, and not on the rules alone. */
export const isOfMachine = ({ profile }: Pick<FaultCounterexample, 'profile'>): boolean =>
  machineScopes.some((one) => one.profile.name === profile);

/** The harness in which a fault is looked for: judged by the clauses that it breaks, or by all. */
export function harnessFor(
  scope: MachineScope,
  fault: Pick<Altered, 'alter'> | undefined,
  judged?: ReadonlySet<string>,
  overlooks?: DifferenceKind,
): TwoRunHarness {
  return new TwoRunHarness(scope, {
    ...(fault && { alter: fault.alter }),
    judged,
    ...(overlooks && { overlooks }),
  });
}

/** A run of the machine as a counterexample; without a fault it is the model itself that breaks the clause. */
export function writeRun(
  harness: TwoRunHarness,
  moves: readonly Move[],
  { violation }: MachineViolatedAt,
  fault?: Altered,
): FaultCounterexample {
  harness.run(moves);
  const schedule = moves.flatMap(({ preemption }, i): Turn[] =>
    preemption === undefined
      ? []
      : [{ call: i + 1, steps: preemption.after, at: harness.stops[i] ?? '', preemptedBy: preemption.by }],
  );
  return {
    name: `${fault?.id ?? 'model'}.${kebab(fault?.loses ?? violation.loss)}`,
    profile: harness.spec.profile.name,
    scope: harness.scope.name,
    ...(fault && { fault: fault.id }),
    breaks: violation.clause,
    property: violation.statement,
    calls: moves.map((move) => writeCall(harness.spec, move)),
    ...(schedule.length > 0 && { schedule }),
    ...(fault && { story: fault.story }),
  };
}

export const movesOf = (
  harness: TwoRunHarness,
  { calls, schedule }: Pick<FaultCounterexample, 'calls' | 'schedule'>,
): Move[] =>
  calls.map((written, i) => {
    const turn = schedule?.find(({ call }) => call === i + 1);
    const call = readCall(harness.spec, written);
    return turn === undefined ? call : { ...call, preemption: { after: turn.steps, by: turn.preemptedBy } };
  });
