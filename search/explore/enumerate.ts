/**
 * Every call that can matter in a state: those that are done, those that are refused after they have changed something,
 * and those that a guard refuses though the others imply it. Calls that are refused and change nothing are left out,
 * and an argument on which the answer does not depend keeps its first value.
 */
import type { CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import type { Args } from '../../spec/language/run.ts';
import { makesOf, visitsOf } from './calls.ts';
import type { Made, Visit } from './calls.ts';

interface Kind {
  readonly rule: CompiledRule;
  /** Made when it is needed first. */
  visit?: ReturnType<typeof visitsOf>;
  make?: ReturnType<typeof makesOf>;
}

export class Enumerate {
  private readonly system: TransitionSystem;
  private readonly kinds: readonly Kind[];

  constructor(system: TransitionSystem) {
    this.system = system;
    const rules = [...system.rules.values()].sort((one, other) => rank(one) - rank(other));
    this.kinds = rules.map((rule) => ({ rule }));
  }

  /** Visit each call, or each of some kinds; the visitor leaves the state as it found it, and says whether to go on. */
  each(state: State, args: Args, visit: Visit, only?: ReadonlySet<CompiledRule>): void {
    for (const kind of this.kinds) {
      if (only?.has(kind.rule) === false) continue;
      kind.visit ??= visitsOf(this.system, kind.rule);
      if (!kind.visit(state, args, visit)) return;
    }
  }

  /** Make each call in turn; whoever is told takes it back. */
  make(state: State, args: Args, made: Made): void {
    for (const kind of this.kinds) {
      kind.make ??= makesOf(this.system, kind.rule);
      kind.make(state, args, made);
    }
  }
}

/** Of sequences of one length those come first that are read without a word about the secure world. */
const rank = ({ rule: { call } }: CompiledRule): number => (/^(ffa|secure)_/.test(call) ? 1 : 0);
