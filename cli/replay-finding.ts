/** A finding again: held against the specification, or asked of the real hypervisor. */
import { headerOf, judge } from '../search/counterexamples/finding.ts';
import type { Finding, Recording } from '../search/counterexamples/finding.ts';
import type { EventTarget } from '../spec/target.ts';
import { shownOn, verdictOn } from './explain/finding.ts';
import { askAgain } from './ask-again.ts';
import { exitStatus, fail, print } from './output.ts';
import { formatAnswer, formatQuestion } from './format.ts';
import { openTarget, withTarget } from './targets.ts';
import type { TargetFlags } from './targets.ts';

/** Exit status 1 where a recorded answer is not the specification's. */
export function replayRecorded({ name, recordings }: Finding): number {
  let status: number = exitStatus.holds;
  for (const recording of recordings) {
    const verdicts = judge(recording);
    const which = recording.about === undefined ? '' : `, ${recording.about}`;
    print(`${name} on ${shownOn(recording.target)}${which}: ${verdictOn(recording, verdicts)}`);
    if (verdicts.some(({ difference }) => difference !== undefined)) status = exitStatus.violated;
  }
  return status;
}

/** Exit status 1 if the hypervisor still answers as recorded, 0 if it does not any more. */
export function replayOnTarget(finding: Finding, flags: TargetFlags): Promise<number> {
  return withTarget(openTarget(flags), async (target) => {
    const recordings = await fitting(finding, target);
    let same = true;
    for (const recording of recordings) same = (await again(finding.name, recording, target)) && same;
    return same ? exitStatus.violated : exitStatus.holds;
  });
}

/** The recordings of this release, or of this profile where the release is another. */
async function fitting({ name, recordings }: Finding, target: EventTarget): Promise<readonly Recording[]> {
  const about = await target.describe();
  const cpu = about.target.machine.split(', ').at(-1);
  const alike = recordings.filter(
    (one) => one.profile === about.profile && one.target.machine.split(', ').at(-1) === cpu,
  );
  const own = alike.filter((one) => one.target.release === about.target.release);
  if (alike.length > 0) return own.length > 0 ? own : alike;
  const places = [...new Set(recordings.map((one) => shownOn(one.target)))].join(', ');
  return fail(`${name} was recorded on ${places}, not on ${shownOn(about.target)}: see --release and --cpu`);
}

async function again(name: string, recording: Recording, target: EventTarget): Promise<boolean> {
  const steps = await askAgain(target, headerOf(recording), recording.calls);
  for (const [i, { question, recorded, got, same }] of steps.entries()) {
    const text = `${String(i + 1).padStart(2)}  ${formatQuestion(question)}  ${got === undefined ? 'was not asked' : formatAnswer(got)}`;
    print(same ? text : `${text}   (recorded: ${formatAnswer(recorded)})`);
  }
  const different = steps.filter(({ same }) => !same).length;
  const which = recording.about === undefined ? '' : `, ${recording.about}`;
  print(
    `${name}${which}: ${steps.length} calls, ${different === 0 ? 'answered as recorded' : `${different} answered otherwise`}\n`,
  );
  return different === 0;
}
