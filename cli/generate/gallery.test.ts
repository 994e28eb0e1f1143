import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lengthOf, widest } from '../explain/columns.ts';
import { show } from '../explain/shown.ts';
import { fileOf } from '../counterexamples.ts';
import { readInputs, root } from './inputs.ts';
import { anchorOf } from './markdown.ts';

const inputs = readInputs();
/** As they are kept, which `npm run generate:check` holds to what is drawn. */
const pageAt = (path: string) => ({ path, text: readFileSync(new URL(path, root), 'utf8') });
const folder = 'docs/counterexamples';
const pages = readdirSync(new URL(folder, root)).map((name) => pageAt(`${folder}/${name}`));
const index = pages.find(({ path }) => path.endsWith('/README.md'))?.text ?? '';
const drawn = pages.filter(({ path }) => !path.endsWith('/README.md'));

/** Each is drawn once for all that is asked of it. */
const gallery = [...inputs.counterexamples, ...inputs.plain].map(({ path, text }) => {
  const shown = show(text, path);
  if (typeof shown === 'string') throw new Error(`${path}: ${shown}`);
  return { path, shown };
});

/** The lines inside code blocks. */
const inBlocks = (text: string): string[] =>
  [...text.matchAll(/^```\n([^]*?)^```$/gm)].flatMap(([, block = '']) => block.split('\n'));

describe('the pages of counterexamples', () => {
  test.each(pages)('$path is not too long, and no line of a block is too wide', ({ text }) => {
    expect(inBlocks(text).filter((line) => lengthOf(line) > widest)).toEqual([]);
    expect(text.split('\n').length).toBeLessThan(400);
  });

  test('those of findings are not too long either, and have no line of a block that is too wide', () => {
    const texts = readdirSync(new URL('docs/findings', root)).map((name) => pageAt(`docs/findings/${name}`).text);
    expect(texts.flatMap(inBlocks).filter((line) => lengthOf(line) > widest)).toEqual([]);
    expect(texts.flatMap(inBlocks).length).toBeGreaterThan(100);
    for (const text of texts) expect(text.split('\n').length).toBeLessThan(450);
  });

  test.each(gallery)('$path is drawn on one page, under its title, and listed in the index', ({ path, shown }) => {
    expect(shown.broken).toBeDefined();
    const links = drawn.filter((page) => page.text.includes(`](../../${path})`));
    expect(links).toHaveLength(1);
    const [page] = links;
    const anchor = anchorOf(shown.title);
    expect(
      page?.text.split('\n').filter((line) => line.startsWith('## ') && anchorOf(line.slice(3)) === anchor),
    ).toHaveLength(1);
    expect(page?.text).toContain(`(#${anchor})`);
    expect(index).toContain(`${page?.path.split('/').at(-1) ?? ''}#${anchor})`);
    for (const clause of [shown.breaks, ...(shown.without === undefined ? [] : [shown.without.clause])])
      expect(page?.text).toMatch(new RegExp(`\\[${clause}\\]\\(\\.\\./spec/[a-z-]+\\.md#${clause.toLowerCase()}\\)`));
  });
});

test('no two counterexamples or findings have one title', () => {
  const titles = [
    ...gallery.map(({ shown }) => shown.title),
    ...inputs.findings.map(({ text }) => (JSON.parse(text) as { title: string }).title),
  ];
  expect(titles.filter((title, at) => titles.indexOf(title) < at)).toEqual([]);
  expect(titles.length).toBeGreaterThan(300);
});

test('each is found by the name, the title and the fault under which the tool prints it', () => {
  for (const { path, shown } of gallery) {
    const names = [shown.name, shown.title, ...(shown.fault === undefined ? [] : [shown.fault])];
    expect(names.map((name) => fileOf(name).endsWith(path))).toEqual(names.map(() => true));
  }
});

test('the README shows a counterexample as it is drawn', () => {
  const readme = readFileSync(new URL('README.md', root), 'utf8');
  const text = readFileSync(fileOf('unshare-hyp-borrowed'), 'utf8');
  const shown = show(text);
  if (typeof shown === 'string') throw new Error(shown);
  expect(inBlocks(readme).join('\n')).toContain(shown.drawing.join('\n'));
});
