/** The form of a call: numbers in, a number or a refusal out, with pauses where other CPUs can come in. */
import type { Refusal } from '../../spec/answers.ts';
import type { Cpu } from '../cpu.ts';
import type { Run } from './locks.ts';

export type Args = Readonly<Record<string, number>>;
export type Outcome = number | Refusal;
export type Call = (cpu: Cpu, args: Args) => Run<Outcome>;

export const arg = (args: Args, name: string): number => args[name] ?? 0;
export const done = 0;
