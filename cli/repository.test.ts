import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clauses } from '../spec/clauses.generated.ts';
import { citationOf, placeOf } from './clauses/place.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

test('package-lock.json names no registry', () => {
  const hosted = read('package-lock.json')
    .split('\n')
    .filter((line) => /"resolved":|\.tgz"/.test(line));
  expect(hosted).toEqual([]);
});

test('all that `npm run check` does is done before a change is accepted', () => {
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: { readonly check: string } };
  const steps = new Set([...read('.ci/run').matchAll(/^ *step \w+ (npm .*)$/gm)].map(([, step]) => step));
  expect(scripts.check.split(' && ').filter((step) => !steps.has(step))).toEqual([]);
});

describe('a citation', () => {
  const manifest = JSON.parse(read('package.json')) as Readonly<Record<string, unknown>>;
  const fields = new Map(
    [...read('CITATION.cff').matchAll(/^([\w-]+): *(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );

  test('names what the package is', () => {
    expect(fields.get('cff-version')).toBe('1.2.0');
    const named = ['title', 'abstract', 'version', 'license'].map((field) => fields.get(field));
    expect(named).toEqual([manifest['name'], manifest['description'], manifest['version'], manifest['license']]);
    expect(fields.get('message')).toBeTruthy();
    expect(read('CITATION.cff')).toMatch(/^authors:\n {2}- name: \S/m);
  });
});

describe('what is not covered is said, and the numbers are right', () => {
  const section = (name: string): string[] =>
    (read('docs/spec/waived.md').split(`## ${name}\n`)[1]?.split('\n## ')[0] ?? '')
      .split('\n')
      .filter((line) => line.startsWith('- '));
  const rows = read('docs/spec/requirements.md').match(/^\| (?:S0|[A-Z])-\d\d /gm)?.length ?? 0;
  const waived = `**${section('Waived').length} of the ${rows} requirements are waived**`;
  const { length } = section('Clauses without a check');
  const unchecked = length === 1 ? '1 clause has no check' : `${length} clauses have no check`;

  test('in the README', () => {
    expect(read('README.md')).toContain(waived);
    expect(read('README.md')).toContain(`[${unchecked}](docs/assurance.md#not-covered)`);
  });

  test('in the page on assurance', () => {
    expect(read('docs/assurance.md')).toContain(waived);
    expect(read('docs/assurance.md')).toContain(`**${unchecked}**`);
  });
});

/** A page without what stands in code, where brackets mean something else. */
const prose = (text: string): string => text.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, 'code');

/** The anchors of a page, as GitHub makes them of its headings; a heading that is listed twice is numbered. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of text.replaceAll(/^```[^]*?^```/gm, '').matchAll(/^#{1,6} +(.*?) *$/gm)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    let name = slug;
    for (let i = 1; anchors.has(name); i++) name = `${slug}-${i}`;
    anchors.add(name);
  }
  return anchors;
}

/** What is wrong with a link on a page, if anything. */
function flawOf(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), decodeURI(path)));
  if (!existsSync(join(root, file))) return `${page}: ${link}: there is no ${file}`;
  if (anchor === undefined || anchorsOf(read(file)).has(anchor)) return undefined;
  return `${page}: ${link}: ${file} has no heading of that name`;
}

const linksOf = (page: string): string[] =>
  [...prose(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link));

/** What Git passes over, here as well. */
const isOurs = (path: string): boolean => !/(^|\/)(node_modules|dist|report|coverage|\.[^/]*)(\/|$)/.test(path);
const pages = readdirSync(root)
  .filter(isOurs)
  .flatMap((name) =>
    statSync(join(root, name)).isDirectory()
      ? readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).map((inner) => join(name, inner))
      : [name],
  )
  .filter((path) => path.endsWith('.md') && isOurs(path));

/**
 * Files that a page names without a link and that are not there, seen from the root or from where the page lies. The
 * chapters name files of their sources.
 */
const filesMissed = (page: string): string[] =>
  (page.startsWith('docs/spec/')
    ? []
    : [
        ...read(page)
          .replaceAll(/^```[^]*?^```/gm, '')
          .matchAll(/`([a-z][\w./-]*\/[\w.-]+\.(?:ts|md|json|py|c|jsonl))`/g),
      ]
  )
    .map(([, file = '']) => file)
    .filter(
      (file) => !file.includes('NNNN') && !existsSync(join(root, file)) && !existsSync(join(root, dirname(page), file)),
    );

describe('links lead somewhere', () => {
  test.each(pages)('in %s', (page) => {
    expect(linksOf(page).flatMap((link) => flawOf(page, link) ?? [])).toEqual([]);
    expect(filesMissed(page)).toEqual([]);
  });

  test('each clause is under the page and the anchor by which it is cited', () => {
    const flaws = Object.values(clauses).flatMap((clause) => {
      const { file, anchor } = placeOf(clause);
      return flawOf('README.md', `${file}#${anchor}`) ?? [];
    });
    expect(flaws).toEqual([]);
    expect(read('docs/spec/README.md')).toContain(`*${citationOf(clauses['MEM-WIPE'])}*`);
  });

  test('and one that does not is told', () => {
    expect(linksOf('README.md').length).toBeGreaterThan(10);
    expect(flawOf('README.md', 'docs/none.md')).toBe('README.md: docs/none.md: there is no docs/none.md');
    expect(flawOf('README.md', 'docs/targets.md#none')).toContain('docs/targets.md has no heading of that name');
    expect(flawOf('docs/targets.md', '#linux-pkvm')).toBeUndefined();
  });
});
