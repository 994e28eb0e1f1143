/**
 * The chapter of `verify` that attacks the reference model: refinement, two-run and machine properties in all its
 * scopes.
 */
import { VerbosityLevel } from 'fast-check';
import { harnessFor, writeRun } from '../../search/machine/counterexample.ts';
import { breakMachines, MoveSequences } from '../../search/machine/campaign.ts';
import type { Run } from '../../search/machine/campaign.ts';
import { laws } from '../../search/machine/laws.ts';
import type { MachineLaw } from '../../properties/machine-law.ts';
import { exhibit, negativeControls } from '../../search/machine/negative-controls.ts';
import { androidModelProfile, modelProfile } from '../../search/machine/profile.ts';
import { machineScopes } from '../../search/machine/scopes.ts';
import type { TwoRunHarness } from '../../search/machine/two-run.ts';
import { seedFor } from '../../search/engine/seeds.ts';
import { reportRun } from '../explain/fault.ts';
import { againAt, limitsOf, verdictOn } from './result.ts';
import type {
  ChapterProgress,
  ChapterResult,
  ClauseResult,
  VerifyOptions,
  ViolationReport,
  Watcher,
} from './result.ts';

/** A step of the machine costs more than one of the spec. */
const runsForOne = 1 / 10;

export async function verifyModel(
  options: VerifyOptions,
  seconds: number | undefined,
  watcher: Watcher,
): Promise<ChapterResult> {
  const begun = performance.now();
  const judged = options.clause === undefined ? undefined : new Set([options.clause]);
  const subjects = machineScopes.map((scope) => new MoveSequences(harnessFor(scope, undefined, judged)));
  const most = Math.max(1, Math.ceil(options.runs * runsForOne)) * subjects.length;
  const elapsed = (): number => (performance.now() - begun) / 1000;
  const progress = (runs: number, part: number, violated = false): ChapterProgress => {
    const scopes = machineScopes.map(({ name }) => `model/${name}`);
    const calls = subjects.reduce((sum, subject) => sum + subject.calls, 0);
    return { chapter: 'model', scopes, runs, calls, share: part, seconds: elapsed(), violated };
  };
  const { runs, found, report } = await breakMachines(subjects, {
    ...limitsOf(options, seconds),
    runs: most === Infinity ? undefined : most,
    seed: seedFor(options.seed, 'model'),
    stopped: watcher.stopped,
    progress: (done) =>
      watcher.progress(progress(done, Math.min(1, Math.max(done / most, elapsed() / (seconds ?? Infinity))))),
  });
  const broken = new Set(found && [found.broken.violation.clause]);
  const machineViolations = found
    ? [
        {
          ...reportViolation(found, options.verbose === VerbosityLevel.None ? undefined : report),
          again: againAt('model', options, found.path),
          seconds: elapsed(),
        },
      ]
    : [];
  const cut = runs < most && found === undefined && !watcher.stopped();
  const chapter = { ...progress(runs, 1, found !== undefined), cut };
  const harnesses = subjects.map(({ harness }) => harness);
  const clauses = [...lawResults(judged, broken, chapter, harnesses), ...(await exhibits(options, judged))];
  return { chapter, clauses, machineViolations };
}

/** A guard that is new in the rules is one that the model does not have yet: where it would have it. */
function answererOf(call: string, clause: string): string[] {
  const rule = modelProfile.rules.get(call) ?? androidModelProfile.rules.get(call);
  if (rule?.guards.some((step) => step.kind === 'must' && step.clause === clause) !== true) return [];
  const file = rule.actor === 'host' ? 'model/hypervisor/hypervisor.ts' : 'model/machine.ts';
  return [`  ${clause} is a guard of ${call}; ${file} lists where the model answers that call`];
}

/** What a campaign has found, in lines and as a counterexample. */
export function reportViolation(found: Run & { readonly foundAt: number }, report?: string): ViolationReport {
  const { harness, moves, broken, foundAt } = found;
  const counterexample = writeRun(harness, moves, broken);
  const { breaks, property, calls, scope } = counterexample;
  const { lines } = reportRun(harness, counterexample);
  const where = `broken in the scope ${scope} in ${calls.length} calls (found in ${foundAt})`;
  const last = calls.at(-1)?.call ?? '';
  return {
    clause: breaks,
    lines: [
      `${breaks} ${property}`,
      `  ${where}`,
      ...lines.map((line) => `  ${line}`.trimEnd()),
      ...answererOf(last, breaks),
      ...(report === undefined ? [] : [report]),
    ],
    counterexample,
  };
}

/** Sequences after which a trace that must exist is given up. */
const mostForOne = 2000;

/** What must go wrong where something is missing. */
async function exhibits({ seed }: VerifyOptions, judged: ReadonlySet<string> | undefined): Promise<ClauseResult[]> {
  const results: ClauseResult[] = [];
  for (const one of negativeControls) {
    const { clause, kind } = one.law;
    if (judged?.has(clause) === false) continue;
    const { runs, calls, moves } = await exhibit(one, seed, mostForOne);
    results.push({
      ...{ clause, kinds: [kind], runs, calls, subjects: calls },
      verdict: moves === undefined ? 'not reached' : 'holds',
    });
  }
  return results;
}

/** A row for each clause that the machine is held to. A scene or scope need not have what a clause speaks of. */
export function lawResults(
  judged: ReadonlySet<string> | undefined,
  broken: ReadonlySet<string>,
  { runs, calls }: Pick<ClauseResult, 'runs' | 'calls'>,
  harnesses: readonly TwoRunHarness[],
): ClauseResult[] {
  const chosen = Object.values<MachineLaw>(laws).filter(
    ({ clause, kind }) => kind !== 'permitted' && judged?.has(clause) !== false,
  );
  return [...new Set(chosen.map(({ clause }) => clause))].map((clause) => {
    const kinds = [...new Set(chosen.flatMap((law) => (law.clause === clause ? [law.kind] : [])))];
    const subjects = harnesses.reduce((sum, harness) => sum + harness.subjects.of(clause), 0);
    return { clause, kinds, runs, calls, subjects, verdict: verdictOn(broken.has(clause), subjects) };
  });
}
