/** Writes two pages of docs/profiles/: how verifiers of evidence that are in use differ, and on which evidence. */
import { evidenceFaults } from '../../mutants/evidence/all.ts';
import type { EvidenceCounterexample } from '../../mutants/evidence/file.ts';
import { bytesOf } from '../../mutants/evidence/fault.ts';
import { appraise } from '../../properties/evidence/appraise.ts';
import { decisionOf, formatDecision } from '../../properties/evidence/decision.ts';
import type { Exhibit } from '../../search/evidence/exhibits.ts';
import { exhibits } from '../../search/evidence/exhibits.ts';
import { differences, heard } from '../../search/evidence/hwtrust-verdicts.ts';
import { optionsNamed } from '../../search/evidence/option-sets.ts';
import type { Appraiser } from '../../spec/evidence/appraiser.ts';
import { asSpecified } from '../../spec/evidence/appraiser.ts';
import { defaultOptions } from '../../spec/evidence/options.ts';
import type { Index } from './guards.ts';
import { generatedFrom, linkIds, oneBelow, table } from './markdown.ts';
import type { SourceFile } from './requirements.ts';

export function renderAppraisers(
  appraisers: readonly Appraiser[],
  evidence: readonly EvidenceCounterexample[],
  index: Index,
): SourceFile[] {
  const differing = [
    generatedFrom('spec/evidence/appraisers'),
    '',
    '# Verifiers',
    '',
    'Android has several verifiers of DICE chains, and they disagree. Each is written as its differences from',
    '[the checks](checks.md); `attest verify --verifier NAME` judges as that one does. Where its source says nothing about a',
    'check, the check is assumed. What was only read in a source, and not seen in a run, says so.',
    ...appraisers.flatMap((appraiser) => ['', ...renderAppraiser(appraiser, index)]),
  ];
  const disagreeing = [
    generatedFrom('spec/evidence/appraisers, counterexamples/evidence and model/vectors'),
    '',
    '# Where verifiers disagree',
    '',
    'What [the verifiers](profiles/verifiers.md) that are in use decide, beside what is specified. Only hwtrust is ever given',
    'requests; for the others the tables show what their checks would decide.',
    '',
    ...renderRun(index),
    '',
    '## Where they disagree',
    '',
    'Evidence that was drawn and on which the verifiers disagree, each piece a file in `counterexamples/evidence/`. A denial',
    'is shown as its clause. What is lost is so where the one that believes it is relied on for more than it checks;',
    '[counterexamples](counterexamples/README.md#a-fault-in-a-verifier-of-evidence) tell the story of each.',
    '',
    ...table(
      ['evidence', ...[asSpecified, ...appraisers].map(({ name }) => name), 'what is lost', 'fault'],
      evidence.flatMap((one) => disagreement(one, appraisers, index)),
    ),
    '',
    'And evidence that shows what no fault does; `search/evidence/exhibits.ts` makes it.',
    '',
    ...table(
      ['evidence', ...[asSpecified, ...appraisers].map(({ name }) => name), 'what is made of it'],
      exhibits.map(({ description, loses, ...one }) => [description, ...decisionsOf(one, appraisers, index), loses]),
    ),
  ];
  return [
    { path: 'docs/profiles/verifiers.md', text: oneBelow(`${differing.join('\n')}\n`) },
    { path: 'docs/profiles/disagreements.md', text: oneBelow(`${disagreeing.join('\n')}\n`) },
  ];
}

const renderAppraiser = ({ name, description, departures }: Appraiser, index: Index): string[] => [
  ...[`## ${name}`, '', description, ''],
  ...departures.map(({ description: how, grounds, unasked }) =>
    linkIds(
      `- ${how}${unasked === undefined ? '' : ` (${unasked.join(', ')})`}${grounds === 'read' ? ' – read' : ''}`,
      index.clauses,
    ),
  ),
];

/** The inputs on which a verifier was run, and what is specified for those that are decided otherwise. */
function renderRun(index: Index): string[] {
  const found = differences();
  const accepts = found.filter(({ specified }) => specified.verdict !== 'denied').length;
  return [
    '## hwtrust, run',
    '',
    `Of ${heard().length} inputs that hwtrust was run on, \`--verifier hwtrust\` decides all as it does, and the specification`,
    `${found.length} otherwise: it denies ${found.length - accepts} that are accepted there, and accepts ${accepts} that are denied. The number is the line in`,
    '`model/vectors/hwtrust-verdicts/verdicts.jsonl`.',
    '',
    ...table(
      ['input', 'hwtrust', 'as specified', 'hwtrust …', 'and not so here, because'],
      found.map(({ input, specified, because: [first] }) => [
        `${input.line} (${input.kind})`,
        input.verdict === 'denied' ? `denied: ${input.says.split(': ').at(-1) ?? ''}` : input.verdict,
        linkIds(formatDecision(specified), index.clauses),
        first?.description ?? '',
        linkIds(first?.why ?? '', index.clauses),
      ]),
    ),
  ];
}

const decisionsOf = (
  { make, options }: Pick<Exhibit, 'make' | 'options'>,
  appraisers: readonly Appraiser[],
  index: Index,
): string[] =>
  [asSpecified, ...appraisers].map((appraiser) => {
    const decision = decisionOf(appraise(make('a device'), { ...defaultOptions, ...options }, appraiser));
    return linkIds(formatDecision(decision), index.clauses);
  });

/** A row, if there is a disagreement; the way in which the evidence is made is said without the sound part. */
function disagreement(one: EvidenceCounterexample, appraisers: readonly Appraiser[], index: Index): string[][] {
  const [bytes, options] = [bytesOf(one), optionsNamed(one.options)];
  const decisions = [asSpecified, ...appraisers].map((appraiser) => decisionOf(appraise(bytes, options, appraiser)));
  if (new Set(decisions.map(({ verdict }) => verdict)).size === 1) return [];
  const [sound = '', ...edits] = one.made;
  const under = one.options === 'default' ? [] : [`options “${one.options}”`];
  const made = [...(edits.length === 0 ? [sound] : edits), ...under].join('; ');
  const loses = evidenceFaults.find(({ id }) => id === one.fault)?.loses ?? '';
  const cells = decisions.map((decision) => linkIds(formatDecision(decision), index.clauses));
  return [[made, ...cells, loses, `\`${one.fault}\``]];
}
