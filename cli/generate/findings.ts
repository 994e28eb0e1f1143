/** Writes docs/findings.md and docs/findings/: what real hypervisors did, with the calls that show it. */
import { judge } from '../../search/counterexamples/finding.ts';
import type { Finding, Recording } from '../../search/counterexamples/finding.ts';
import { replayCommandOf, shownOn, stepsOf, verdictOn } from '../explain/finding.ts';
import { anchorOf, clauseLink, generatedFrom, link, linkIds, oneBelow, table } from './markdown.ts';
import type { Place } from './markdown.ts';
import type { SourceFile } from './requirements.ts';

/** The gravest first. */
const order = ['isolation', 'availability', 'nothing'] as const satisfies readonly Finding['breaks'][];

const kinds: Readonly<Record<(typeof order)[number], string>> = {
  isolation: 'that break isolation',
  availability: 'that stop the machine',
  nothing: 'that break nothing',
};

/** The index, with what each is in a paragraph, and a page for those that break the same. */
export function renderFindings(all: readonly Finding[], places: ReadonlyMap<string, Place>): SourceFile[] {
  const findings = order.flatMap((what) => all.filter((one) => one.breaks === what));
  const rows = findings.map(({ title, breaks, recordings }) => [
    link(title, `#${anchorOf(title)}`),
    [...new Set(recordings.map(({ target }) => shownOn(target)))].join(', ') || 'the emulator',
    breaks,
  ]);
  const lines = [
    generatedFrom('counterexamples/findings'),
    '',
    '# Findings',
    '',
    'What the real hypervisor does, in QEMU, that a reader of the specification should know: defects, and behaviour that',
    'looks like a defect and is none. Every answer was given by the EL2 binary of the release that is named.',
    '`npx pvm-spec replay NAME` compares the recorded answers with the specification of that release, and with',
    '`--target linux-pkvm` the hypervisor’s answers now with those recorded, if the release is set up',
    '(`pvm-spec target setup linux-pkvm`). Either way the exit status is 1 as long as it is still so, and 0 once it is not.',
    'Campaigns leave out calls that stop the machine ([known crashes](targets.md#known-crashes)).',
    '',
    ...table(['finding', 'seen on', 'what it breaks'], rows),
    ...findings.flatMap((finding) => summary(finding, places)),
  ];
  const pages = order.map((what) => {
    const about = findings.filter(({ breaks }) => breaks === what);
    const head = [generatedFrom('counterexamples/findings'), '', `# Findings ${kinds[what]}`, ''];
    const text = [...head, `${link('All findings', 'findings.md')}.`, ...about.flatMap((one) => entry(one, places))];
    return { path: `docs/findings/${what}.md`, text: oneBelow(`${text.join('\n')}\n`) };
  });
  return [{ path: 'docs/findings.md', text: `${lines.join('\n')}\n` }, ...pages];
}

const summary = ({ title, breaks, happens, clause }: Finding, places: ReadonlyMap<string, Place>): string[] => [
  ...['', `## ${title}`, '', linkIds(happens, places), ''],
  `${link('The calls, and what an attacker gains', `findings/${breaks}.md#${anchorOf(title)}`)} · ${clauseLink(clause, places)}`,
];

function entry(finding: Finding, places: ReadonlyMap<string, Place>): string[] {
  const { title, happens, gains, unknown, clause, recordings, reproduce = [] } = finding;
  return [
    '',
    `## ${title}`,
    '',
    linkIds(happens, places),
    '',
    ...recordings.slice(0, 1).flatMap((recording) => ['```', ...stepsOf(recording), '```', '']),
    `**What an attacker gains.** ${linkIds(gains, places)}`,
    '',
    `**Not known.** ${unknown}`,
    '',
    `**The clause.** ${clauseLink(clause, places)}`,
    '',
    ...(recordings.length > 0 ? ['Recorded on:', '', ...recordings.map((one) => seen(one, finding, places))] : []),
    ...(reproduce.length > 0 ? ['```', ...reproduce, '```'] : []),
  ];
}

function seen(recording: Recording, { name }: Finding, places: ReadonlyMap<string, Place>): string {
  const { about, target } = recording;
  const which = about === undefined ? '' : `, ${about}`;
  const verdict = linkIds(verdictOn(recording, judge(recording)), places);
  return `- ${shownOn(target)} (${target.mode}, ${target.machine})${which}: ${verdict}. \`${replayCommandOf(name, recording)}\``;
}
