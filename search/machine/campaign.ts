/**
 * Campaigns on the machine: fast-check draws sequences with their schedules, until one breaks a clause; then it is
 * shrunk.
 */
import * as fc from 'fast-check';
import { sequencesOf } from '../engine/arbitrary.ts';
import type { Shrinking, Subject } from '../engine/arbitrary.ts';
import { check, checkAll } from '../engine/check.ts';
import type { CheckOptions } from '../engine/check.ts';
import { lifted, Sequence } from '../engine/sequence.ts';
import type { Home } from '../engine/sequence.ts';
import { writeCall } from '../judge/written-call.ts';
import { shrinkBy } from '../shrink/shrink.ts';
import type { MachineViolation } from '../../properties/machine-law.ts';
import { isAlike } from './mismatch.ts';
import type { Move } from './performed.ts';
import { MoveReductions } from './shrink.ts';
import type { MachineViolatedAt, TwoRunHarness } from './two-run.ts';
import { MachineWalk } from './walk.ts';

/** Calls in one sequence. */
export const machineSequence = 120;

export type MoveSequence = Sequence<Move, MachineViolatedAt>;

/** The sequences of one machine. */
export class MoveSequences implements Subject<MoveSequence>, Home<Move, MachineViolatedAt> {
  readonly harness: TwoRunHarness;
  /** Calls drawn and made. */
  calls = 0;
  private readonly walk: MachineWalk;

  constructor(harness: TwoRunHarness) {
    this.harness = harness;
    this.walk = new MachineWalk(harness);
  }

  draw(random: fc.Random): MoveSequence {
    const broken = this.walk.run(random.nextInt(0, 0x7fffffff), machineSequence);
    const { moves } = this.walk;
    this.calls += moves.length;
    return new Sequence(this, [...moves], { result: broken });
  }

  accepts(value: unknown): value is MoveSequence {
    return value instanceof Sequence && value.home === this;
  }

  readonly run = (moves: readonly Move[]): MachineViolatedAt | undefined => this.harness.run(moves);

  readonly word = (move: Move): string => {
    const { call, cpu, args } = writeCall(this.harness.spec, move);
    const preemption =
      move.preemption && `, preempted after ${move.preemption.after} steps for ${move.preemption.by} calls`;
    return `${call}(${Object.values(args).join(', ')}) on CPU ${cpu}${preemption ?? ''}`;
  };

  *shrink(sequence: MoveSequence): Shrinking<MoveSequence> {
    yield* lifted(
      shrinkBy(sequence.calls, new MoveReductions(this.harness)),
      (moves) => new Sequence<Move, MachineViolatedAt>(this, moves),
      ({ calls }) => calls,
    );
  }
}

/** A run of the machine that breaks something. */
export interface Run {
  readonly harness: TwoRunHarness;
  readonly moves: readonly Move[];
  readonly broken: MachineViolatedAt;
}

export interface MachineChecked {
  readonly runs: number;
  /** The sequence as it was drawn, or shrunk unless that was declined, and where fast-check finds it again. */
  readonly found: (Run & { readonly foundAt: number; readonly path: string }) | undefined;
  readonly report: string | undefined;
}

export type MachineOptions = Omit<CheckOptions<MoveSequence>, 'examples'> & {
  /** Whether a sequence that breaks something counts; all do where nothing is said. */
  readonly counts?: (moves: readonly Move[]) => boolean;
};

/** A run that broke something, by its number. */
export interface BrokeMachine {
  readonly run: number;
  readonly violation: MachineViolation;
}

/** Make all runs of a share on several machines, and say which of them break what. */
export async function breaksOfMachines(
  subjects: readonly MoveSequences[],
  options: Omit<CheckOptions<MoveSequence>, 'examples'>,
): Promise<{ readonly runs: number; readonly broken: readonly BrokeMachine[] }> {
  const broken: BrokeMachine[] = [];
  const look = ({ result }: MoveSequence, run: number): void => {
    if (result !== undefined) broken.push({ run, violation: result.violation });
  };
  const runs = await checkAll(fc.oneof(...subjects.map(sequencesOf)), look, options);
  return { runs, broken };
}

/** Draw sequences of several machines, until one breaks something. */
export async function breakMachines(
  subjects: readonly MoveSequences[],
  { counts = () => true, ...options }: MachineOptions,
  corpus: readonly MoveSequence[] = [],
): Promise<MachineChecked> {
  let first: { readonly violation: MachineViolation; readonly length: number } | undefined;
  const holds = (sequence: MoveSequence): boolean => {
    const broken = sequence.result;
    if (broken === undefined || !counts(sequence.calls)) return true;
    first ??= { violation: broken.violation, length: sequence.calls.length };
    return !isAlike(broken.violation, first.violation);
  };
  const { runs, failure, report } = await check(fc.oneof(...subjects.map(sequencesOf)), holds, {
    ...options,
    examples: corpus,
  });
  if (failure === undefined || first === undefined) return { runs, found: undefined, report };
  const { value, path } = failure;
  const harness = subjects.find((subject) => subject === value.home)?.harness;
  const broken = harness?.run(value.calls);
  if (harness === undefined || broken === undefined) throw new Error('unreachable: what has failed fails again');
  return { runs, found: { harness, moves: value.calls, broken, foundAt: first.length, path }, report };
}

/** The shortest and simplest form of a run that breaks something. */
export async function shrinkRun({ harness, moves }: Pick<Run, 'harness' | 'moves'>): Promise<Run> {
  const subject = new MoveSequences(harness);
  const { found } = await breakMachines([subject], { seed: 0, runs: 1 }, [
    new Sequence<Move, MachineViolatedAt>(subject, moves),
  ]);
  if (found === undefined) throw new Error('unreachable: the run that is shrunk breaks nothing');
  return found;
}
