/** Machine-readable reports of a campaign on a target: our own JSON, and JUnit for build servers. */
import type { Campaign, FuzzReport, Shrunk } from '../../search/conformance/campaign/campaign.ts';
import { formatDifference, formatQuestion } from '../format.ts';
import { junit } from '../junit.ts';
import { headline } from './text.ts';

export interface Fuzzed {
  readonly campaign: Campaign;
  readonly report: FuzzReport;
  readonly seed: number;
  readonly seconds: number;
  /** The command that goes straight to what differed, and what it was shrunk to. */
  readonly again: string | undefined;
  readonly shrunk: Shrunk | undefined;
}

export function asJson({ campaign, report, seed, seconds, again, shrunk }: Fuzzed): string {
  const { steps, states, sequences, divergence, coverage } = report;
  const shown = shrunk?.repeated === true ? shrunk.met : divergence?.met;
  const found = shown && {
    kind: shown.kind,
    headline: headline(shown) ?? null,
    difference: shown.difference,
    isShrunk: shrunk?.repeated === true,
    calls: shown.questions.map((question, i) => ({ ...question, answer: shown.answers[i] ?? null })),
    again,
  };
  const { description, notChecked } = campaign;
  const counts = { seed, seconds, calls: steps, states, sequences };
  const target = { target: description.target, profile: description.profile, notChecked };
  const whole = { format: 'pvm-hunt', version: 1, ...target, ...counts, coverage: coverage.report() };
  return `${JSON.stringify({ ...whole, divergence: found ?? null }, null, 2)}\n`;
}

export function asJunit({ campaign, report, seed, seconds, again, shrunk }: Fuzzed): string {
  const met = shrunk?.repeated === true ? shrunk.met : report.divergence?.met;
  const problem =
    met &&
    [
      `${headline(met) ?? met.kind}, seed ${seed}`,
      ...met.questions.map((question) => formatQuestion(question)),
      ...formatDifference(met.difference),
      `again: ${again ?? ''}`,
    ].join('\n');
  const { hypervisor, release } = campaign.description.target;
  return junit([{ suite: 'hunt', name: `${hypervisor} ${release}: ${report.steps} calls`, seconds, problem }]);
}
