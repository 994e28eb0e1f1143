/** Recorded calls as they are drawn: the answers that were given, beside the guards and states of the specification. */
import { firstHandle } from '../../search/conformance/calls.ts';
import type { TranscriptChecker } from '../../search/conformance/check.ts';
import { judgeKnown } from '../../search/counterexamples/finding.ts';
import type { Recording, Verdict } from '../../search/counterexamples/finding.ts';
import type { TranscriptHeader } from '../../spec/transcript.ts';
import { formatAnswer, formatQuestion } from '../format.ts';
import { describeChanges } from './changes.ts';
import { guardsOf } from './scenes.ts';
import type { AskedGuard, Scene, Scenes } from './scenes.ts';
import type { VmNames } from './story.ts';
import { livesOf } from './timeline.ts';

/** Of a longer recording the last calls are drawn. */
const drawnCalls = 60;

export interface RecordedScenes {
  readonly scenes: Scenes;
  readonly verdicts: readonly Verdict[];
  /** How many calls came before those that are drawn. */
  readonly skipped: number;
}

/** Judges a recording once more, and keeps what the last calls found. Throws UnreadableEvent. */
export function recordedScenes(recording: Recording, header?: TranscriptHeader): RecordedScenes {
  const { calls } = recording;
  const skipped = Math.max(0, calls.length - drawnCalls);
  const states: Int32Array[] = [];
  const names: VmNames[] = [];
  let seen = 0;
  let checker: TranscriptChecker | undefined;
  const verdicts = judgeKnown(
    recording,
    (watched) => {
      checker = watched;
      if (seen++ < skipped) return;
      states.push(watched.state.cells.slice());
      names.push(namesIn(watched));
    },
    header,
  );
  if (checker === undefined) return { scenes: { beginning: '', steps: [], lives: [] }, verdicts, skipped };
  const { layout, profile } = checker.system;
  const steps = calls.slice(skipped).map((call, i): Scene => {
    const verdict = verdicts[skipped + i];
    return {
      label: String(skipped + i + 1),
      actor: profile.rules.get(call.op)?.actor ?? '',
      call: formatQuestion(call),
      answer: formatAnswer(call.answer),
      changes: describeChanges(
        layout,
        names[i + 1] ?? [],
        states[i] ?? new Int32Array(),
        states[i + 1] ?? new Int32Array(),
      ),
      guards: checker === undefined ? [] : guardsBy(checker, call.op, verdict),
      isBroken: verdict?.difference !== undefined,
    };
  });
  return { scenes: { beginning: '', steps, lives: livesOf(layout, names, states) }, verdicts, skipped };
}

/** The names of the VMs by their entry of the VM table. */
const namesIn = (checker: TranscriptChecker): VmNames =>
  Array.from(
    { length: checker.system.config.slots },
    (_, entry) => checker.vmName(firstHandle + entry) ?? `entry ${entry}`,
  );

const guardsBy = ({ system }: TranscriptChecker, call: string, verdict: Verdict | undefined): AskedGuard[] =>
  system.rules.has(call) ? guardsOf(system, call, verdict?.clause) : [];
