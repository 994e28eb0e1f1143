/** Writes docs/counterexamples/: an index, and pages on which every counterexample is drawn as `explain` draws it. */
import { stripVTControlCharacters } from 'node:util';
import { show } from '../explain/shown.ts';
import type { Shown } from '../explain/shown.ts';
import { galleryPages, groups } from './gallery-pages.ts';
import type { GalleryPage, Group } from './gallery-pages.ts';
import { anchorOf, fromDocs, generatedFrom, link, linkIds, table } from './markdown.ts';
import type { Place } from './markdown.ts';
import type { SourceFile } from './requirements.ts';

const folder = 'docs/counterexamples';

/** The five from which most can be learned. */
const first = [
  'relinquish-wipes-first',
  'host-tlb-not-told',
  'unshare-looks-at-one-side',
  'block-over-notes',
  'wipe-stays-in-the-cache',
];

/** What is known of clauses: where each stands, and its sentence. */
export interface Clauses {
  readonly places: ReadonlyMap<string, Place>;
  readonly texts: ReadonlyMap<string, string>;
}

interface Entry extends Shown {
  readonly file: string;
  readonly page: GalleryPage;
}

/** The pages, and by the path of each counterexample where it is drawn, from docs/ on. */
interface Gallery {
  readonly pages: readonly SourceFile[];
  readonly drawnAt: ReadonlyMap<string, string>;
}

/** All pages; a file that cannot be read is reported elsewhere, and is on none. */
export function renderGallery(files: readonly SourceFile[], clauses: Clauses): Gallery {
  const entries = files.flatMap(entryOf);
  const on = (page: GalleryPage): Entry[] => entries.filter((one) => one.page === page);
  const pages = galleryPages.filter((page) => on(page).length > 0);
  return {
    pages: [
      { path: `${folder}/README.md`, text: renderIndex(entries, pages) },
      ...pages.map((page) => ({ path: `${folder}/${page.name}.md`, text: renderPage(page, on(page), clauses) })),
    ],
    drawnAt: new Map(
      entries.map(({ file, page, title }) => [file, `counterexamples/${page.name}.md#${anchorOf(title)}`]),
    ),
  };
}

function entryOf({ path, text }: SourceFile): Entry[] {
  const shown = show(text, path);
  if (typeof shown === 'string') return [];
  const { fault = '', without } = shown;
  const chapter = path.split('/').at(-2) ?? '';
  const placed = { chapter, fault, call: without?.call ?? '', clause: without?.clause ?? '' };
  const page = galleryPages.find(({ holds }) => holds(placed));
  if (page === undefined) throw new Error(`unreachable: ${path} is on no page of cli/generate/gallery-pages.ts`);
  return [{ ...shown, title: headline(shown), file: path, page }];
}

/** The title as a heading: calls are code, and it begins like a sentence. */
const headline = ({ title, last }: Shown): string =>
  last === undefined ? `${title.slice(0, 1).toUpperCase()}${title.slice(1)}` : title.replace(last, `\`${last}\``);

/** What an entry is known by. */
const keyOf = ({ fault, without, name }: Entry): string => fault ?? without?.clause ?? name;

const toEntry = (entry: Entry, text: string, from = `${entry.page.name}.md`): string =>
  link(text, `${from}#${anchorOf(entry.title)}`);

function renderIndex(entries: readonly Entry[], pages: readonly GalleryPage[]): string {
  const count = (is: (entry: Entry) => boolean): number => entries.filter(is).length;
  const lines = [
    generatedFrom('counterexamples'),
    '',
    '# Counterexamples',
    '',
    `Each is the shortest sequence of calls, or the simplest evidence or log, after which a clause is broken: what an attacker does, and what is lost. ${count(({ without }) => without !== undefined)} leave one guard of the specification out; ${count(({ fault }) => fault !== undefined)} plant one mistake, most of which real systems made. Searches found all of them and know none. What real hypervisors did is in [findings](../findings.md).`,
    '',
    '## Five to begin with',
    '',
    ...first.flatMap((id) =>
      entries.filter(({ fault }) => fault === id).map((one) => `- ${toEntry(one, one.title)}: ${one.mistake ?? ''}`),
    ),
    '',
    '## How to read one',
    '',
    ...legend,
    ...(Object.keys(groups) as Group[]).flatMap((group) =>
      renderGroup(
        groups[group],
        pages.filter((page) => page.group === group),
        entries,
      ),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

const legend = [
  'The first lines say where it starts: which VMs there are, and whose the pages are that it is about. Then each line is a',
  'call: its number, who makes it, its answer, and what it changes. P0, P1, … are pages, G0, G1, … frames of a VM, VM0,',
  'VM1, … VMs in the order in which they were reserved; `host` and `hyp` are the views that the host and the hypervisor',
  'have of a page. ✗ marks the call after which the clause is broken, and the last line says what is lost. Below the calls,',
  'each page that changes hands is drawn:',
  '',
  '```',
  '█ owns  ▓ owns, shared  ░ borrows  · no access',
  '```',
  '',
  '`npx pvm-spec explain NAME` draws one in a terminal, and `npx pvm-spec replay NAME` runs it again; the names are those',
  'below.',
];

/** The pages of a group, and each entry by what it is known by. */
const renderGroup = (title: string, pages: readonly GalleryPage[], entries: readonly Entry[]): string[] => [
  '',
  `## ${title}`,
  '',
  ...table(
    ['page', 'counterexamples'],
    pages.map((page) => {
      const own = entries.filter((one) => one.page === page);
      const shared = (one: Entry): boolean => own.some((other) => other !== one && keyOf(other) === keyOf(one));
      const name = (one: Entry): string => (shared(one) ? `${keyOf(one)} of ${one.without?.call ?? ''}` : keyOf(one));
      return [link(page.title, `${page.name}.md`), own.map((one) => toEntry(one, name(one))).join(', ')];
    }),
  ),
];

function renderPage(page: GalleryPage, entries: readonly Entry[], clauses: Clauses): string {
  const lines = [
    generatedFrom('counterexamples'),
    '',
    `# ${page.title}`,
    '',
    `${groups[page.group]}. ${page.about} [How to read one](README.md#how-to-read-one), [all counterexamples](README.md).`,
    '',
    ...entries.map((one) => `- ${toEntry(one, one.title, '')}`),
    ...entries.flatMap((one) => renderEntry(one, clauses)),
  ];
  return `${lines.join('\n')}\n`;
}

function renderEntry(entry: Entry, clauses: Clauses): string[] {
  const { title, without, fault, breaks, mistake, known, story, drawing, file } = entry;
  const clause = (id: string): string => `${linked(id, clauses)}: ${linked(clauses.texts.get(id) ?? '', clauses)}`;
  const isSame = without?.clause === breaks;
  const shown = link(without === undefined ? (fault ?? '') : 'file', `../${fromDocs(file)}`);
  return [
    '',
    `## ${title}`,
    '',
    ...(story === undefined ? [] : [story, '']),
    ...(without === undefined
      ? [`The fault, ${shown}: ${mistake ?? ''}.${known === undefined ? '' : ` Known: ${known}.`}`]
      : [`Left out${isSame ? ', and so broken' : ''} (${shown}): ${clause(without.clause)}`]),
    '',
    ...(isSame ? [] : [`Breaks ${clause(breaks)}`, '']),
    '```',
    ...drawing.map((line) => stripVTControlCharacters(line).trimEnd()),
    '```',
  ];
}

/** Clauses are linked from a page one folder down. */
const linked = (text: string, { places }: Clauses): string => linkIds(text, places).replaceAll('](spec/', '](../spec/');
