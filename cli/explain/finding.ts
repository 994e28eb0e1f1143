/** How a finding reads: each call with the answer that was given, and what the specification says of the last. */
import { judge } from '../../search/counterexamples/finding.ts';
import type { Finding, Recording, Verdict } from '../../search/counterexamples/finding.ts';
import { defaultHardware } from '../../targets/linux-pkvm/driver.ts';
import { formatAnswer, formatQuestion } from '../format.ts';
import { formatClause } from './text.ts';

/** The release without what the distribution adds to its name, and the CPU where it is not the usual one. */
export function shownOn({ release, machine }: Recording['target']): string {
  const cpu = cpuOf(machine);
  return `${/^[\d.]+(-\d+)?/.exec(release)?.[0] ?? release}${cpu === undefined ? '' : ` on ${cpu}`}`;
}

const cpuOf = (machine: string): string | undefined => {
  const cpu = /cpu (\S+)$/.exec(machine)?.[1];
  return cpu === defaultHardware.cpu ? undefined : cpu;
};

export function replayCommandOf(name: string, { target }: Recording): string {
  const cpu = cpuOf(target.machine);
  const line = /^\d+\.\d+/.exec(target.release)?.[0] ?? target.release;
  const where = ['--target linux-pkvm', `--release ${line}`, ...(cpu === undefined ? [] : [`--cpu ${cpu}`])];
  return `npx pvm-spec replay counterexamples/findings/${name}.json ${where.join(' ')}`;
}

export function stepsOf({ calls }: Recording): string[] {
  const texts = calls.map((call) => formatQuestion(call));
  const width = Math.max(...texts.map((text) => text.length));
  return calls.map(({ answer }, i) =>
    `${String(i + 1).padStart(2)}  ${(texts[i] ?? '').padEnd(width)}  ${formatAnswer(answer)}`.trimEnd(),
  );
}

/** What was answered last, and what the specification says of it. */
export function verdictOn({ calls, profile }: Recording, verdicts: readonly Verdict[]): string {
  const last = verdicts.at(-1);
  const answered = formatAnswer(calls.at(-1)?.answer ?? {});
  const because = last?.clause === undefined ? '' : ` (${last.clause})`;
  if (last?.difference === undefined) return `${answered || 'no answer'}, as ${profile} says${because}`;
  const { what, expected } = last.difference;
  const wanted = expected === 'nothing' ? 'an answer' : `${what} ${expected.replaceAll('"', '')}`;
  return `${answered}, where ${profile} expects ${wanted}${because}`;
}

export function explainFinding(finding: Finding): string[] {
  const { name, title, happens, gains, unknown, clause, recordings, reproduce = [] } = finding;
  const shown = recordings.flatMap((recording) => [
    `${shownOn(recording.target)}${recording.about === undefined ? '' : `, ${recording.about}`}`,
    ...stepsOf(recording),
    `   ${verdictOn(recording, judge(recording))}`,
    `   ${replayCommandOf(name, recording)}`,
    '',
  ]);
  const words = [happens, `What an attacker gains: ${gains}`, `Not known: ${unknown}`];
  return [
    `${name}   ${title}`,
    '',
    ...words.flatMap((text) => [text, '']),
    ...shown,
    ...reproduce,
    ...formatClause(clause),
  ];
}
