/** The page of recordings: what each comes to, and the calls that led to the first answer that differs. */
import type { Recording } from '../../search/counterexamples/finding.ts';
import type { TranscriptEvent } from '../../spec/transcript.ts';
import { fileInReport } from '../json-report.ts';
import { formatDifference } from '../format.ts';
import { quoted } from '../self.ts';
import type { TraceReport } from '../trace-file.ts';
import { describeTrace } from '../trace-text.ts';
import { html, number, table } from './html.ts';
import type { Html } from './html.ts';
import type { Page } from './page.ts';
import { recordedViolation } from './replay.ts';
import { violationSections } from './violation.ts';
import type { Violation } from './violation.ts';

/** A recording that was checked, with its calls up to the first difference, if there is one. */
export interface CheckedTrace {
  readonly report: TraceReport;
  readonly profile: string;
  readonly calls: readonly TranscriptEvent[];
}

/** `unopened`: how many other files could not be read at all. */
export function pageOfTraces(traces: readonly CheckedTrace[], unopened = 0): Page {
  const wrong = traces.filter(({ report }) => report.differences.length > 0).length;
  const unread = unopened + traces.filter(({ report }) => report.malformed !== undefined).length;
  const verdict = wrong + unread === 0 ? '✓ every answer is the one that the spec gives' : verdictOn(wrong, unread);
  return {
    title: 'pvm-spec trace check',
    head: html`<p class="verdict ${wrong + unread === 0 ? 'holds' : 'broken'}">${verdict}</p>`,
    sections: [...violationSections(traces.flatMap(violationIn)), recordingsTable(traces)],
  };
}

const verdictOn = (wrong: number, unread: number): string =>
  [
    ...(wrong > 0 ? [`✗ ${wrong} ${wrong === 1 ? 'recording differs' : 'recordings differ'} from the spec`] : []),
    ...(unread > 0 ? [`✗ ${unread} cannot be read to ${unread === 1 ? 'its' : 'their'} end`] : []),
  ].join('; ');

function violationIn({ report, profile, calls }: CheckedTrace): Violation[] {
  const { file, header, differences } = report;
  const [first, ...others] = differences;
  if (first === undefined || header === undefined) return [];
  const { target } = header;
  const name = fileInReport(file);
  const by = profile === header.profile ? '' : ` --profile ${profile}`;
  const violation = recordedViolation(
    // A transcript has what a recording has, and its header says more of the scope.
    { target, profile, calls } as unknown as Recording,
    {
      title: `${name}, line ${first.line}`,
      clauses: first.clause === undefined ? [] : [first.clause],
      replay: `npx pvm-spec trace check ${quoted(name)}${by}`,
    },
    header,
  );
  const later = others.map(({ line, what }) => `Line ${line} differs too: ${what}.`);
  return [{ ...violation, isBroken: true, ending: [...formatDifference(first).map((line) => line.trim()), ...later] }];
}

function recordingsTable(traces: readonly CheckedTrace[]): Html {
  return html`<section aria-labelledby="recordings">
    <h2 id="recordings">Recordings</h2>
    ${table({ heads: ['file', 'target', 'profile', 'calls', 'page states', 'verdict'], rows: traces.map(row) })}
  </section>`;
}

function row({ report, profile }: CheckedTrace): Html {
  const { file, header, events, states } = report;
  const target = header === undefined ? '' : `${header.target.hypervisor} ${header.target.release}`;
  return html`<tr>
    <th scope="row">${fileInReport(file)}</th>
    <td>${target}</td>
    <td>${profile}</td>
    <td>${number(events)}</td>
    <td>${number(states)}</td>
    <td>${describeTrace({ ...report, file: fileInReport(file) }).at(-1) ?? ''}</td>
  </tr> `;
}
