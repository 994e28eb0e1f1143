/** The check that a clause names the errors with which its guards refuse, and no others. */
import type { Verifier } from '../../spec/evidence/verifiers.ts';
import type { Profile } from '../../spec/profile.ts';
import { type Place, problemAt } from './markdown.ts';

/** What the check reads of a clause: its sentence, and the paragraphs that explain it. */
export interface Prose {
  readonly id: string;
  readonly text: string;
  readonly explanation: string;
}

/** The profiles that answer an error, by the error. */
type Answers = ReadonlyMap<string, ReadonlySet<string>>;

/** Answers that are not errors of an interface, as a sentence puts them. */
const inWords: Readonly<Partial<Record<string, RegExp>>> = { IGNORED: /\bignored\b/, PANIC: /\bstops the machine\b/ };

const names = (text: string, error: string): boolean => (inWords[error] ?? new RegExp(`\\b${error}\\b`)).test(text);

/**
 * One problem for each clause of a guard whose sentence names no error of the guard, for each other error of the guard
 * that the clause does not name at all, and for each error in the sentence that no guard of the clause answers.
 */
export function checkErrors(
  clauses: readonly Prose[],
  profiles: readonly Profile[],
  verifiers: readonly Verifier[],
  places: ReadonlyMap<string, Place>,
): string[] {
  const answers = answersIn(profiles);
  const known = new Set([...answers.values()].flatMap((errors) => [...errors.keys()]));
  const checked = new Set<string>(verifiers.flatMap(({ checks }) => checks.map(({ clause }) => clause)));
  return clauses.flatMap((clause) => {
    const errors = answers.get(clause.id);
    const problems = errors ? problemsOf(clause, errors, known) : checked.has(clause.id) ? denialOf(clause) : [];
    return problems.map((problem) => problemAt(places.get(clause.id) ?? { path: '', line: 1 }, problem));
  });
}

/** What the guards of each clause answer, and in which profiles. */
function answersIn(profiles: readonly Profile[]): ReadonlyMap<string, Answers> {
  const all = new Map<string, Map<string, Set<string>>>();
  for (const { name, rules } of profiles) {
    for (const step of [...rules.values()].flatMap(({ guards }) => guards)) {
      if (step.kind !== 'must') continue;
      const errors = all.get(step.clause) ?? new Map<string, Set<string>>();
      all.set(step.clause, errors.set(step.error, (errors.get(step.error) ?? new Set<string>()).add(name)));
    }
  }
  return all;
}

function problemsOf({ id, text, explanation }: Prose, errors: Answers, known: ReadonlySet<string>): string[] {
  const format = (error: string): string => `${error} (${[...(errors.get(error) ?? [])].join(', ')})`;
  const all = [...errors.keys()];
  const unsaid = all.filter((error) => !names(text, error));
  if (unsaid.length === all.length)
    return [`${id}: its sentence names no error of its guard: ${all.map(format).join('; ')}`];
  return [
    ...unsaid.filter((error) => !names(explanation, error)).map((error) => `${id}: does not name ${format(error)}`),
    ...[...known]
      .filter((error) => !errors.has(error) && names(text, error))
      .map((error) => `${id}: its sentence names ${error}, which no guard of it answers`),
  ];
}

/** A check of evidence has no error but the clause itself. */
const denialOf = ({ id, text }: Prose): string[] =>
  /\b(?:den(?:y|ied)|refuse)\b/.test(text)
    ? []
    : [`${id}: is checked by a verifier, and its sentence does not say that it denies`];
