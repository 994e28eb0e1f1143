/** Ask the solvers everything about a profile. */
import type { Profile } from '../../spec/profile.ts';
import { invariantsOf } from '../../properties/invariant/all.ts';
import { atStart, ofCall, ofConsequences, prelude } from './conditions.ts';
import type { Condition, Group } from './conditions.ts';
import { impliedOf } from './implied.ts';
import { secrecyOf } from './secrecy.ts';
import { solve, solvers } from './solver.ts';
import type { SolverName, Verdict } from './solver.ts';

export interface Answer {
  readonly condition: Condition;
  readonly verdicts: Readonly<Record<SolverName, Verdict>>;
}

/** The groups of one profile: each is a script of its own behind the prelude. */
export function conditionsOf(profile: Profile): readonly (readonly Group[])[] {
  const invariants = invariantsOf(profile);
  const rules = [...profile.rules.values()];
  return [
    atStart(invariants),
    ofConsequences(invariants),
    ...rules.map((rule) => ofCall(rule, invariants)),
    ...rules.map((rule) => impliedOf(rule, invariants)),
    ...rules.map((rule) => secrecyOf(rule, invariants)),
  ];
}

/** One script: what is known once, and each condition between push and pop. */
export function scriptOf(groups: readonly Group[]): string[] {
  const asked = groups.flatMap(({ lines, conditions }) => [
    ...lines,
    ...conditions.flatMap(({ negated }) => ['(push 1)', `(assert ${negated})`, '(check-sat)', '(pop 1)']),
  ]);
  return [...prelude(), ...asked];
}

/** What one solver says of each condition, if need be in several attempts. */
export async function answered(name: SolverName, groups: readonly Group[]): Promise<readonly Verdict[]> {
  const conditions = groups.flatMap((group) => group.conditions);
  const verdicts = [...(await solve(name, scriptOf(groups), conditions.length))];
  for (const [at, condition] of conditions.entries()) {
    for (let attempt = 1; verdicts[at] === 'unknown' && attempt < solvers[name].options.length; attempt++) {
      const alone = groups.map((group) => ({
        ...group,
        conditions: group.conditions.filter((one) => one === condition),
      }));
      verdicts[at] = (await solve(name, scriptOf(alone), 1, attempt))[0] ?? 'unknown';
    }
  }
  return verdicts;
}

/** What each solver says of each condition of a profile. Throws a SolverError where one cannot be asked. */
export async function prove(profile: Profile, names: readonly SolverName[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const groups of conditionsOf(profile)) {
    const conditions = groups.flatMap((group) => group.conditions);
    const said = await Promise.all(names.map((name) => answered(name, groups)));
    conditions.forEach((condition, i) => {
      const verdicts = Object.fromEntries(names.map((name, j) => [name, said[j]?.[i] ?? 'unknown']));
      answers.push({ condition, verdicts: verdicts as Answer['verdicts'] });
    });
  }
  return answers;
}

export const isProved = ({ verdicts }: Answer): boolean => Object.values(verdicts).every((one) => one === 'unsat');
export const allSolvers = Object.keys(solvers) as SolverName[];
