/** What a host always gets back from the VMs that it interrupts: its CPU, and all memory. */
import { guestsOf, phases } from '../../spec/interrupts/config.ts';
import { argsLength } from '../../spec/language/run.ts';
import { none } from '../../spec/config.ts';
import { State } from '../../spec/state.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import type { AlwaysInCode } from '../property.ts';

/** Judged by calls of the host alone: no guest has to do anything. */
export function hostGetsAllBack(system: TransitionSystem): AlwaysInCode {
  const { layout } = system;
  const state = new State(layout, new Int32Array(layout.length));
  const args = new Int32Array(argsLength);
  const make = (call: string, ...passed: readonly number[]): void => {
    const rule = system.rules.get(call);
    if (rule === undefined) throw new Error(`unreachable: no call ${call}`);
    system.bind(rule, { call, cpu: 0, args: passed }, args);
    system.apply(state, rule, args);
    state.settle();
  };
  const vms = guestsOf(layout.config);
  return {
    kind: 'always',
    because: 'calls',
    clause: 'AVAIL-RECLAIM',
    statement: 'the host has calls that give it back its CPU and every page, whatever its guests do',
    loss: 'a guest keeps the host out of its CPU or its memory',
    over: 'machine',
    holds: (_view, _index, now) => {
      state.cells.set(now.cells);
      make('host_timer_irq');
      for (const vm of vms) {
        make('host_end_guest', vm);
        make('host_reclaim_guest', vm);
      }
      const isBack = (vm: number): boolean => state.at(layout.base.irqPhase + vm) === phases.indexOf('NONE');
      return state.at(layout.base.irqRunning) === none && vms.every(isBack);
    },
  };
}
