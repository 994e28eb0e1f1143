/** Calls for the machine: as they are asked for, with where they are preempted, and as they are made on both machines. */
import type { Lock } from '../../model/hypervisor/locks.ts';
import type { Call, CompiledRule } from '../../spec/transition-system.ts';
import type { TargetAnswer } from '../../spec/target.ts';
import type { Args } from '../../spec/language/run.ts';

/** A call stops after so many steps, and goes on when so many later calls have had their turn. */
export interface Preemption {
  readonly after: number;
  readonly by: number;
}
export interface Move extends Call {
  readonly preemption?: Preemption | undefined;
}

/** One call as it is made on both machines; `began` and `ended` count steps of the whole run. */
export interface Performed {
  /** 1 for the first call of its run. */
  readonly number: number;
  readonly call: string;
  readonly cpu: number;
  readonly rule: CompiledRule;
  readonly args: Args;
  readonly values: Record<string, number>;
  /** The same for the second machine, which writes another secret. */
  readonly secondValues: Record<string, number>;
  readonly began: number;
  ended: number;
  /** Locks that it has asked for, and whether it has let go of one and gone on. */
  readonly locks: Lock[];
  hasParts: boolean;
  /** EL2 stopped in it while others were under way. */
  leavesOthers: boolean;
  answer: TargetAnswer | undefined;
  secondAnswer: TargetAnswer | undefined;
}
