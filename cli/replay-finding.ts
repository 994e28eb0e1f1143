/**
 * A finding again: what was recorded is held against the specification, or asked of the real hypervisor. Either way the
 * exit status is 1 as long as it is still so, and 0 once it is not.
 */
import { headerOf, judge, specOf } from '../search/counterexamples/finding.ts';
import type { Finding, Recording } from '../search/counterexamples/finding.ts';
import type { EventTarget } from '../spec/target.ts';
import { shownOn, unlike, verdictOn } from './explain/finding.ts';
import { askAgain } from './ask-again.ts';
import { exitStatus, fail, print } from './output.ts';
import { formatAnswer, formatQuestion } from './format.ts';
import { openTarget, withTarget } from './targets.ts';
import type { TargetFlags } from './targets.ts';
import { whileWaiting } from './waiting.ts';

/** What no recording shows cannot be replayed: it says what shows it. */
function recordingsOf({ name, recordings, reproduce = [] }: Finding): readonly Recording[] {
  if (recordings.length > 0) return recordings;
  return fail(`${name} has no recorded calls, for no short sequence shows it; this does: ${reproduce.join(' && ')}`);
}

const about = (recording: Recording): string => (recording.about === undefined ? '' : `, ${recording.about}`);

/** The answers that were recorded, and what the specification of the release says of them. */
export function replayRecorded(finding: Finding): number {
  let isSo = true;
  for (const recording of recordingsOf(finding)) {
    const verdicts = judge(recording);
    const last = verdicts.pop();
    isSo &&= specOf(last) === finding.spec && verdicts.every(({ difference }) => difference === undefined);
    print(`${shownOn(recording.target)}${about(recording)}: ${verdictOn(recording, judge(recording))}`);
  }
  const compared = 'recorded answers compared with the specification of the release';
  print(`${finding.name}: ${isSo ? 'still so' : 'not so any more'} (${compared}; --target asks the hypervisor)`);
  return isSo ? exitStatus.violated : exitStatus.holds;
}

/** The hypervisor's answers now, and those that were recorded. */
export function replayOnTarget(finding: Finding, flags: TargetFlags): Promise<number> {
  recordingsOf(finding);
  return withTarget(openTarget(flags), async (target) => {
    const recordings = await whileWaiting(`starting ${flags.target}`, () => fitting(finding, target));
    let same = true;
    let first: Recording | undefined;
    for (const recording of recordings) {
      same = (await again(recording, first, target)) && same;
      first ??= recording;
    }
    const compared = `answers of ${flags.target} compared with those recorded`;
    print(`${finding.name}: ${same ? 'still so' : 'not so any more'} (${compared})`);
    return same ? exitStatus.violated : exitStatus.holds;
  });
}

/** The recordings of this release, or of this profile where the release is another. */
async function fitting({ name, recordings }: Finding, target: EventTarget): Promise<readonly Recording[]> {
  const about = await target.describe();
  const machine = machineOf(about.target);
  const alike = recordings.filter((one) => one.profile === about.profile && machineOf(one.target) === machine);
  const own = alike.filter((one) => one.target.release === about.target.release);
  if (alike.length > 0) return own.length > 0 ? own : alike;
  const places = [...new Set(recordings.map((one) => shownOn(one.target)))].join(', ');
  return fail(
    `${name} was recorded on ${places}, not on ${shownOn(about.target)}: see --release, --cpu and --secure-world`,
  );
}

/** The machine, whatever the version of the emulator. */
const machineOf = ({ machine }: Recording['target']): string => machine.replace(/^qemu-\S+ /, '');

/** Asks once more; what an earlier recording has shown is not told again where it is answered alike. */
async function again(recording: Recording, first: Recording | undefined, target: EventTarget): Promise<boolean> {
  const asked = askAgain(target, headerOf(recording), recording.calls);
  const steps = await whileWaiting(`asking ${recording.calls.length} calls`, () => asked);
  const isNew = unlike(recording, first);
  print(`${shownOn(recording.target)}${about(recording)}`);
  for (const [i, { question, recorded, got, same }] of steps.entries()) {
    if (same && !isNew(i)) continue;
    const text = `${String(i + 1).padStart(2)}  ${formatQuestion(question)}  ${got === undefined ? 'was not asked' : formatAnswer(got)}`;
    print(same ? text : `${text}   (recorded: ${formatAnswer(recorded)})`);
  }
  const different = steps.filter(({ same }) => !same).length;
  print(`    ${steps.length} calls, ${different === 0 ? 'answered as recorded' : `${different} answered otherwise`}\n`);
  return different === 0;
}
