/** All mutants of the rules of all profiles: each place once, under the first profile that has it. */
import { clauses } from '../../spec/clauses.generated.ts';
import type { Definition, Term } from '../../spec/language/term.ts';
import { wordsOf } from '../../spec/language/words.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { termOf } from '../../spec/rule.ts';
import type { Guard, Rule, Step } from '../../spec/rule.ts';
import { definitionsIn, nameOf, plantDefinition, plantEffect, plantSteps, plantSwap } from './mutant.ts';
import type { Mutant } from './mutant.ts';
import { keyOf } from './normal.ts';
import { changesOf } from './terms.ts';
import type { Change } from './terms.ts';

type Mistake = Pick<Mutant, 'place' | 'kind' | 'change' | 'path' | 'plant'>;

/** The place of a rule in the list: the rule, and the profile that is the first to have it. */
interface Home {
  readonly rule: Rule;
  readonly profile: string;
  /** The errors of the profile, in the order in which its rules name them. */
  readonly errors: readonly Guard['error'][];
}

export function allMutants(): Mutant[] {
  const places = new Set<unknown>();
  const isNew = (place: unknown): boolean => {
    const before = places.size;
    return places.add(place).size > before;
  };
  const all = homes().flatMap((home) =>
    mistakesIn(home, isNew).map((mistake): Mutant => {
      const { rule, profile } = home;
      return { call: rule.call, profile, chapter: chapterOf(rule), ...mistake };
    }),
  );
  return withNames(all);
}

/** Where the same words are said twice of one place, the later ones are counted. */
function withNames(all: readonly Mutant[]): Mutant[] {
  const times = new Map<string, number>();
  return all.map((mutant) => {
    const name = nameOf(mutant);
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return time === 1 ? mutant : { ...mutant, change: `${mutant.change} (${time})` };
  });
}

function homes(): Home[] {
  const known = new Set<Rule>();
  return [...profiles.values()].flatMap(({ name, rules }) => {
    const all = [...rules.values()].flatMap(({ guards }) => guards.filter((step) => step.kind === 'must'));
    const errors = [...new Set(all.map(({ error }) => error))];
    const distinct = [...rules.values()].filter((rule) => !known.has(rule));
    for (const rule of distinct) known.add(rule);
    return distinct.map((rule) => ({ rule, profile: name, errors }));
  });
}

/** The chapter whose clauses the rule carries out. */
const chapterOf = ({ guards }: Rule): string => {
  const own = guards[0] && clauses[guards[0].clause].chapter;
  return own ?? 'no clause';
};

function mistakesIn({ rule, errors }: Home, isNew: (place: unknown) => boolean): Mistake[] {
  const { guards, effects } = rule;
  const ofSteps = guards.flatMap((step, i) => {
    const next = guards[i + 1];
    const alone = isNew(keyOfStep(rule, step)) ? mistakesOf(step, otherError(rule, errors, step)) : [];
    const together = next && isNew(`${keyOfStep(rule, step)} ${keyOfStep(rule, next)}`) ? exchanged(step, next) : [];
    return [...alone, ...together];
  });
  const ofEffects = effects.flatMap((effect, i) =>
    isNew(`${rule.call} effect ${keyOf(effect)}`)
      ? changesOf(effect).map((change): Mistake => {
          return { ...told(`effect ${i + 1}`, change), plant: plantEffect(effect, change.to as typeof effect) };
        })
      : [],
  );
  const used = [...guards.map(termOf), ...effects].flatMap((term) => [...definitionsIn(term)]);
  return [
    ...ofSteps,
    ...ofEffects,
    ...[...new Set(used)].filter((one) => isNew(keyOfDefinition(one))).flatMap(ofDefinition),
  ];
}

const keyOfStep = ({ call }: Rule, step: Step): string =>
  `${call} ${step.clause} ${step.kind === 'must' ? step.error : ''} ${keyOf(termOf(step))}`;
const keyOfDefinition = ({ phrase, means }: Definition): string => `${phrase} ${keyOf(means)}`;

/** Mistakes in a definition concern every rule that uses it. */
const ofDefinition = (definition: Definition): Mistake[] =>
  changesOf(definition.means).map((change) => ({
    ...told(`“${definition.phrase.replace(/\[(\w+)(?:\|[\w ]+)?\]/, '$1')}”`, change),
    plant: plantDefinition(definition, change.to),
  }));

const told = (place: string, { kind, path, near }: Change): Omit<Mistake, 'plant'> => {
  const [was, is] = near.map((term: Term) => wordsOf(term));
  return { place, kind, path, change: kind === 'effect left out' ? `without: ${was}` : `${was} → ${is}` };
};

function mistakesOf(step: Step, error: Guard['error'] | undefined): Mistake[] {
  const place = step.clause;
  const without: Mistake = {
    place,
    kind: step.kind === 'must' ? 'guard left out' : 'effect left out',
    change: 'left out',
    path: [],
    plant: plantSteps(step),
  };
  const inside = changesOf(termOf(step))
    .filter((change) => step.kind === 'must' || change.to.kind !== 'sequence' || change.to.effects.length > 0)
    .map((change): Mistake => {
      const to = step.kind === 'must' ? { ...step, condition: change.to } : { ...step, effect: change.to };
      return { ...told(place, change), plant: plantSteps(step, to as Step) };
    });
  if (step.kind !== 'must' || error === undefined) return [without, ...inside];
  const change = `${step.error} → ${error}`;
  return [
    without,
    { place, kind: 'another error', change, path: [], plant: plantSteps(step, { ...step, error }) },
    ...inside,
  ];
}

/** Another error of the call, or else of the profile: the next one after its own. */
function otherError({ guards }: Rule, ofProfile: Home['errors'], step: Step): Guard['error'] | undefined {
  if (step.kind !== 'must') return undefined;
  const ofCall = [...new Set(guards.flatMap((one) => (one.kind === 'must' ? [one.error] : [])))];
  const among = ofCall.length > 1 ? ofCall : ofProfile;
  return among.length > 1 ? among[(among.indexOf(step.error) + 1) % among.length] : undefined;
}

/** Nobody can tell which of two guards comes first if both answer the same. */
function exchanged(step: Step, next: Step): Mistake[] {
  const plant = plantSwap(step, next);
  const place = `${step.clause}, ${next.clause}`;
  if (step.kind === 'onFailure') {
    const change = `${step.clause} only after ${next.clause}`;
    return next.kind === 'onFailure'
      ? []
      : [{ place: step.clause, kind: 'effect on failure moved', change, path: [], plant }];
  }
  if (next.kind === 'onFailure' || step.error === next.error) return [];
  return [{ place, kind: 'guards swapped', change: `${next.clause} before ${step.clause}`, path: [], plant }];
}
