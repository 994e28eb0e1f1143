/** What fails a run of `verify`, each with the calls that lead to it. */
import { stripVTControlCharacters } from 'node:util';
import type { WrittenCall } from '../../search/judge/written-call.ts';
import { formatDifference, formatStep } from '../format.ts';
import { pageOf } from '../sarif.ts';
import type { Problem } from '../sarif.ts';
import { alike, fileFor, fileOf } from './counterexamples.ts';
import { againWhole, missedBy } from './result.ts';
import type { VerifyResult, ViolationReport } from './result.ts';

export function problemsOf(result: VerifyResult): Problem[] {
  const again = againWhole(result.options);
  return [
    ...alike(result.violations).map(({ shortest }) => ({
      rule: shortest.property.clause,
      message: shortest.property.statement,
      subject: shortest.profile,
      calls: stepsOf(shortest.minimized.calls),
      file: fileOf(shortest),
      again: shortest.again,
    })),
    ...result.machineViolations.map((one) => ofMachine(one, again)),
    ...result.transcripts.flatMap((report) => ofTranscript(report, again)),
    ...missedBy(result).map((missed) => ({
      ...{ rule: 'not-reached', message: `not reached: ${missed}`, calls: [], again },
      ...{ subject: result.options.profile ?? 'verify', file: pageOf(missed, 'docs/assurance.md') },
    })),
  ];
}

const stepsOf = (calls: readonly WrittenCall[]): Problem['calls'] =>
  calls.map((call) => ({ name: call.call, text: formatStep(call) }));

const ofMachine = ({ clause, lines, counterexample, again }: ViolationReport, whole: string): Problem => ({
  rule: clause,
  message: stripVTControlCharacters(lines.join('\n')),
  subject: counterexample?.profile ?? 'model',
  calls: stepsOf(counterexample?.calls ?? []),
  file: counterexample === undefined ? pageOf(clause, 'docs/assurance.md') : fileFor(counterexample),
  again: again ?? whole,
});

/** Of a recording that is not explained, the first line that differs; later ones often follow from it. */
function ofTranscript(report: VerifyResult['transcripts'][number], again: string): Problem[] {
  const { file, header, differences, malformed } = report;
  const [first] = differences;
  if (first === undefined && malformed === undefined) return [];
  const said = first === undefined ? [malformed?.problem ?? ''] : formatDifference(first);
  const line = first?.line ?? malformed?.line ?? 1;
  return [
    {
      rule: first?.clause ?? 'transcript',
      message: [`line ${line} differs`, ...said].join('\n'),
      subject: header?.profile ?? 'transcript',
      calls: [],
      file,
      again,
    },
  ];
}
