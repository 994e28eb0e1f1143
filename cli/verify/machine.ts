/**
 * The chapter of `verify` that attacks the reference model: refinement, two-run and machine properties in all its
 * scopes.
 */
import { VerbosityLevel } from 'fast-check';
import { harnessFor, writeRun } from '../../search/machine/counterexample.ts';
import { breakMachines, breaksOfMachines, MoveSequences } from '../../search/machine/campaign.ts';
import type { MachineChecked, Run } from '../../search/machine/campaign.ts';
import { laws } from '../../search/machine/laws.ts';
import type { MachineLaw } from '../../properties/machine-law.ts';
import { exhibit, negativeControls } from '../../search/machine/negative-controls.ts';
import type { NegativeControl } from '../../search/machine/negative-controls.ts';
import {
  androidModelProfile,
  linux74ModelProfile,
  modelProfile,
  shippedModelProfile,
} from '../../search/machine/profile.ts';
import { profileOf } from '../../model/target.ts';
import type { MachineScope } from '../../search/machine/scope-parts.ts';
import { machineScopes } from '../../search/machine/scopes.ts';
import type { TwoRunHarness } from '../../search/machine/two-run.ts';
import { seedFor } from '../../search/engine/seeds.ts';
import { reportRun } from '../explain/fault.ts';
import { firstOfEach, nothing } from './part.ts';
import type { Part, Row } from './part.ts';
import { againAt } from './result.ts';
import type { VerifyOptions, ViolationReport } from './result.ts';
import { runsIn } from './task.ts';
import type { Doing, Task } from './task.ts';

const chapter = 'model';
/** Where the model is attacked: everywhere, or as the release that is asked for. */
export const modelScopes = ({ profile }: Pick<VerifyOptions, 'profile'>): readonly MachineScope[] =>
  machineScopes.filter(({ options }) => profile === undefined || profileOf[options.system] === profile);

/** A step of the machine costs more than one of the spec. */
const runsForOne = 1 / 10;

/** The drawn sequences, and the traces that must exist where something is missing. */
export const modelTasks = (options: VerifyOptions): readonly Task[] => [
  {
    ...{ name: chapter, chapter, group: chapter, isLong: true },
    places: modelScopes(options).map(({ name }) => `model/${name}`),
    perform: (doing) => verifyModel(options, doing),
  },
  ...negativeControls.flatMap((one, number): Task[] => {
    // why: what is missing in a control is missing in every machine.
    if (options.profile !== undefined) return [];
    if ((options.clause ?? one.law.clause) !== one.law.clause) return [];
    const name = `control: ${one.law.clause}: ${one.law.statement}`;
    return [{ name, chapter, group: name, number, perform: () => exhibited(one, options) }];
  }),
];

export const judgedIn = ({ clause }: VerifyOptions): ReadonlySet<string> | undefined =>
  clause === undefined ? undefined : new Set([clause]);

async function verifyModel(options: VerifyOptions, { share, seconds, stopped, progress }: Doing): Promise<Part> {
  const begun = performance.now();
  const judged = judgedIn(options);
  const subjects = modelScopes(options).map((scope) => new MoveSequences(harnessFor(scope, undefined, judged)));
  const all = Math.max(1, Math.ceil(options.runs * runsForOne)) * subjects.length;
  const most = runsIn(share, all);
  const elapsed = (): number => (performance.now() - begun) / 1000;
  const calls = (): number => subjects.reduce((sum, subject) => sum + subject.calls, 0);
  const asked = { seed: seedFor(options.seed, 'model'), verbose: options.verbose };
  if (options.path !== undefined) {
    const found = await breakMachines(subjects, { ...asked, path: options.path, runs: 1 });
    return { ...countsOf(options, { runs: found.runs, calls: calls() }, subjects), ...reported(found, options) };
  }
  const { runs, broken } = await breaksOfMachines(subjects, {
    ...asked,
    ...{ share, seconds, stopped, runs: all === Infinity ? undefined : all },
    progress: (done) =>
      progress({
        runs: done,
        calls: calls(),
        share: Math.min(1, Math.max(done / most, elapsed() / (seconds ?? Infinity))),
      }),
  });
  const part = countsOf(options, { runs, calls: calls() }, subjects);
  const first = firstOfEach(broken, ({ violation }) => `${violation.clause} ${violation.loss}`);
  const machineViolations: ViolationReport[] = [];
  for (const { run, violation } of first) {
    const found = await breakMachines(subjects, { ...asked, path: String(run), runs: 1 });
    for (const one of reported(found, options).machineViolations)
      machineViolations.push({ ...one, loss: violation.loss, run, seconds: elapsed() });
  }
  return { ...part, machineViolations, cut: runs < most && !stopped() };
}

const countsOf = (
  options: VerifyOptions,
  counts: Pick<Row, 'runs' | 'calls'>,
  subjects: readonly MoveSequences[],
): Part => ({
  ...counts,
  rows: lawRows(
    judgedIn(options),
    counts,
    subjects.map(({ harness }) => harness),
    // A release need not have what a clause speaks of; all of them together have everything.
    options.profile === undefined ? 'not reached' : 'not applicable',
  ),
});

const reported = (
  { found, report }: MachineChecked,
  options: VerifyOptions,
): { readonly machineViolations: readonly ViolationReport[] } => {
  if (found === undefined) return { machineViolations: [] };
  const told = reportViolation(found, options.verbose === VerbosityLevel.None ? undefined : report);
  return { machineViolations: [{ ...told, again: againAt('model', options, found.path) }] };
};

/** A guard that is new in the rules is one that the model does not have yet: where it would have it. */
function answererOf(call: string, clause: string): string[] {
  const rule = [modelProfile, linux74ModelProfile, androidModelProfile, shippedModelProfile]
    .map(({ rules }) => rules.get(call))
    .find((one) => one?.guards.some((step) => step.kind === 'must' && step.clause === clause));
  if (rule === undefined) return [];
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
async function exhibited(one: NegativeControl, { seed }: VerifyOptions): Promise<Part> {
  const { clause, kind, statement } = one.law;
  const { runs, calls, moves } = await exhibit(one, seed, mostForOne);
  const seen = moves === undefined ? [] : [statement];
  const row: Row = {
    clause,
    kinds: [kind],
    runs,
    calls,
    subjects: calls,
    without: 'not reached',
    sought: [statement],
    seen,
  };
  return { ...nothing, rows: [row] };
}

/** A row for each clause that the machine is held to. A scene or scope need not have what a clause speaks of. */
export function lawRows(
  judged: ReadonlySet<string> | undefined,
  { runs, calls }: Pick<Row, 'runs' | 'calls'>,
  harnesses: readonly TwoRunHarness[],
  without: Row['without'],
): Row[] {
  const chosen = Object.values<MachineLaw>(laws).filter(
    ({ clause, kind }) => kind !== 'permitted' && judged?.has(clause) !== false,
  );
  return [...new Set(chosen.map(({ clause }) => clause))].map((clause) => {
    const kinds = [...new Set(chosen.flatMap((law) => (law.clause === clause ? [law.kind] : [])))];
    const subjects = harnesses.reduce((sum, harness) => sum + harness.subjects.of(clause), 0);
    return { clause, kinds, runs, calls, subjects, without };
  });
}
