/** One call as it is made on both machines: the same for both, but for what a VM writes for itself. */
import type { Call, CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import type { TargetAnswer } from '../../spec/target.ts';
import { argsLength } from '../../spec/term.ts';
import type { Args } from '../../spec/term.ts';
import type { Lock } from '../../model/hypervisor/locks.ts';
import { translateArgs } from '../judge/vm-symmetry.ts';
import type { VmSymmetry } from '../judge/vm-symmetry.ts';
import type { Declassification } from './declassification.ts';

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

const hostValues = 2 ** 29;
const guestValues = 2 ** 30;
/** By how much the secrets of the two machines differ. */
const secretShift = 2 ** 20;

export class Binder {
  private readonly spec: TransitionSystem;
  private readonly symmetry: VmSymmetry;
  private readonly declassification: Declassification;
  /** Arguments of the calls of a run, by their number; they are used again in the next run. */
  private readonly bound: Int32Array[] = [];

  constructor(spec: TransitionSystem, symmetry: VmSymmetry, declassification: Declassification) {
    this.spec = spec;
    this.symmetry = symmetry;
    this.declassification = declassification;
  }

  /** The call of this number in its run, about to begin at this step. Each number writes a value of its own. */
  bind(move: Move, number: number, step: number): Performed {
    const rule = this.spec.rule(move.call);
    const given = translateArgs(this.spec, move, (vm) => this.symmetry.toEntry(vm));
    const args = (this.bound[number] ??= new Int32Array(argsLength)).fill(0);
    this.spec.bind(rule, { call: move.call, cpu: move.cpu, args: given }, args);
    const values: Record<string, number> = {};
    const isGuests = rule.rule.actor === 'guest';
    for (let i = 0; i < rule.names.length; i++) values[rule.names[i] as string] = given[i] ?? 0;
    let secondValues = values;
    if ('value' in values) {
      values['value'] = (isGuests ? guestValues : hostValues) + 16 * number;
      args[rule.names.indexOf('value') + 1] = values['value'];
      const isSecret = isGuests && this.declassification.isSecret(args[1] ?? 0, values['gfn'] ?? 0);
      if (isSecret) secondValues = { ...values, value: values['value'] + secretShift };
    }
    return {
      number,
      call: move.call,
      cpu: move.cpu,
      rule,
      args,
      values,
      secondValues,
      began: step,
      ended: step,
      locks: [],
      hasParts: false,
      leavesOthers: false,
      answer: undefined,
      secondAnswer: undefined,
    };
  }
}
