/** One call as it is made on both machines: the same for both, but for what a VM writes for itself. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { argsLength } from '../../spec/language/run.ts';
import { translateArgs } from '../judge/vm-symmetry.ts';
import type { VmSymmetry } from '../judge/vm-symmetry.ts';
import type { Move, Performed } from './performed.ts';
import type { Declassification } from './declassification.ts';

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
