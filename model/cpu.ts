/** A CPU: general registers, what is loaded on it, and what the last exit of a guest showed to the host. */
import type { Vcpu } from './hypervisor/vm.ts';

/** A few registers stand for all: the call's number and result, two arguments or data, the program counter. */
export const registerNames = ['x0', 'x1', 'x2', 'x3', 'pc'] as const;
export type Register = (typeof registerNames)[number];
export const registers: Readonly<Record<Register, number>> = { x0: 0, x1: 1, x2: 2, x3: 3, pc: 4 };

/** What an exit put where the host can read it. */
export interface Exposure {
  readonly reason: string;
  /** The faulting frame, where the exit has one. */
  readonly gfn: number;
  readonly values: readonly (readonly [Register, number])[];
}

export class Cpu {
  readonly number: number;
  readonly registers = new Float64Array(registerNames.length);
  loaded: Vcpu | undefined;
  /** At which level the host's code runs: at EL2 there is nothing between it and memory. */
  hostLevel: 1 | 2 = 1;
  hasStage2 = true;
  exposed: Exposure | undefined;

  constructor(number: number) {
    this.number = number;
  }

  /** Whether the host's accesses are translated. */
  get isConfined(): boolean {
    return this.hostLevel === 1 && this.hasStage2;
  }
}
