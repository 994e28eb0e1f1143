/** What a hunt has saved: shown, held against the specification, or asked of a target again. */
import { UnreadableEvent } from '../search/conformance/calls.ts';
import { headerOf, judgeKnown } from '../search/counterexamples/finding.ts';
import type { Verdict } from '../search/counterexamples/finding.ts';
import type { SequenceFile } from '../search/counterexamples/sequence-file.ts';
import { clauses } from '../spec/clauses.generated.ts';
import { profiles } from '../spec/profiles/all.ts';
import { askAgain } from './ask-again.ts';
import { stepsOf } from './explain/finding.ts';
import { formatClause } from './explain/text.ts';
import { formatAnswer, formatDifference, formatQuestion } from './format.ts';
import { exitStatus, fail, print } from './output.ts';
import { openTarget, withTarget } from './targets.ts';
import type { TargetFlags } from './targets.ts';

/** The spec's verdict on each call, or what is wrong with the file in one line. */
function verdictsOn({ recording }: SequenceFile): readonly Verdict[] | string {
  if (!profiles.has(recording.profile)) return `recording.profile: no profile ${recording.profile}`;
  try {
    return judgeKnown(recording);
  } catch (error) {
    if (error instanceof UnreadableEvent) return `recording.calls: ${error.message}`;
    throw error;
  }
}

const amount = (calls: number): string => (calls === 1 ? 'one call' : `${calls} calls`);

export function explainSequence(file: SequenceFile): string[] | string {
  const verdicts = verdictsOn(file);
  if (typeof verdicts === 'string') return verdicts;
  const { name, kind, recording, isShrunk, found } = file;
  const { hypervisor, release, mode, machine } = recording.target;
  const difference = verdicts.at(-1)?.difference;
  const clause = difference?.clause;
  return [
    `${name}   ${kind}${isShrunk ? '' : ', as it was drawn: it could not be made shorter'}`,
    '',
    `${hypervisor} ${release}, ${mode}, ${machine}, by ${recording.profile}`,
    '',
    ...(recording.calls.length > 0 ? stepsOf(recording) : ['(before the first call)']),
    ...(difference === undefined ? ['  as the spec says'] : formatDifference(difference)),
    '',
    `found by: ${found}`,
    ...(clause !== undefined && clause in clauses ? ['', ...formatClause(clause)] : []),
  ];
}

/** Exit status 1 where what was answered is not the specification's. */
export function replaySequence(path: string, file: SequenceFile): number {
  const verdicts = verdictsOn(file);
  if (typeof verdicts === 'string') return fail(`${path}: ${verdicts}`);
  const { recording, name } = file;
  const at = verdicts.findIndex((one) => one.difference !== undefined);
  const difference = verdicts[at]?.difference;
  if (difference === undefined) {
    print(`${name}: ${amount(recording.calls.length)}, answered as ${recording.profile} says`);
    return exitStatus.holds;
  }
  const call = recording.calls[at];
  print(
    `${name}: ${call === undefined ? 'page states' : `call ${at + 1}, ${formatQuestion(call)}`} differs from ${recording.profile}`,
  );
  print(formatDifference(difference).join('\n'));
  return exitStatus.violated;
}

/** Exit status 1 if the target still answers as it did, 0 if it does not any more. */
export function replaySequenceOn({ name, recording }: SequenceFile, flags: TargetFlags): Promise<number> {
  return withTarget(openTarget(flags), async (target) => {
    const { calls: known } = await target.describe();
    const lacks = recording.calls.find(({ op }) => !known.includes(op));
    if (lacks !== undefined) return fail(`${name} asks for ${lacks.op}, which the target does not have`);
    const steps = await askAgain(target, headerOf(recording), recording.calls);
    steps.forEach(({ question, recorded, got, same }, i) => {
      const text = `${String(i + 1).padStart(4)}  ${formatQuestion(question)}  ${got === undefined ? 'was not asked' : formatAnswer(got)}`;
      print(same ? text : `${text}   (before: ${formatAnswer(recorded)})`);
    });
    const states = recording.states && (await target.pageStates?.());
    const isOther = JSON.stringify(states) !== JSON.stringify(recording.states);
    const different = steps.filter(({ same }) => !same).length + (isOther ? 1 : 0);
    print(
      `${name}: ${amount(steps.length)}, ${different === 0 ? 'answered as before' : `${different} answered otherwise`}`,
    );
    return different === 0 ? exitStatus.violated : exitStatus.holds;
  });
}
