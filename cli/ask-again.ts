/** Asks a target what was asked before, and compares what it answers with what was recorded. */
import { VmNames } from '../search/conformance/campaign/sequence.ts';
import type { EventTarget, Question } from '../spec/target.ts';
import type { Answer, TranscriptHeader } from '../spec/transcript.ts';

export interface Repeated {
  readonly question: Question;
  readonly recorded: Answer;
  /** Nothing where the target died of an earlier call. */
  readonly got: Answer | undefined;
  readonly same: boolean;
}

export async function askAgain(
  target: EventTarget,
  header: TranscriptHeader,
  calls: readonly (Question & { readonly answer: Answer })[],
): Promise<Repeated[]> {
  await target.open(header);
  const names = new VmNames();
  const given = await target.answerAll(calls.map(({ op, args }): Question => ({ op, args })));
  return calls.map(({ op, args, answer }, i) => {
    const got = given[i] && names.add(op, given[i]);
    return { question: { op, args }, recorded: answer, got, same: got !== undefined && agree(answer, got) };
  });
}

/** What a machine printed when it stopped may differ; the length of the host's list is not recorded everywhere. */
const free = new Set(['message', 'memcache']);

function agree(recorded: Answer, got: Answer): boolean {
  if ('panic' in recorded && 'panic' in got) return true;
  const fields = new Set([...Object.keys(recorded), ...Object.keys(got)]);
  return [...fields].every(
    (field) => free.has(field) || JSON.stringify(recorded[field]) === JSON.stringify(got[field]),
  );
}
