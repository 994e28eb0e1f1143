/** Cells: a rule touches none that is not there, such as one of a VM behind the end of the VM table. */
import { argsLength } from '../../spec/language/run.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { CompiledRule } from '../../spec/transition-system.ts';
import type { Case, Cases } from './cases.ts';
import type { Killer } from './killer.ts';
import { planted } from './planted.ts';

export function cells(all: readonly Cases[]): Killer {
  const held = all.map((cases) => new Held(cases));
  return {
    name: 'cells that are not there',
    kills: (mutant) => {
      for (const one of held) {
        const other = planted(one.cases.system, mutant, true);
        for (const call of other?.calls ?? []) {
          const shown = one.strayIn(call, other?.system.rule(call));
          if (shown !== undefined) return `${shown} in ${one.cases.scope.name}`;
        }
      }
      return undefined;
    },
  };
}

class Held {
  readonly cases: Cases;
  private readonly args = new Int32Array(argsLength);
  /** The cases in which the rule itself finds what it touches. */
  private readonly of: ReadonlyMap<string, readonly Case[]>;

  constructor(cases: Cases) {
    this.cases = cases;
    const { profile, config } = cases.system;
    const checked = new TransitionSystem(profile, config, undefined, { checked: true });
    this.of = new Map(
      [...cases.of].map(([call, list]) => [
        call,
        list.filter((one) => this.strayFrom(checked.rule(call), one) === undefined),
      ]),
    );
  }

  strayIn(call: string, rule: CompiledRule | undefined): string | undefined {
    for (const one of this.of.get(call) ?? []) {
      const shown = rule && this.strayFrom(rule, one);
      if (shown !== undefined) return shown;
    }
    return undefined;
  }

  private strayFrom(rule: CompiledRule, one: Case): string | undefined {
    const { state } = this.cases;
    state.settle();
    state.cells.set(one.cells);
    this.args.set(one.args);
    try {
      rule.run(state, this.args);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    } finally {
      state.settle();
    }
  }
}
