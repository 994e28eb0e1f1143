/** How a finding reads: each call with the answer that was given, and what the specification says of the last. */
import { judge } from '../../search/counterexamples/finding.ts';
import type { Finding, Recording, Verdict } from '../../search/counterexamples/finding.ts';
import { defaultHardware } from '../../targets/linux-pkvm/driver.ts';
import { formatAnswer, formatQuestion } from '../format.ts';
import { quoted } from '../self.ts';
import { wrapped } from './columns.ts';
import { formatClause } from './text.ts';

/** The release without what the distribution adds to its name, and the machine as far as it is not the usual one. */
export function shownOn({ release, machine }: Recording['target']): string {
  const cpu = cpuOf(machine);
  const on = cpu === undefined ? '' : ` on ${cpu}`;
  return `${/^[\d.]+(-\d+)?/.exec(release)?.[0] ?? release}${on}${hasSecureWorld(machine) ? ' with a secure world' : ''}`;
}

const hasSecureWorld = (machine: string): boolean => machine.includes(' with a secure world');

const cpuOf = (machine: string): string | undefined => {
  const cpu = /cpu (\S+)$/.exec(machine)?.[1];
  return cpu === defaultHardware.cpu ? undefined : cpu;
};

export function replayCommandOf(name: string, { target }: Recording): string {
  const cpu = cpuOf(target.machine);
  const line = /^\d+\.\d+/.exec(target.release)?.[0] ?? target.release;
  const where = [
    '--target linux-pkvm',
    `--release ${quoted(line)}`,
    ...(cpu === undefined ? [] : [`--cpu ${quoted(cpu)}`]),
    ...(hasSecureWorld(target.machine) ? ['--secure-world'] : []),
  ];
  return `npx pvm-spec replay ${name} ${where.join(' ')}`;
}

/** The calls of a recording, each with its answer; or those alone for which `isTold`. */
export function stepsOf({ calls }: Recording, isTold: (step: number) => boolean = () => true): string[] {
  const texts = calls.map((call) => formatQuestion(call));
  const width = Math.min(longestQuestion, Math.max(...texts.map((text) => text.length)));
  return calls.flatMap(({ answer }, i) => {
    const [first = '', ...rest] = wrapped(texts[i] ?? '', '  ', width);
    const line = `${String(i + 1).padStart(2)}  ${first.padEnd(width)}  ${formatAnswer(answer)}`.trimEnd();
    return isTold(i) ? [...wrapped(line, ' '.repeat(width + 6)), ...rest.map((part) => `    ${part}`)] : [];
  });
}

const longestQuestion = 72;

/** Which steps of a recording are not those of another: the others need not be told again. */
export const unlike =
  (recording: Recording, other: Recording | undefined): ((step: number) => boolean) =>
  (i) => {
    const [one, same] = [recording.calls[i], other?.calls[i]];
    return same === undefined || one === undefined || formatStep(one) !== formatStep(same);
  };

const formatStep = (step: Recording['calls'][number]): string => `${formatQuestion(step)} ${formatAnswer(step.answer)}`;

/** What was answered last, and what the specification says of it. */
export function verdictOn({ calls, profile }: Recording, verdicts: readonly Verdict[]): string {
  const last = verdicts.at(-1);
  const answered = formatAnswer(calls.at(-1)?.answer ?? {});
  const because = last?.clause === undefined ? '' : ` (${last.clause})`;
  if (last?.isUnknown) return `${answered}; ${profile} has no such call`;
  if (last?.difference === undefined) return `${answered || 'no answer'}, as ${profile} says${because}`;
  const { what, expected } = last.difference;
  const wanted = expected === 'nothing' || what === 'panic' ? 'an answer' : `${what} ${expected.replaceAll('"', '')}`;
  return `${answered}, where ${profile} expects ${wanted}${because}`;
}

/** The first recording in full, and of the others their last call, and what else is not the same. */
function recordingsOf({ name, recordings }: Finding): string[] {
  const [first] = recordings;
  return recordings.flatMap((recording) => {
    const which = recording.about === undefined ? '' : `, ${recording.about}`;
    const isNew = unlike(recording, first);
    const isTold = (i: number): boolean => recording === first || i === recording.calls.length - 1 || isNew(i);
    const isShort = recording.calls.some((_, i) => !isTold(i));
    return [
      `${shownOn(recording.target)}${which}`,
      ...(isShort ? [' …  set up as above'] : []),
      ...stepsOf(recording, isTold),
      ...wrapped(`    ${verdictOn(recording, judge(recording))}`, '    '),
      `    ${replayCommandOf(name, recording)}`,
      '',
    ];
  });
}

export function explainFinding(finding: Finding): string[] {
  const { name, title, happens, gains, unknown, clause, reproduce = [] } = finding;
  const words = [happens, `What an attacker gains: ${gains}`, `Not known: ${unknown}`];
  return [
    ...wrapped(`${name}   ${title}`, '   '),
    '',
    ...words.flatMap((text) => [...wrapped(text), '']),
    ...recordingsOf(finding),
    ...(reproduce.length > 0
      ? ['No short sequence shows it; this does:', ...reproduce.map((one) => `  ${one}`), '']
      : []),
    ...formatClause(clause),
  ];
}
