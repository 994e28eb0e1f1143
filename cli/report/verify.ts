/** The page of a run of `verify`: verdict and command, clauses, guards, and all that was found, step by step. */
import { basename } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { show } from '../explain/shown.ts';
import type { TraceReport } from '../trace-file.ts';
import { describeTrace } from '../trace-text.ts';
import { counterexamplesOf, fileFor, fileOf } from '../verify/counterexamples.ts';
import { againWhole, missedBy } from '../verify/result.ts';
import type { ChapterProgress, ClauseResult, VerifyResult } from '../verify/result.ts';
import { cite, citing } from './clauses.ts';
import { coverageSection } from './coverage.ts';
import { html, number, ofNumbers, table } from './html.ts';
import type { Html } from './html.ts';
import type { Page } from './page.ts';
import { replayOf, violationOf } from './replay.ts';
import { linesOf, mostDrawn, violationSections } from './violation.ts';
import type { Violation } from './violation.ts';

export function pageOfRun(result: VerifyResult): Page {
  const { clauses, chapters, coverage } = result;
  const violations = violationsIn(result);
  return {
    title: 'pvm-spec verify',
    head: headOf(result, violations),
    sections: [
      ...violationSections(violations),
      ...transcriptSection(result.transcripts),
      ...missedSection(missedBy(result)),
      clauseTable(clauses),
      chapterTable(chapters),
      ...(coverage.length > 0 ? [coverageSection(coverage)] : []),
    ],
  };
}

function headOf(result: VerifyResult, violations: readonly Violation[]): Html {
  const { options, clauses, interrupted, transcripts } = result;
  const missed = missedBy(result).length;
  const differing = transcripts.filter((one) => !isExplained(one));
  const problems = [
    ...(violations.length > 0 ? [counted(violations.length, 'violation')] : []),
    ...(differing.length > 0 ? [`${counted(differing.length, 'transcript')} not explained`] : []),
    ...(missed > 0 ? [`${missed} not reached that ${missed === 1 ? 'has' : 'have'} to be`] : []),
    ...(interrupted ? ['interrupted: this is what was learned so far'] : []),
  ];
  const held = clauses.filter(({ verdict }) => verdict === 'holds').length;
  return html`<p class="verdict ${problems.length > 0 ? 'broken' : 'holds'}">
      ${problems.length > 0 ? `✗ ${problems.join('; ')}` : '✓ all holds'}
    </p>
    <p>${held} of ${clauses.length} clauses hold. Seed ${options.seed}.</p>
    <p>Again: <code>${againWhole(options)}</code></p>
    ${
      violations.length === 0
        ? ''
        : html`<nav aria-label="Violations">
            <ol>
              ${violations.slice(0, mostDrawn).map(({ title }, i) => html`<li><a href="#violation-${i + 1}">${title}</a></li>`)}
            </ol>
          </nav>`
    }`;
}

/** All that was found: what can be replayed by its steps, what cannot by its lines. */
function violationsIn(result: VerifyResult): Violation[] {
  const replayed = counterexamplesOf(result).flatMap((one) => {
    const shown = show(JSON.stringify(one));
    if (typeof shown === 'string') throw new Error(`unreachable: ${one.name} cannot be shown: ${shown}`);
    const file = fileFor(one);
    const again =
      result.violations.find((violation) => fileOf(violation) === file)?.again ??
      result.machineViolations.find(({ counterexample }) => counterexample === one)?.again;
    const violation = violationOf(shown, replayOf(file));
    return again === undefined ? violation : { ...violation, words: [...violation.words, `Found by \`${again}\`.`] };
  });
  const others = result.machineViolations
    .filter(({ counterexample }) => counterexample === undefined)
    .map(({ clause, loss, lines, again }): Violation => {
      const told = { lines: lines.map(stripVTControlCharacters), scenes: undefined, skipped: 0, ending: [], words: [] };
      const verdict = `${clause} breaks, on the reference model or in evidence`;
      return {
        ...told,
        title: loss ?? clause,
        verdict,
        isBroken: true,
        clauses: [clause],
        replay: again ?? againWhole(result.options),
      };
    });
  return [...replayed, ...others];
}

const counted = (many: number, what: string): string => `${number(many)} ${what}${many === 1 ? '' : 's'}`;

const isExplained = ({ differences, malformed }: TraceReport): boolean =>
  differences.length === 0 && malformed === undefined;

function transcriptSection(transcripts: readonly TraceReport[]): Html[] {
  const lines = transcripts
    .filter((one) => !isExplained(one))
    .flatMap((report) => describeTrace({ ...report, file: basename(report.file) }));
  if (lines.length === 0) return [];
  return [
    html`<section aria-labelledby="transcripts">
      <h2 id="transcripts">Transcripts that are not explained</h2>
      ${linesOf(lines.map(stripVTControlCharacters))}
    </section>`,
  ];
}

const missedSection = (missed: readonly string[]): Html[] =>
  missed.length === 0
    ? []
    : [
        html`<section aria-labelledby="missed">
          <h2 id="missed">Not reached</h2>
          <ul>
            ${missed.map((one) => html`<li>${citing(one)}</li>`)}
          </ul>
        </section>`,
      ];

const clauseTable = (clauses: readonly ClauseResult[]): Html =>
  html`<section aria-labelledby="judged">
    <h2 id="judged">Verdicts</h2>
    ${table({
      caption: 'Each clause, and how often something was judged that could have broken it',
      heads: ['clause', 'properties', ofNumbers('calls'), ofNumbers('judged'), 'verdict'],
      rows: clauses.map(
        ({ clause, kinds, calls, subjects, verdict }) =>
          html`<tr>
            <th scope="row">${cite(clause)}</th>
            <td>${kinds.join(', ')}</td>
            <td class="number">${number(calls)}</td>
            <td class="number">${number(subjects)}</td>
            <td class="${verdictClass[verdict]}">${verdict}</td>
          </tr> `,
      ),
    })}
  </section>`;

const verdictClass = { holds: 'holds', broken: 'broken', 'not reached': 'broken', 'not applicable': 'note' } as const;

const chapterTable = (chapters: readonly ChapterProgress[]): Html =>
  html`<section aria-labelledby="chapters">
    <h2 id="chapters">Chapters</h2>
    ${table({
      caption: 'What was searched',
      heads: ['chapter', ofNumbers('runs'), ofNumbers('states'), ofNumbers('calls'), 'where'],
      rows: chapters.map(
        ({ chapter, runs, states, calls, scopes }) =>
          html`<tr>
            <th scope="row">${chapter}</th>
            <td class="number">${number(runs)}</td>
            <td class="number">${states === undefined ? '' : number(states)}</td>
            <td class="number">${number(calls)}</td>
            <td>${scopes.join(', ')}</td>
          </tr> `,
      ),
    })}
  </section>`;
