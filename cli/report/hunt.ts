/** The page of a campaign on a target: what differed, step by step, and which guards were reached. */
import { UnreadableEvent } from '../../search/conformance/calls.ts';
import { sequenceFileOf } from '../../search/counterexamples/sequence-file.ts';
import { formatDifference, formatQuestion } from '../format.ts';
import type { Fuzzed } from '../hunt/formats.ts';
import { headline } from '../hunt/text.ts';
import { coverageSection } from './coverage.ts';
import { html, number } from './html.ts';
import type { Page } from './page.ts';
import { recordedViolation } from './replay.ts';
import { violationSections } from './violation.ts';
import type { Violation } from './violation.ts';

export function pageOfHunt(fuzzed: Fuzzed): Page {
  const { campaign, report, seed, seconds } = fuzzed;
  const { steps, sequences, coverage } = report;
  const { target, profile } = campaign.description;
  const found = violationIn(fuzzed);
  const verdict = found === undefined ? '✓ no answer differs from the specification' : `✗ ${found.verdict}`;
  const lacks = campaign.notChecked.join(', ');
  return {
    title: `pvm-spec hunt: ${target.hypervisor} ${target.release}`,
    head: html`<p class="verdict ${found === undefined ? 'holds' : 'broken'}">${verdict}</p>
      <p>
        ${target.hypervisor} ${target.release}, ${target.mode}, ${target.machine}, by ${profile}: ${number(steps)} calls
        in ${number(sequences)} ${sequences === 1 ? 'sequence' : 'sequences'}, ${seconds.toFixed(1)} s. Seed ${seed}.
      </p>
      ${found === undefined ? '' : html`<p>Again: <code>${found.replay}</code></p>`}
      ${lacks === '' ? '' : html`<p>Not checked, for the target lacks it: ${lacks}</p>`}`,
    sections: [
      ...violationSections(found === undefined ? [] : [found]),
      coverageSection([{ profile, calls: coverage.report() }]),
    ],
  };
}

/** What differed, as short as it gets. What the target said need not be readable: then the calls alone are told. */
function violationIn({ campaign, report, again = '', shrunk }: Fuzzed): Violation | undefined {
  const isShrunk = shrunk?.repeated === true;
  const met = isShrunk ? shrunk.met : report.divergence?.met;
  if (met === undefined) return undefined;
  const { clause } = met.difference;
  const title = headline(met) ?? `${met.questions.at(-1)?.op ?? 'the start'}: ${met.kind}`;
  const about = { title, clauses: clause === undefined ? [] : [clause], replay: again };
  try {
    const { recording } = sequenceFileOf(met, campaign.description, { found: again, isShrunk });
    return { ...recordedViolation(recording, about), isBroken: true };
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    const lines = [...met.questions.map(formatQuestion), ...formatDifference(met.difference)];
    return { ...about, lines, verdict: met.kind, isBroken: true, words: [], scenes: undefined, skipped: 0, ending: [] };
  }
}
