/** Machine-readable reports of a campaign on a target: our own JSON, JUnit and TAP for build servers, SARIF. */
import type { Campaign, FuzzReport, Shrunk } from '../../search/conformance/campaign/campaign.ts';
import type { Met } from '../../search/conformance/campaign/examine.ts';
import { formatAnswer, formatDifference, formatQuestion } from '../format.ts';
import { junit } from '../junit.ts';
import type { TestCase } from '../junit.ts';
import { pageOf, sarif } from '../sarif.ts';
import type { Problem } from '../sarif.ts';
import { anywhere } from '../self.ts';
import { tap } from '../tap.ts';
import { jsonText } from '../json-report.ts';
import { huntReport } from './shape.ts';
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

export function asJson(fuzzed: Fuzzed): string {
  const { campaign, report, seed, seconds, again, shrunk } = fuzzed;
  const { steps, states, sequences, coverage } = report;
  const shown = metIn(fuzzed);
  const found = shown && {
    kind: shown.kind,
    headline: headline(shown) ?? null,
    difference: shown.difference,
    isShrunk: shrunk?.repeated === true,
    calls: shown.questions.map((question, i) => ({ ...question, answer: shown.answers[i] ?? null })),
    again: again && anywhere(again),
  };
  const { description, notChecked } = campaign;
  const counts = { seed, seconds, calls: steps, states, sequences };
  const target = { target: description.target, profile: description.profile, notChecked };
  const pairs = campaign.pairsSeen(coverage);
  return jsonText(huntReport, {
    format: 'pvm-hunt',
    ...target,
    ...counts,
    coverage: coverage.report(),
    pairs,
    reuses: campaign.reusesSeen(coverage),
    divergence: found ?? null,
  });
}

/** What differed, made as short as it has got. */
const metIn = ({ report, shrunk }: Fuzzed): Met | undefined =>
  shrunk?.repeated === true ? shrunk.met : report.divergence?.met;

export const asJunit = (fuzzed: Fuzzed): string => junit(casesOf(fuzzed));
export const asTap = (fuzzed: Fuzzed): string => tap(casesOf(fuzzed), { seed: fuzzed.seed });

export function asSarif(fuzzed: Fuzzed): string {
  const { campaign, seed, again } = fuzzed;
  const met = metIn(fuzzed);
  const { target } = campaign.description;
  const problems = met === undefined ? [] : [problemOf(met, target, again)];
  return sarif({ problems, finished: true, properties: { seed } });
}

function casesOf(fuzzed: Fuzzed): TestCase[] {
  const { campaign, report, seed, seconds, again } = fuzzed;
  const met = metIn(fuzzed);
  const problem =
    met &&
    [
      `${headline(met) ?? met.kind}, seed ${seed}`,
      ...met.questions.map((question) => formatQuestion(question)),
      ...formatDifference(met.difference),
      `again: ${again ?? ''}`,
    ].join('\n');
  return [
    { suite: 'hunt', name: `${subjectOf(campaign.description.target)}: ${report.steps} calls`, seconds, problem },
  ];
}

type Target = Fuzzed['campaign']['description']['target'];

const subjectOf = ({ hypervisor, release }: Target): string => `${hypervisor} ${release}`;

/** A difference between a target and the spec: by the clause that says what was expected, or by its kind. */
export function problemOf(
  {
    questions,
    answers,
    kind,
    difference,
  }: Pick<Met, 'questions' | 'answers' | 'difference'> & { readonly kind: string },
  target: Target,
  again: string | undefined,
): Problem {
  const rule = difference.clause ?? kind.replaceAll(' ', '-');
  return {
    rule,
    message: [kind, ...formatDifference(difference)].join('\n'),
    subject: subjectOf(target),
    file: pageOf(rule, 'docs/targets.md'),
    calls: questions.map((question, i) => {
      const answer = answers[i];
      const said = answer === undefined ? '' : ` → ${formatAnswer(answer)}`;
      return { name: question.op, text: `${formatQuestion(question)}${said}` };
    }),
    again,
  };
}
