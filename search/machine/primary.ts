/**
 * Which VMs of Linux 7.4 have had the vCPU that the host makes runnable: there is one for good, also where it is
 * switched off since. The abstract state only has whether a vCPU is on. Told by the calls that were made, never by what
 * the machine keeps.
 */
import type { Machine } from '../../model/machine.ts';
import { powers } from '../../spec/fields.ts';
import type { Args } from '../../spec/language/run.ts';
import type { State } from '../../spec/state.ts';
import { done } from '../../spec/transition-system.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import type { Performed } from './performed.ts';

const runnable = powers.indexOf('PENDING');
/** Neither stopped nor runnable. */
const neither = 2;

type Made = Pick<Performed, 'call' | 'args' | 'values' | 'rule'>;

const guardOf = ({ rule }: Made, clause: string): number => rule.guards.findIndex((guard) => guard.clause === clause);

/** The guard before the one that asks whether a vCPU is on refuses the same calls with the same error. */
function inNoState({ rule, args }: Made): Args {
  const other = args.slice();
  other[rule.names.indexOf('mpState') + 1] = neither;
  return other;
}

export class PrimaryVcpus {
  private readonly machine: Machine;
  private readonly had: Set<number>;

  constructor(machine: Machine, had: Iterable<number> = []) {
    this.machine = machine;
    this.had = new Set(had);
  }

  fork(): PrimaryVcpus {
    return new PrimaryVcpus(this.machine, this.had);
  }

  /** A run begins: those that are there, of which a vCPU is on. */
  reset(): void {
    this.had.clear();
    for (const vm of this.machine.hv.vms.all()) {
      if (typeof vm !== 'object') continue;
      if (vm.vcpus.some((vcpu) => vcpu !== undefined && vcpu.power !== 'OFF')) this.had.add(vm.slot);
    }
  }

  /** Make a call by the rules, and by this one more: a second vCPU that is to be runnable is refused. */
  apply(spec: TransitionSystem, state: State, one: Made): number {
    const isSecond = this.isSecond(one);
    const guard = spec.apply(state, one.rule, isSecond ? inNoState(one) : one.args);
    if (guard === done) this.note(one);
    return isSecond && guard === guardOf(one, 'INIT-VCPU-POWER') ? guardOf(one, 'INIT-VCPU-FIRST') : guard;
  }

  private isSecond(one: Made): boolean {
    const { vm = 0, mpState } = one.values;
    return mpState === runnable && this.had.has(vm) && guardOf(one, 'INIT-VCPU-FIRST') >= 0;
  }

  /** A call was done. */
  note({ call, values: { vm = 0, mpState } }: Made): void {
    if (call === 'init_vcpu' && mpState === runnable) this.had.add(vm);
    if (call === 'finalize_teardown_vm') this.had.delete(vm);
  }
}
