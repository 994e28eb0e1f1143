import { describe, expect, test } from 'vitest';
import { nearest } from '../nearest.ts';
import { noClause } from './no-clause.ts';
import { readLibrary } from './library.ts';
import { isRow, rowLines } from './row.ts';
import { search, suggestion } from './search.ts';

const { entries, synonyms, prose } = readLibrary();
const found = (query: string): readonly string[] => search(query, entries, synonyms).map(({ id }) => id);

describe('a search finds', () => {
  test.each([
    ['a term by another name', 'context identifier', 'CID-LIVE-UNIQUE'],
    ['a term by an older name', 'BCC', 'CHAIN-FORM'],
    ['a term by a name in small letters', 'bcc', 'CHAIN-FORM'],
    ['words in another form and order', 'page wipe', 'MEM-WIPE'],
    ['words that stand apart', 'shared wipe', 'MEM-WIPE-SHARED'],
    ['a CVE among the sources', 'CVE-2026-0028', 'SHARE-GUEST-PFN'],
    ['a CVE in an explanation', 'cve-2023-21264', 'SHARE-HYP-MEMORY'],
    ['a CVE of a planted fault', 'CVE-2025-22413', 'CPU-POWER'],
    ['a row of the requirements', 'h-03', 'MEM-WIPE'],
    ['a part of an id', 'hyp-owned', 'SHARE-HYP-OWNED'],
    ['a source', 'hyp_poison_page', 'MEM-WIPE'],
  ])('%s: %s', (_, query, id) => {
    expect(found(query)).toContain(id);
  });

  test('the same in any order', () => {
    expect(found('wipe page')).toEqual(found('page wipe'));
    expect(found('page wipe').length).toBeGreaterThan(3);
  });

  test('only clauses with all of the words', () => {
    expect(found('page challenge vsock')).toEqual([]);
    expect(found('CVE-2026-0028').length).toBeLessThan(4);
  });

  test('a number as a whole: P-1 is not P-10', () => {
    expect(found('P-10')).toContain('MEM-CONFIDENTIAL');
    expect(found('P-1')).toEqual([]);
  });

  test('what is in the id or the sentence before what is in a note, with the note', () => {
    const hits = search('page wipe', entries, synonyms);
    const notes = hits.map(({ note }) => note);
    expect(notes[0]).toBeUndefined();
    expect(notes.at(-1)).toMatch(/wip|page/i);
    expect(Math.max(...notes.map((note) => note?.length ?? 0))).toBeLessThan(110);
  });

  test('nothing, where there are no words', () => {
    expect(found('…')).toEqual([]);
  });
});

describe('a near miss', () => {
  test.each([
    ['recliam', 'reclaim'],
    ['contxt identifier', 'context identifier'],
    ['MEM-WIPR', 'MEM-WIPE'],
    ['CVE-2026-0029', 'CVE-2026-0028'],
  ])('%s: %s is suggested', (query, meant) => {
    expect(suggestion(query, entries, synonyms)?.toLowerCase()).toBe(meant.toLowerCase());
  });

  test('is not seen in what is far from everything', () => {
    expect(suggestion('xylophone', entries, synonyms)).toBeUndefined();
  });

  test('of an id is told in one line', () => {
    expect(noClause('MEM-WIPPE', ['MEM-WIPE', 'MEM-WIPE-SHARED'])).toBe('no clause MEM-WIPPE; did you mean MEM-WIPE?');
    expect(noClause('XXXX', ['MEM-WIPE'])).toBe('no clause XXXX; `pvm-spec clauses` lists them');
  });

  test('is one letter in four at the most, and two that are swapped are one', () => {
    expect(nearest('pgae', ['page'])).toEqual(['page']);
    expect(nearest('pxxe', ['page'])).toEqual([]);
    expect(nearest('pages', ['paged', 'page', 'pages'])[0]).toBe('pages');
  });
});

describe('a row of the requirements', () => {
  test.each([
    ['H-03', 'MEM-WIPE  '],
    ['p-02', 'no clause covers it yet: it waits for chapter android (docs/spec/waived.md:'],
    ['s0-21', 'no clause covers it yet: it waits for chapter device (docs/spec/waived.md:'],
    ['V-01', 'no clause covers it: The row defines availability'],
  ])('%s is shown with what becomes of it', (id, line) => {
    expect(isRow(id)).toBe(true);
    const lines = rowLines(id, prose) ?? [];
    expect(lines[0]).toMatch(new RegExp(`^${id.toUpperCase()} {3}\\S.*\\.$`));
    expect(lines.filter((one) => one.startsWith(line))).toHaveLength(1);
  });

  test('that is not there is no row', () => {
    expect(rowLines('P-99', prose)).toBeUndefined();
    expect(isRow('MEM-WIPE')).toBe(false);
  });
});
