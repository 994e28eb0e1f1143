/** The page of a clause: its text, and all that stands behind it. */
import { stripVTControlCharacters } from 'node:util';
import type { Answered } from '../answered/result.ts';
import { citationOf } from '../clauses/place.ts';
import { isAbout } from '../generate/evidence.ts';
import type { GuardUse } from '../generate/evidence.ts';
import { guardsAt } from '../generate/guards.ts';
import { groundsLines } from '../generate/grounds.ts';
import { link, table } from '../generate/markdown.ts';
import type { readEvidence } from '../evidence.ts';
import type { Shown } from '../explain/shown.ts';
import { breaks } from '../strength/result.ts';
import type { Clause } from '../../spec/clauses.generated.ts';
import { drawnAt, figureOf, keyOfFigures } from './drawn.ts';
import { addressOf, pageOf, partOf, textAt } from './prose.ts';
import type { Told } from './prose.ts';

/** What pages of clauses are made from. */
export interface Known {
  readonly evidence: ReturnType<typeof readEvidence>;
  readonly answered: readonly Answered[];
  /** The chapters by their names. */
  readonly chapters: ReadonlyMap<string, string>;
  /** A counterexample by its file, run again. */
  readonly shown: (file: string) => Shown | undefined;
}

/** So many counterexamples are drawn on the page of a clause; the others are linked. */
const mostDrawn = 6;

export function clausePage(clause: Clause, known: Known): Told {
  const { id, chapter } = clause;
  const at = `docs/spec/${chapter}.md`;
  const prose = pageOf(at, partOf(id, known.chapters.get(chapter) ?? ''), `c/${id}/index.md`);
  const files: string[] = [...prose.files];
  const toFile = (text: string, file: string): string => {
    files.push(file);
    return link(text, textAt(file));
  };
  const { evidence } = known;
  const ofClause = <T extends { readonly clause: string }>(some: readonly T[]): T[] =>
    some.filter((one) => one.clause === id);
  const guards = ofClause(evidence.guards);
  const text = [
    `# ${id}`,
    prose.text,
    `In its chapter: ${link(clause.section, `/docs/spec/${chapter}.md#${id.toLowerCase()}`)}.`,
    ...section('Guards and checks', guardRows(guards, known)),
    ...section('By release', releaseRows(id, guards, known)),
    ...section('Grounds', bullets(groundsLines(evidence.groundsFor(id)))),
    ...section(
      'Properties',
      bullets(ofClause(evidence.properties).map((one) => `${toFile(one.kind, one.file)}: ${one.statement}`)),
    ),
    ...section('Counterexamples', counterexamples(id, known)),
    ...section(
      'Findings in real hypervisors',
      bullets(ofClause(evidence.findings).map((one) => toFile(one.title, `counterexamples/findings/${one.name}.json`))),
    ),
    ...section(
      'Faults planted in a real hypervisor',
      bullets(
        evidence.planted
          .filter((row) => breaks(row).includes(id))
          .map(({ patch }) => toFile(patch.description, `mutants/kernel/${patch.name}.patch`)),
      ),
    ),
    ...section('Not checked', bullets(evidence.waivers.filter((one) => one.id === id).map(({ reason }) => reason))),
    ...section('How to cite', ['```', citationOf(clause), '```', '', `This page stays at \`${addressOf(id)}\`.`]),
  ];
  return { text: `${text.join('\n\n')}\n`, files };
}

const section = (heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`## ${heading}`, lines.join('\n')];

const bullets = (lines: readonly string[]): string[] => lines.map((line) => `- ${line}`);

function guardRows(guards: readonly GuardUse[], { evidence }: Known): string[] {
  if (guards.length === 0) return [];
  const rows = guards.map(({ call, kind, words, waiver = '' }) => [
    link(call, kind === 'check' ? '/docs/checks.md' : `/${guardsAt(call, evidence.profiles, evidence.index)}`),
    words.join('<br>'),
    waiver,
  ]);
  return table(['call', 'what it asks', 'why it has no counterexample'], rows);
}

/** For each profile: which of its calls have the guard, and which releases of it have refused a call by it. */
function releaseRows(id: string, guards: readonly GuardUse[], { evidence, answered }: Known): string[] {
  const { sampled } = evidence.groundsFor(id);
  const rows = evidence.profiles.flatMap(({ name }) => {
    const calls = guards.filter(({ profiles }) => profiles.includes(name)).map(({ call }) => call);
    const releases = answered
      .filter((one) => one.profile === name && calls.some((call) => one.refused[call]?.includes(id) === true))
      .map(({ release }) => release);
    const isJudged = sampled.includes(name);
    if (calls.length === 0 && !isJudged) return [];
    return [[name, calls.join(', '), [...new Set(releases)].join(', '), isJudged ? 'yes' : '']];
  });
  return rows.length === 0
    ? []
    : table(['profile', 'asked in', 'real systems that refused a call by it', 'judged in samples'], rows);
}

function counterexamples(id: string, { evidence, shown }: Known): string[] {
  const about = evidence.counterexamples
    .filter((one) => isAbout(id, one))
    .flatMap((one) => {
      const drawn = shown(one.file);
      return drawn === undefined ? [] : [{ ...one, drawn }];
    })
    .sort((one, other) => Number(other.without?.clause === id) - Number(one.without?.clause === id));
  if (about.length === 0) return [];
  const toDrawn = ({ name, drawn }: (typeof about)[number]): string =>
    link(drawn.title.replaceAll('_', '\\_'), drawnAt(name));
  const drawn = about.slice(0, mostDrawn).flatMap((one) => {
    const { under, breaks: broken, story, drawing } = one.drawn;
    const figure = figureOf(one.drawn);
    return [
      '',
      `**${toDrawn(one)}**: ${broken} breaks ${under}.${story === undefined ? '' : ` ${story}`}`,
      '',
      ...(figure === '' ? ['```', ...drawing.map(plain), '```'] : [figure]),
    ];
  });
  const others = about.slice(mostDrawn).map(toDrawn);
  return [
    keyOfFigures,
    ...drawn,
    ...(others.length === 0 ? [] : ['', `${others.length} more, drawn on pages of their own:`, '', ...bullets(others)]),
  ];
}

/** Without what colours it in a terminal. */
const plain = (line: string): string => stripVTControlCharacters(line).trimEnd();
