/** A mutant of the rules: one mistake, in words, and what becomes of each rule that has the place where it is made. */
import type { Definition, Term } from '../../spec/language/term.ts';
import { partsOf } from '../../spec/language/term.ts';
import type { Rule, Step } from '../../spec/rule.ts';
import { everywhere } from './rebuilt.ts';
import type { Kind } from './terms.ts';

export interface Mutant {
  /** The call that has the place, or the first that does. */
  readonly call: string;
  readonly profile: string;
  readonly chapter: string;
  /** A clause, an effect by its number, or the phrase of a definition. */
  readonly place: string;
  readonly kind: Kind;
  readonly change: string;
  /** Where in the term of the place the mistake is. */
  readonly path: readonly number[];
  /** The rule with the mistake; the same rule where it has not the place. */
  plant(rule: Rule): Rule;
}

export const nameOf = ({ call, place, change }: Mutant): string => `${call}, ${place}: ${change}`;

/** By what a mutant is known even if its term is worded otherwise one day; those of one place and kind are counted. */
export function keysOf(mutants: readonly Mutant[]): ReadonlyMap<Mutant, string> {
  const times = new Map<string, number>();
  return new Map(
    mutants.map((mutant) => {
      const { call, profile, place, kind, path } = mutant;
      const key = `${profile} ${call}, ${place}${path.length > 0 ? ` at ${path.join('.')}` : ''}: ${kind}`;
      const time = (times.get(key) ?? 0) + 1;
      times.set(key, time);
      return [mutant, time === 1 ? key : `${key} ${time}`];
    }),
  );
}

/** Steps are replaced by others, wherever they stand. */
export const plantSteps =
  (from: Step, ...to: readonly Step[]) =>
  (rule: Rule): Rule =>
    rule.guards.includes(from)
      ? { ...rule, guards: rule.guards.flatMap((step) => (step === from ? to : [step])) }
      : rule;

/** Two neighbours change places, wherever they are neighbours. */
export const plantSwap =
  (first: Step, second: Step) =>
  (rule: Rule): Rule => {
    const at = rule.guards.findIndex((step, i) => step === first && rule.guards[i + 1] === second);
    return at < 0 ? rule : { ...rule, guards: rule.guards.toSpliced(at, 2, second, first) };
  };

export const plantEffect =
  (from: Rule['effects'][number], to: Rule['effects'][number]) =>
  (rule: Rule): Rule =>
    rule.effects.includes(from)
      ? { ...rule, effects: rule.effects.map((effect) => (effect === from ? to : effect)) }
      : rule;

/** A definition means something else, wherever it is used. */
export function plantDefinition(from: Definition, means: Term): (rule: Rule) => Rule {
  const replaced = new Map<Definition, Definition>([[from, { ...from, means: means }]]);
  const definitionOf = (definition: Definition): Definition => {
    const known = replaced.get(definition);
    if (known !== undefined) return known;
    const changed = through(definition.means);
    const own = changed === definition.means ? definition : { ...definition, means: changed };
    replaced.set(definition, own);
    return own;
  };
  const through = (term: Term): Term =>
    everywhere(term, (one) => {
      if (one.kind !== 'applied') return one;
      const definition = definitionOf(one.definition);
      return definition === one.definition ? one : ({ ...one, definition } as Term);
    });
  return (rule) => throughout(rule, through);
}

/** A rule in which each term is changed; the same rule where none is. */
export function throughout(rule: Rule, change: (term: Term) => Term): Rule {
  const guards = rule.guards.map((step): Step => {
    if (step.kind === 'onFailure') {
      const effect = change(step.effect) as typeof step.effect;
      return effect === step.effect ? step : { ...step, effect };
    }
    const condition = change(step.condition) as typeof step.condition;
    return condition === step.condition ? step : { ...step, condition };
  });
  const effects = rule.effects.map((effect) => change(effect) as typeof effect);
  const same = guards.every((step, i) => step === rule.guards[i]) && effects.every((one, i) => one === rule.effects[i]);
  return same ? rule : { ...rule, guards, effects };
}

/** The definitions that a term uses, and those that these use. */
export function definitionsIn(term: Term, found = new Set<Definition>()): Set<Definition> {
  if (term.kind === 'applied' && !found.has(term.definition)) {
    found.add(term.definition);
    definitionsIn(term.definition.means, found);
  }
  for (const part of partsOf(term)) definitionsIn(part, found);
  return found;
}
