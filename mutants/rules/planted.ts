/** A mutant in a system: the rules that have its place are compiled anew, the others stay as they are. */
import { both, compute, isBelow, note } from '../../spec/language/build.ts';
import type { Effect, Term } from '../../spec/language/term.ts';
import { baseProfile } from '../../spec/profile.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { throughout } from './mutant.ts';
import type { Mutant } from './mutant.ts';
import { everywhere } from './rebuilt.ts';

export interface Planted {
  readonly system: TransitionSystem;
  /** The calls whose rules have the mistake. */
  readonly calls: readonly string[];
}

/** Nothing where no rule of the system has the place. */
export function planted(base: TransitionSystem, mutant: Pick<Mutant, 'plant'>, checked = false): Planted | undefined {
  const changed = [...base.rules.values()].flatMap(({ rule, number }) => {
    const other = mutant.plant(rule);
    return other === rule ? [] : [{ rule: ending(other), number }];
  });
  if (changed.length === 0) return undefined;
  const compiled = new TransitionSystem(
    baseProfile(
      base.profile.name,
      changed.map(({ rule }) => rule),
    ),
    base.config,
    base.leftOut,
    { checked },
  );
  const rules = new Map(base.rules);
  for (const { rule, number } of changed) rules.set(rule.call, { ...compiled.rule(rule.call), number });
  const system = Object.assign(Object.create(TransitionSystem.prototype) as TransitionSystem, base, {
    rules: rules,
    profile: { ...base.profile, rules: new Map([...rules].map(([call, { rule }]) => [call, rule])) },
  });
  return { system, calls: changed.map(({ rule }) => rule.call) };
}

/** More turns than any loop of the rules needs in a small scope. */
const mostTurns = 100;
const turns = 'turns';

/** The rule, in which a loop ends after some time even if the mistake keeps it from that. */
const ending = (rule: Parameters<typeof throughout>[0]): typeof rule =>
  throughout(rule, (term) =>
    everywhere(term, (one): Term => {
      if (one.kind !== 'while') return one;
      const again = note(turns, compute(turns, '+', 1));
      const effects: Effect[] = [
        note(turns, 0),
        {
          ...one,
          condition: both(isBelow(turns, mostTurns), one.condition),
          effect: { kind: 'sequence', effects: [one.effect, again] },
        },
      ];
      return { kind: 'sequence', effects };
    }),
  );
