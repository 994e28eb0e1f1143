/** The sources of the site: pages of the repository, a page for each clause, each counterexample, the explorer. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readAnswered } from '../answered/result.ts';
import { readEvidence } from '../evidence.ts';
import { show } from '../explain/shown.ts';
import { explorerPage } from '../explore/shell.ts';
import { root as rootUrl } from '../generate/inputs.ts';
import { link } from '../generate/markdown.ts';
import { clauses } from '../../spec/clauses.generated.ts';
import type { Clause } from '../../spec/clauses.generated.ts';
import { clausePage } from './clause.ts';
import type { Known } from './clause.ts';
import { drawnAt, pageOfDrawn } from './drawn.ts';
import { addressOf, pageOf, placedAt, textAt, withAddresses } from './prose.ts';
import { setUp } from './theme.ts';

const root = fileURLToPath(rootUrl);
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Every file of the site's sources, by its path; `script` is that of the explorer. */
export function sourcesOf(script: string): ReadonlyMap<string, string> {
  const known = readKnown();
  const files = new Map<string, string>(Object.entries(setUp(sidebarOf())));
  const linked = new Set<string>();
  const put = (at: string, told: { readonly text: string; readonly files: readonly string[] }): void => {
    files.set(at, told.text);
    for (const file of told.files) linked.add(file);
  };
  for (const path of repositoryPages()) {
    const { text, files: ofPage } = pageOf(path, read(path));
    put(placedAt(path), { text: path.startsWith('docs/spec/') ? withAddresses(text) : text, files: ofPage });
  }
  for (const clause of Object.values(clauses)) put(`c/${clause.id}/index.md`, clausePage(clause, known));
  files.set('c/index.md', listOfClauses());
  for (const { file } of known.evidence.counterexamples) {
    const shown = known.shown(file);
    if (shown !== undefined) files.set(`public${drawnAt(shown.name)}`, pageOfDrawn(shown, file));
  }
  for (const file of linked) files.set(`public${textAt(file)}`, textOf(file));
  files.set('public/explore/index.html', explorerPage(script));
  return files;
}

/** All that pages of clauses are made from, read from the repository. */
export function readKnown(): Known {
  const evidence = readEvidence();
  const chapters = new Set(Object.values(clauses).map(({ chapter }) => chapter));
  return {
    evidence,
    answered: readAnswered(),
    chapters: new Map([...chapters].map((chapter) => [chapter, read(`docs/spec/${chapter}.md`)])),
    shown: once((file) => {
      const shown = show(read(file));
      return typeof shown === 'string' ? undefined : shown;
    }),
  };
}

/** What is asked for again is not made again. */
function once<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

/** The pages of the repository, as Git knows them. */
const repositoryPages = (): string[] =>
  readdirSync(root)
    .filter((name) => isOurs(name))
    .flatMap((name) =>
      statSync(join(root, name)).isDirectory()
        ? readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).map((inner) => `${name}/${inner}`)
        : [name],
    )
    .filter((path) => path.endsWith('.md') && isOurs(path))
    .sort();

const isOurs = (path: string): boolean => !/(^|\/)(node_modules|dist|report|coverage|\.[^/]*)(\/|$)/.test(path);

/** A file as it is; of a folder, what is in it. */
function textOf(path: string): string {
  const place = join(root, path);
  if (!existsSync(place)) throw new Error(`a page links to ${path}, which is not there`);
  return statSync(place).isDirectory() ? `${readdirSync(place).sort().join('\n')}\n` : read(path);
}

const chaptersOf = (all: readonly Clause[]): string[] => [...new Set(all.map(({ chapter }) => chapter))];

function listOfClauses(): string {
  const all: readonly Clause[] = Object.values(clauses);
  const lines = chaptersOf(all).flatMap((chapter) => [
    '',
    `## ${chapter}`,
    '',
    ...all.filter((one) => one.chapter === chapter).map(({ id, text }) => `- ${link(id, addressOf(id))}: ${text}`),
  ]);
  return `# Clauses\n\nEach on a page of its own, whose address stays.\n${lines.join('\n')}\n`;
}

/** The title of a page, as its first heading has it. */
const titleOf = (path: string): string => /^# (.*)$/m.exec(read(path))?.[1] ?? basename(path, '.md');

function sidebarOf() {
  const item = (path: string) => ({ text: titleOf(path), link: `/${placedAt(path).replace(/(index)?\.md$/, '')}` });
  const under = (folder: string) =>
    repositoryPages().filter((path) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'));
  const group = (text: string, folder: string) => ({ text, collapsed: true, items: under(folder).map(item) });
  return [
    { text: 'Documentation', items: [item('README.md'), ...under('docs').map(item)] },
    group('Chapters', 'docs/spec'),
    group('Guards', 'docs/guards'),
    group('Laws', 'docs/laws'),
    group('Profiles', 'docs/profiles'),
    group('Findings', 'docs/findings'),
    group('Counterexamples', 'docs/counterexamples'),
    group('Decisions', 'docs/decisions'),
    {
      text: 'Code',
      collapsed: true,
      items: [
        'CONTRIBUTING.md',
        ...['spec', 'properties', 'model', 'search', 'cli'].map((room) => `${room}/README.md`),
      ].map(item),
    },
  ];
}
