/** What a campaign came to, in words. */
import type { Campaign, Divergence, FuzzReport, Shrunk } from '../../search/conformance/campaign/campaign.ts';
import type { Met } from '../../search/conformance/campaign/examine.ts';
import type { DifferenceKind } from '../../search/judge/difference-kinds.ts';
import { linesOfPairs } from '../../search/judge/pairs.ts';
import type { ReusesSeen } from '../../search/judge/page-uses.ts';
import { isOfOwnership } from '../../search/conformance/check.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { Answer } from '../../spec/transcript.ts';
import { formatDifference, formatQuestion } from '../format.ts';
import { problemOf } from '../targets.ts';

const holesShown = 12;
const callsShown = 60;
const longestAnswer = 300;

/** What is said of a campaign before its differences; merged shards have no time, and no difference that comes first. */
type Summed = Omit<FuzzReport, 'divergence' | 'divergences'> & {
  readonly divergence?: Divergence | undefined;
  readonly differs?: boolean;
};

export function summary(campaign: Campaign, report: Summed, seed: number, seconds?: number): string[] {
  const { description, notChecked } = campaign;
  const { steps, states, sequences, divergence, coverage, stricter } = report;
  const { differs = divergence !== undefined } = report;
  const { hypervisor, release, machine, mode } = description.target;
  const holes = coverage
    .holes()
    .filter((hole) => !notChecked.some((call) => hole.startsWith(`${call}:`) || hole.startsWith(`${call} `)));
  const shown = holes.slice(0, holesShown).join('; ');
  const more = holes.length > holesShown ? `, and ${holes.length - holesShown} more` : '';
  const tables = states > 0 ? ` and ${states} tables of page states` : '';
  const first = divergence && headline(divergence.met);
  return [
    ...(first === undefined ? [] : [first, '']),
    `${hypervisor} ${release}, ${mode}, ${machine}`,
    `${steps} calls${tables} in ${sequences} sequences, ${rateOf(steps, seconds)}seed ${seed}`,
    ...(notChecked.length > 0 ? [`not checked, for the target lacks it: ${notChecked.join(', ')}`] : []),
    ...(holes.length > 0 ? [`never seen: ${shown}${more}`] : []),
    ...linesOfPairs([campaign.pairsSeen(coverage)]),
    ...linesOfReuses(campaign.reusesSeen(coverage)),
    ...(stricter.size > 0 ? [`refused though ${description.profile} allows it: ${counted(stricter)}`] : []),
    ...(differs ? [] : [cleanUnder(description.profile)]),
  ];
}

function linesOfReuses({ seen, unseen }: ReusesSeen): string[] {
  const all = seen.length + unseen.length;
  return all === 0
    ? []
    : [`reuse of pages    ${seen.length} of ${all} pairs of what a page was and what it is used as`];
}

const rateOf = (steps: number, seconds: number | undefined): string =>
  seconds === undefined ? '' : `${seconds.toFixed(1)} s (${Math.round(steps / seconds)} calls a second), `;

const counted = (calls: ReadonlyMap<string, number>): string =>
  [...calls].map(([call, times]) => `${call} ${times} times`).join(', ');

function cleanUnder(name: string): string {
  const profile = profiles.get(name);
  return profile !== undefined && isOfOwnership(profile)
    ? 'nothing was done, shown or left behind that the rules of ownership forbid'
    : 'every answer is the one that the spec gives';
}

/** What comes before everything else: the hypervisor stopped, was silent, or said what cannot be read. */
export function headline({ questions, answers, kind }: Met): string | undefined {
  const last = questions.at(-1);
  if (last === undefined) return undefined;
  const happened: Partial<Record<DifferenceKind, string>> = {
    'the machine stops': 'THE HYPERVISOR STOPS at',
    'no answer': 'NO ANSWER to',
    'no call': 'NO READABLE ANSWER to',
  };
  const what = happened[kind];
  return what === undefined ? undefined : `${what} ${formatQuestion(last)}: ${formatWhole(answers.at(-1))}`;
}

/** `again`: the command that goes straight to this sequence. */
export function formatDivergence(
  { run, met: { questions, kind, difference } }: Divergence,
  again: string,
  isOfCorpus = false,
): string[] {
  const last = questions.at(-1);
  const where = last === undefined ? 'the start' : formatQuestion(last);
  return [
    '',
    `call ${questions.length} of sequence ${run}${isOfCorpus ? ' of the corpus' : ''} differs (${kind}): ${where}`,
    ...formatDifference(difference),
    `  again: ${again}`,
  ];
}

function formatWhole(answer: Answer | undefined): string {
  const text = JSON.stringify(answer ?? null);
  return text.length > longestAnswer ? `${text.slice(0, longestAnswer)}…` : text;
}

/** Why no more was tried, where that is the target's doing. */
function formatFailure({ failure }: Shrunk): string[] {
  if (failure === undefined) return [];
  const problem = problemOf(failure);
  if (problem === undefined) throw failure;
  return [`the target could not be asked any more: ${problem}`];
}

export function formatShrunk(shrunk: Shrunk): string[] {
  const { repeated, runs, failure } = shrunk;
  if (!repeated && failure === undefined) return ['', 'asked again, the same calls did not differ in this way'];
  if (!repeated) return ['', ...formatFailure(shrunk)];
  const { questions, answers, difference } = shrunk.met;
  const skipped = Math.max(0, questions.length - callsShown);
  const calls = questions.map(
    (question, i) => `${i + 1}`.padStart(4) + `  ${formatQuestion(question)}  ${formatWhole(answers[i])}`,
  );
  return [
    '',
    `shrunk to ${questions.length === 1 ? 'one call' : `${questions.length} calls`} (in ${runs} runs):`,
    ...(skipped > 0 ? [`      (${skipped} calls before these)`] : []),
    ...calls.slice(skipped),
    ...formatDifference(difference),
    ...formatFailure(shrunk),
  ];
}
