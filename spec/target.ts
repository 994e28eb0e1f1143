/** What anything that can answer calls has to offer: our reference model, a real hypervisor, a program over a pipe. */
import type { Refusal } from './answers.ts';
import type { Sizes, World } from './world.ts';

/** One call by name. Arguments are numbers of the world: page 3, frame 1, entry 0 of the VM table. */
export interface TargetCall {
  readonly call: string;
  readonly cpu: number;
  readonly args: Readonly<Record<string, number>>;
}

/** What a target answered. `died`: the target stopped for good, or gave no answer in time. */
export type TargetAnswer =
  | { readonly kind: 'done'; readonly answer: number }
  | { readonly kind: 'refused'; readonly error: Refusal }
  | { readonly kind: 'died'; readonly message: string };

export interface TargetDescription {
  readonly name: string;
  /** The profile by which the target asks to be judged. */
  readonly profile: string;
  /** The calls that it can answer; the others are left out, and reported as not checked. */
  readonly calls: readonly string[];
  /** How many pages its lifecycle calls take, where that is fixed. */
  readonly sizes?: Sizes;
  /** Machine, release, CPU model: whatever a reader needs to repeat the run. */
  readonly facts: Readonly<Record<string, string>>;
}

/** A target answers; it never judges, and it is never asked what the right answer is. */
export interface Target {
  describe(): Promise<TargetDescription>;
  /** Start afresh: all memory is the host's and zero, no VM exists. Fails with a message if the world does not fit. */
  open(world: World): Promise<void>;
  answer(call: TargetCall): Promise<TargetAnswer>;
  close(): Promise<void>;
}
