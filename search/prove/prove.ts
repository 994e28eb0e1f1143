/** Ask the solvers everything about a profile. */
import { createHash } from 'node:crypto';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Profile } from '../../spec/profile.ts';
import { atStart, ofCall, ofConsequences, prelude } from './conditions.ts';
import type { Condition, Group } from './conditions.ts';
import { impliedOf } from './implied.ts';
import { lawsOf } from './laws.ts';
import { ofProfile } from './assumptions.ts';
import { secrecyOf } from './secrecy.ts';
import { solve, solvers } from './solver.ts';
import type { SolverName, Verdict } from './solver.ts';

export interface Answer {
  readonly condition: Condition;
  readonly verdicts: Readonly<Record<SolverName, Verdict>>;
}

const hasPages = ({ rules }: Profile): boolean => rules.has('host_share_hyp');

/** The clauses that the conditions of secrecy prove. */
export const secretIn = (profile: Profile): readonly ClauseId[] => (hasPages(profile) ? ['MEM-CONFIDENTIAL'] : []);

/** What the proofs of a profile rest on. */
export const assumedOf = (profile: Profile): readonly ClauseId[] => (hasPages(profile) ? ['DMA-SOC'] : []);

/** The groups of one profile: each is a script of its own behind the prelude. An allocator of CIDs has no contents. */
function conditionsOf(profile: Profile): readonly (readonly Group[])[] {
  const { invariants, consequences, steps } = lawsOf(profile);
  const known = ofProfile(profile);
  const rules = [...profile.rules.values()];
  const scripts = [
    atStart(invariants),
    ofConsequences(invariants, consequences),
    ...rules.map((rule) => ofCall(rule, invariants, steps)),
    ...rules.map((rule) => impliedOf(rule, invariants)),
    ...(hasPages(profile) ? rules.map((rule) => secrecyOf(rule, invariants)) : []),
  ];
  return scripts
    .filter((groups) => groups.some(({ conditions }) => conditions.length > 0))
    .map((groups) => [{ lines: known, conditions: [] }, ...groups]);
}

/** One script: what is known once, and each condition between push and pop. */
export function scriptOf(groups: readonly Group[]): string[] {
  const asked = groups.flatMap(({ lines, conditions }) => [
    ...lines,
    ...conditions.flatMap(({ negated }) => ['(push 1)', `(assert ${negated})`, '(check-sat)', '(pop 1)']),
  ]);
  return spokenOf([...prelude(), ...asked]);
}

const isDeclaration = (line: string): boolean => /^\(declare-(?:fun|const) /.test(line);
const wordsOf = (line: string): readonly string[] => line.match(/[^\s()]+/g) ?? [];

/** Without what is declared and never spoken of: a script changes only with what is asked. */
function spokenOf(lines: readonly string[]): string[] {
  const spoken = new Set(lines.flatMap((line) => (isDeclaration(line) ? [] : wordsOf(line))));
  return lines.filter((line) => !isDeclaration(line) || spoken.has(wordsOf(line)[1] ?? ''));
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

/** What is asked of a profile, as one short text that changes with it. */
export function fingerprintOf(profile: Profile): string {
  const asked = createHash('sha256');
  for (const groups of conditionsOf(profile)) asked.update(scriptOf(groups).map(withoutNumbers).join('\n'));
  return asked.digest('hex').slice(0, 16);
}

/** What the solvers said of scripts. Profiles have calls in common, of which the same is asked: it is asked once. */
export type Known = Map<string, readonly (readonly Verdict[])[]>;

/** A script in which variables are numbered from the first on. */
function withoutNumbers(script: string): string {
  const numbers = new Map<string, string>();
  return script.replace(/\bx\d+\b/g, (name) => {
    const known = numbers.get(name) ?? `x${numbers.size}`;
    numbers.set(name, known);
    return known;
  });
}

/** What each solver says of each condition of a profile. Throws a SolverError where one cannot be asked. */
export async function prove(
  profile: Profile,
  names: readonly SolverName[],
  known: Known = new Map(),
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const groups of conditionsOf(profile)) {
    const conditions = groups.flatMap((group) => group.conditions);
    const key = withoutNumbers(scriptOf(groups).join('\n'));
    const said = known.get(key) ?? (await Promise.all(names.map((name) => answered(name, groups))));
    known.set(key, said);
    conditions.forEach((condition, i) => {
      const verdicts = Object.fromEntries(names.map((name, j) => [name, said[j]?.[i] ?? 'unknown']));
      answers.push({ condition, verdicts: verdicts as Answer['verdicts'] });
    });
  }
  return answers;
}

export const isProved = ({ verdicts }: Answer): boolean => Object.values(verdicts).every((one) => one === 'unsat');
export const allSolvers = Object.keys(solvers) as SolverName[];
