/** A CPU: general registers, what is loaded on it, and what the last exit of a guest showed to the host. */
import type { Vcpu } from './hypervisor/vm.ts';

/** A few registers stand for all: the call's number and result, two arguments or data, the program counter. */
export const generalNames = ['x0', 'x1', 'x2', 'x3', 'pc'] as const;
/**
 * One register for each class of state that has a switch of its own: floating point with SVE, debug, performance
 * monitors, timers, keys of pointer authentication, the virtual interrupt controller (list registers and ICH_HCR_EL2);
 * then what EL2 sets for the guest: the bits TWI, TWE and VSE of HCR_EL2, and MDCR_EL2.
 */
export const classNames = ['fp', 'debug', 'pmu', 'timer', 'keys', 'vgic', 'hcr', 'mdcr'] as const;
export const registerNames = [...generalNames, ...classNames] as const;
export type StateClass = (typeof classNames)[number];
export type Register = (typeof registerNames)[number];
export const registers = Object.fromEntries(registerNames.map((name, i) => [name, i])) as Readonly<
  Record<Register, number>
>;
/** Classes that a guest writes by itself. */
export const computedClasses = ['fp', 'debug', 'pmu', 'timer', 'keys'] as const satisfies readonly StateClass[];

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
  /** NOT IN SPEC: what the last guest here had in them when it trapped. Those who judge read it, EL2 does not. */
  readonly trapped = new Float64Array(registerNames.length);
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
