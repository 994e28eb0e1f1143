/** The main job: a campaign in every chapter, then hold the recorded transcripts against the spec. */
import { evidenceLaws } from '../../search/evidence/laws.ts';
import { isApplicable } from '../../search/judge/applicable.ts';
import { laws } from '../../search/machine/laws.ts';
import { nameOf } from '../../search/scopes/suite.ts';
import { suitesOf } from '../../search/scopes/suites.ts';
import { checkTasks, plantsFor } from './checks.ts';
import { conclude } from './conclude.ts';
import { evidenceChecks, evidenceTasks } from './evidence.ts';
import { exhaustiveTasks, someScopeHas } from './exhaustive.ts';
import { guardsFor, guardTasks } from './guards.ts';
import { perform, wholeWork } from './jobs.ts';
import type { Work } from './jobs.ts';
import { modelScopes, modelTasks } from './machine.ts';
import { raceTasks } from './races.ts';
import { isChosen } from './result.ts';
import type { VerifyOptions, VerifyResult, Watcher } from './result.ts';
import { suitesFor, taskOf } from './rules.ts';
import { campaignOf } from './scope.ts';
import type { Task } from './task.ts';
import { transcriptTasks } from './transcripts.ts';

/** Run all checks; ends early, with what was learned, once the watcher has stopped. */
export async function verify(options: VerifyOptions, watcher: Watcher, work: Work = wholeWork): Promise<VerifyResult> {
  const tasks = tasksFor(options);
  return conclude(options, tasks, await perform(options, tasks, watcher, work), watcher);
}

/** All that a run consists of, in order; the same options make the same tasks anywhere. */
export const tasksFor = (options: VerifyOptions): readonly Task[] => [
  ...suitesFor(options).map((suite) => taskOf(suite, options)),
  ...otherTasks(options),
];

/** The tasks that draw no sequences of the rules, as far as they have a law of the clause that is asked for. */
function otherTasks(options: VerifyOptions): readonly Task[] {
  const { clause } = options;
  return otherChapters(options).flatMap((chapter): readonly Task[] => {
    switch (chapter) {
      case 'guards':
        return guardTasks(options);
      case 'verifiers':
        return checkTasks(options);
      case 'exhaustive':
        return exhaustiveTasks(options);
      case 'model':
        return modelTasks(options);
      case 'races':
        return raceTasks(options);
      case 'evidence':
        return evidenceTasks(options);
      case 'transcripts':
        return clause === undefined ? transcriptTasks(options) : [];
    }
  });
}

const names = ['guards', 'verifiers', 'exhaustive', 'model', 'races', 'evidence', 'transcripts'] as const;

function otherChapters(options: VerifyOptions): readonly (typeof names)[number][] {
  const { clause, profile } = options;
  const hasLaw = (some: readonly { readonly clause: string }[]): boolean =>
    clause === undefined || some.some((law) => law.clause === clause);
  const isThere: Readonly<Record<(typeof names)[number], () => boolean>> = {
    guards: () => guardsFor(options).length > 0 && isChosen('guards', options),
    verifiers: () => plantsFor(options).length > 0 && isChosen('verifiers', options),
    exhaustive: () => isChosen('exhaustive', options) && someScopeHas(clause),
    model: () => hasLaw(Object.values(laws)) && isChosen('model', options) && modelScopes(options).length > 0,
    races: () => hasLaw(Object.values(laws)) && isChosen('races', options),
    evidence: () => hasLaw(evidenceLaws) && (options.check ?? 'evidence/').startsWith('evidence/'),
    transcripts: () => clause === undefined && isChosen('transcripts', options),
  };
  return names.filter((name) => (profile === undefined || name === 'guards' || name === 'model') && isThere[name]());
}

/** Whether there is anything to judge: a clause may have a guard alone, and a profile scopes of no chapter. */
export function isJudged(options: VerifyOptions): boolean {
  if (otherChapters(options).some((name) => name !== 'transcripts')) return true;
  const { clause, profile } = options;
  return suitesOf(profile).some((suite) => {
    if (!isChosen(nameOf(suite), options)) return false;
    const { system, properties } = campaignOf(suite, clause);
    // A clause that is asked for is judged where some call can bring its subject about.
    return properties.some((property) => clause === undefined || isApplicable(system, property));
  });
}

/** The names by which single checks can be asked for. */
export function checkNames(options: VerifyOptions): readonly string[] {
  const others = ['exhaustive', 'model', 'races', ...evidenceChecks().map(({ name }) => name), 'transcripts'];
  const isOf = (name: string): boolean => name === 'model' && modelScopes(options).length > 0;
  return [
    ...new Set(suitesFor({ ...options, check: undefined }).map(nameOf)),
    ...others.filter((name) => options.profile === undefined || isOf(name)),
  ];
}
