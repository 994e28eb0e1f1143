/** A profile: which calls a system has, and how its answers differ from those of the profile that it starts from. */
import type { Refusal } from './answers.ts';
import type { ClauseId } from './clauses.generated.ts';
import type { Bool, Effect } from './language/term.ts';
import { wordsOf } from './language/words.ts';
import { namesChecked } from './rule.ts';
import type { Rule, Step } from './rule.ts';

export interface Profile {
  readonly name: string;
  /** The profile that it starts from. */
  readonly from?: string;
  readonly rules: ReadonlyMap<string, Rule>;
  /** The differences in words, for the reader. */
  readonly differences: readonly string[];
  /** `ownership`: any refusal is as good as another, and never wrong. Where nothing is said, each answer counts. */
  readonly compares?: 'ownership';
  /** The sources in which it was read, where no such system was ever asked. */
  readonly readOnly?: string;
}

/** One difference between two profiles. */
export interface Difference {
  readonly description: string;
  apply(rules: Map<string, Rule>): void;
}

export function baseProfile(name: string, rules: readonly Rule[]): Profile {
  return { name, rules: new Map(rules.map((rule) => [rule.call, rule])), differences: [] };
}

export function profile(name: string, from: Profile, differences: readonly Difference[]): Profile {
  const rules = new Map(from.rules);
  for (const difference of differences) difference.apply(rules);
  for (const rule of rules.values()) namesChecked(rule);
  const { compares } = from;
  const words = differences.map(({ description }) => description);
  return { name, from: from.name, rules, differences: words, ...(compares && { compares }) };
}

/** The profile rests on these sources alone: nothing that it says was seen on a machine. */
export const neverRun = (of: Profile, sources: string): Profile => ({ ...of, readOnly: sources });

/** The differences, each with the file and the commit in which it was read. */
export const readIn = (file: string, commit: string, ...differences: Difference[]): Difference[] =>
  differences.map((one) => ({ ...one, description: `${one.description} (\`${file}\`, ${commit})` }));

export const lacks = (...calls: string[]): Difference => ({
  description: `has no ${calls.join(', ')}`,
  apply: (rules) => {
    for (const call of calls) if (!rules.delete(call)) throw new Error(`unreachable: no call ${call} to leave out`);
  },
});

export const has = (rule: Rule, description = `has ${rule.call}`): Difference => ({
  description,
  apply: (rules) => void rules.set(rule.call, rule),
});

/** What a call is passed besides, after all else. */
export const takes = (call: string, parameters: Rule['parameters']): Difference => ({
  description: `${call} also takes ${Object.keys(parameters).join(', ')}`,
  apply: (rules) => {
    const rule = rules.get(call);
    if (rule === undefined) throw new Error(`unreachable: no call ${call} that takes more`);
    rules.set(call, { ...rule, parameters: { ...rule.parameters, ...parameters } });
  },
});

/** More that calls do, after all else. */
export const does = (calls: readonly string[], ...effects: Effect[]): Difference => ({
  description: `${calls.join(', ')} also: ${effects.map(wordsOf).join('; ')}`,
  apply: (rules) => {
    for (const call of calls) {
      const rule = rules.get(call);
      if (rule === undefined) throw new Error(`unreachable: no call ${call} that does more`);
      rules.set(call, { ...rule, effects: [...rule.effects, ...effects] });
    }
  },
});

const inRules = (
  rules: Map<string, Rule>,
  clause: ClauseId,
  change: (steps: readonly Step[]) => readonly Step[],
): void => {
  const holders = [...rules.values()].filter((rule) => rule.guards.some((step) => step.clause === clause));
  if (holders.length === 0) throw new Error(`unreachable: no rule has a guard ${clause}`);
  for (const rule of holders) rules.set(rule.call, { ...rule, guards: change(rule.guards) });
};

/** The guard does not exist in this profile. */
export const without = (clause: ClauseId): Difference => ({
  description: `${clause} is not checked`,
  apply: (rules) => {
    inRules(rules, clause, (steps) => steps.filter((step) => step.clause !== clause));
  },
});

/** The guard answers another error in this profile. */
export const answersInstead = (clause: ClauseId, error: Refusal): Difference => ({
  description: `${clause} answers ${error}`,
  apply: (rules) => {
    inRules(rules, clause, (steps) =>
      steps.map((step) => (step.clause === clause && step.kind === 'must' ? { ...step, error } : step)),
    );
  },
});

/** Steps that this profile has after the guard named. */
export const insertsAfter = (after: ClauseId, ...steps: Step[]): Difference => ({
  description: `checks ${steps.map((step) => step.clause).join(', ')} after ${after}`,
  apply: (rules) => {
    inRules(rules, after, (all) => all.flatMap((step) => (step.clause === after ? [step, ...steps] : [step])));
  },
});

/** Steps that this profile has before the guard named. */
export const inserts = (before: ClauseId, ...steps: Step[]): Difference => ({
  description: `checks ${steps.map((step) => step.clause).join(', ')} before ${before}`,
  apply: (rules) => {
    inRules(rules, before, (all) => all.flatMap((step) => (step.clause === before ? [...steps, step] : [step])));
  },
});

/** The guard is asked before another one in this profile, and not behind it. */
export const moves = (clause: ClauseId, before: ClauseId): Difference => ({
  description: `checks ${clause} already before ${before}`,
  apply: (rules) => {
    inRules(rules, clause, (steps) =>
      steps.flatMap((step) => {
        if (step.clause === before) return [...steps.filter((one) => one.clause === clause), step];
        return step.clause === clause ? [] : [step];
      }),
    );
  },
});

/** A condition that this profile has instead of its own. */
export const checksInstead = (clause: ClauseId, condition: Bool, error: Refusal): Difference => ({
  description: `${clause} asks instead whether ${wordsOf(condition)}, and answers ${error}`,
  apply: (rules) => {
    inRules(rules, clause, (steps) =>
      steps.map((step) => (step.clause === clause && step.kind === 'must' ? { ...step, condition, error } : step)),
    );
  },
});
