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
  private checked: TransitionSystem | undefined;
  private readonly of = new Map<string, readonly Case[]>();

  constructor(cases: Cases) {
    this.cases = cases;
  }

  /** The cases in which the rule itself finds what it touches. */
  private casesOf(call: string): readonly Case[] {
    const { profile, config } = this.cases.system;
    this.checked ??= new TransitionSystem(profile, config, undefined, { checked: true });
    const rule = this.checked.rule(call);
    const own = this.of.get(call) ?? this.cases.of(call).filter((one) => this.strayFrom(rule, one) === undefined);
    this.of.set(call, own);
    return own;
  }

  strayIn(call: string, rule: CompiledRule | undefined): string | undefined {
    for (const one of this.casesOf(call)) {
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
