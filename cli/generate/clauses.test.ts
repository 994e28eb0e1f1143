import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseClauses, ProseError } from './clauses.ts';
import { renderClauses } from './clauses-file.ts';
import { citableIn } from './clauses-sources.ts';
import { checkRequirements, type SourceFile } from './requirements.ts';

const sentence = 'A page MUST NOT be lost.';
const fields = [
  '- Status: guarantee',
  '- Upheld by: hypervisor',
  '- Survives: compromised host',
  '- Source: A text, "Hypervisor"; R-ONE',
  '- Rows: H-01',
];
const table: SourceFile = {
  path: 'spec/requirements.md',
  text: '| H-01 | memory | 001 | A. |\n| H-02 | dma | 001 | B. |',
};
const rulings: SourceFile = { path: 'spec/rulings.md', text: '## R-ONE\nThis reading holds.' };
const sources: SourceFile = { path: 'spec/sources.md', text: '## Source texts\n\n- **A text**: first\n\n## Others' };

/** A chapter with one clause at line 5, its sentence at line 6 and its fields from line 8. */
function chapter(parts: { id?: string; section?: string; text?: string; fields?: readonly string[] } = {}): SourceFile {
  const { id = 'MEM-KEPT', section = '## Ownership', text = sentence } = parts;
  const lines = ['# Memory', '', section, '', `### ${id}`, text, '', ...(parts.fields ?? fields), '', 'Why it holds.'];
  return { path: 'spec/memory.md', text: lines.join('\n') };
}

/** The fields above with one of them replaced, or left out. */
const fieldsBut = (place: number, ...others: string[]): string[] => fields.toSpliced(place, 1, ...others);

function problemsOf(...files: readonly SourceFile[]): readonly string[] {
  try {
    parseClauses([...files, table, rulings, sources]);
    return [];
  } catch (error) {
    if (error instanceof ProseError) return error.problems;
    throw error;
  }
}

describe('a well-formed clause', () => {
  test('is read with all its parts', () => {
    expect(parseClauses([chapter(), table, rulings, sources])).toEqual([
      {
        id: 'MEM-KEPT',
        chapter: 'memory',
        section: 'Ownership',
        text: sentence,
        status: 'guarantee',
        upheldBy: 'hypervisor',
        survives: 'compromised host',
        sources: ['A text, "Hypervisor"', 'R-ONE'],
        rows: ['H-01'],
      },
    ]);
  });

  test('may break its sentence and its fields over lines, and do without rows', () => {
    const broken = [...fieldsBut(3, '- Source: A text,', '  "Hypervisor"').slice(0, -1)];
    const [clause] = parseClauses([chapter({ text: 'A page\nMAY be lost.', fields: broken }), table, rulings, sources]);
    expect(clause).toMatchObject({ text: 'A page MAY be lost.', sources: ['A text, "Hypervisor"'], rows: [] });
  });

  test('is not looked for in a fenced block', () => {
    expect(problemsOf({ path: 'spec/memory.md', text: '## A\n```\n### not-a-clause\n```' })).toEqual([]);
  });
});

describe('a malformed clause is reported with file and line', () => {
  const status = 'Status: "sure" is not one of: guarantee, non-guarantee, assumption';
  const upholder =
    'Upheld by: "us" is not one of: hypervisor, host, firmware, SoC vendor, pvmfw, guest, secure world, verifier, nobody';
  const attacker =
    'Survives: "all" is not one of: honest host, bad app, compromised host, malicious guest, unlocked device';
  const order = '"Status" comes after "Upheld by"; the order is: Status, Upheld by, Survives, Source, Rows';
  const reason = 'gives a reason in its sentence; it goes into "Rationale: …"';
  const bare = 'source "A text, Hypervisor" does not go on with a heading in quotes, or with "introduction"';
  const cases: readonly [string, number, string, Parameters<typeof chapter>[0]][] = [
    ['an id that is not upper-case', 5, idProblem(), { id: 'Mem-kept' }],
    ['an id without an area', 5, idProblem(), { id: 'MEM' }],
    ['no section', 5, 'is before the first "## " heading', { section: '' }],
    ['no sentence', 5, 'has no sentence before its fields', { text: '' }],
    ['no keyword', 6, 'has none of MUST, MUST NOT, MAY', { text: 'A page is kept.' }],
    ['two keywords', 6, 'has 2 of MUST, MUST NOT, MAY, not one: MUST, MUST NOT', { text: 'It MUST, or MUST NOT.' }],
    ['no full stop', 6, 'does not end its sentence with a full stop', { text: 'It MUST' }],
    ['two sentences', 6, 'has more than one sentence in its first paragraph', { text: 'It MUST. It does.' }],
    ['a reason in the sentence', 6, reason, { text: 'It MUST be kept, so that it is there.' }],
    ['a missing field', 5, 'lacks "- Survives:"', { fields: fieldsBut(2) }],
    ['a field twice', 9, 'has "Status" twice', { fields: fieldsBut(1, '- Status: guarantee', fields[1] ?? '') }],
    ['fields out of order', 9, order, { fields: [fields[1] ?? '', fields[0] ?? '', ...fields.slice(2)] }],
    ['an unknown field', 12, 'not a field: "- Since: 7.3"', { fields: fieldsBut(4, '- Since: 7.3') }],
    ['an unknown status', 8, status, { fields: fieldsBut(0, '- Status: sure') }],
    ['an unknown upholder', 9, upholder, { fields: fieldsBut(1, '- Upheld by: us') }],
    ['an unknown attacker', 10, attacker, { fields: fieldsBut(2, '- Survives: all') }],
    ['a text without its heading', 11, bare, { fields: fieldsBut(3, '- Source: A text, Hypervisor') }],
    ['an empty source', 11, 'has an empty source', { fields: fieldsBut(3, '- Source: Linux 7.3;') }],
    ['an unknown ruling', 11, 'cites a ruling that does not exist: R-TWO', { fields: fieldsBut(3, '- Source: R-TWO') }],
    ['an unknown row', 12, 'names a row that does not exist: "H-99"', { fields: fieldsBut(4, '- Rows: H-99') }],
    ['a row twice', 12, 'names row H-01 twice', { fields: fieldsBut(4, '- Rows: H-01, H-01') }],
  ];
  test.each(cases)('%s', (_, line, problem, parts) => {
    expect(problemsOf(chapter(parts))).toEqual([`spec/memory.md:${line}: ${parts?.id ?? 'MEM-KEPT'}: ${problem}`]);
  });

  function idProblem(): string {
    return 'not an id: upper-case words joined by hyphens, an area and one to three more';
  }

  test('a rationale that is not the first paragraph', () => {
    const late = (...paragraphs: string[]): SourceFile => {
      const { path, text } = chapter();
      return { path, text: text.replace('Why it holds.', paragraphs.join('\n\n')) };
    };
    const problem = 'has a rationale that is not the first paragraph after its fields';
    expect(problemsOf(late('Rationale: a page.', 'More.'))).toEqual([]);
    expect(problemsOf(late('More.', 'Rationale: a page.'))).toEqual([`spec/memory.md:5: MEM-KEPT: ${problem}`]);
    expect(problemsOf(late('Rationale: a.', 'Rationale: b.'))).toEqual([`spec/memory.md:5: MEM-KEPT: ${problem}`]);
  });

  test('a guarantee that nobody upholds', () => {
    expect(problemsOf(chapter({ fields: fieldsBut(1, '- Upheld by: nobody') }))).toEqual([
      'spec/memory.md:5: MEM-KEPT: nobody upholds a non-guarantee, and somebody upholds everything else',
    ]);
  });

  test('a non-guarantee that says MUST', () => {
    const soft = ['- Status: non-guarantee', '- Upheld by: nobody', ...fields.slice(2)];
    expect(problemsOf(chapter({ fields: soft }))).toEqual(['spec/memory.md:5: MEM-KEPT: a non-guarantee says MAY']);
  });

  test('an id that is taken', () => {
    expect(problemsOf(chapter(), { ...chapter(), path: 'spec/dma.md' })).toEqual([
      'spec/dma.md:5: MEM-KEPT: is already at spec/memory.md:5',
    ]);
  });
});

test('a ruling that is there twice is reported', () => {
  const twice = { ...rulings, text: `${rulings.text}\n\n${rulings.text}` };
  expect(() => parseClauses([chapter(), table, twice, sources])).toThrow(
    'spec/rulings.md: R-ONE: there are two rulings of this id',
  );
});

describe('the generated file', () => {
  test('has the union of ids, and strings quoted with the fewest escapes', () => {
    const text = renderClauses(
      parseClauses([chapter({ text: `The host's page MUST stay.` }), table, rulings, sources]),
    );
    expect(text).toContain("export type ClauseId =\n  | 'MEM-KEPT';\n");
    expect(text).toContain(`    text: "The host's page MUST stay.",\n`);
    expect(text).toContain(`    sources: ['A text, "Hypervisor"', 'R-ONE'],\n    rows: ['H-01'],\n`);
  });
});

describe('the inventory of rows', () => {
  const waivers = (text: string): SourceFile => ({ path: 'spec/waived.md', text });
  const all = [{ id: 'MEM-KEPT', rows: ['H-01', 'H-02'] }];
  const short = 'spec/requirements.md: 2 rows, not 86';

  test.each<[string, SourceFile, typeof all, string[]]>([
    [
      'a row that nobody has',
      waivers(''),
      [{ id: 'MEM-KEPT', rows: ['H-01'] }],
      ['spec/requirements.md: H-02: neither covered nor waived'],
    ],
    [
      'a row covered and waived',
      waivers('## Waived\n- H-02: no reason'),
      all,
      ['spec/waived.md:2: H-02: claimed more than once: MEM-KEPT, a waiver'],
    ],
    [
      'a row waived twice',
      waivers('## Waived\n- H-02: it is\n- H-02: it is'),
      [{ id: 'MEM-KEPT', rows: ['H-01'] }],
      ['spec/waived.md:2: H-02: claimed more than once: a waiver, a waiver'],
    ],
    [
      'an unknown row',
      waivers('## Waived\n- H-98: it is'),
      all,
      ['spec/waived.md:2: H-98: no such row (named by a waiver)'],
    ],
    ['a waiver without a reason', waivers('## Waived\n- H-02:'), all, ['spec/waived.md:2: not "- name: text"']],
    ['a waiver under no heading', waivers('- H-02: it is'), all, ['spec/waived.md:1: is not under "## Waived"']],
  ])('reports %s', (_, file, clauses, problems) => {
    expect(checkRequirements([table, file], clauses)).toEqual([short, ...problems]);
  });

  test('reports a row that is listed twice, and one without a statement', () => {
    const text = '| H-01 | memory | 001 | A. |\n| H-01 | memory | 001 | |';
    expect(checkRequirements([{ ...table, text }, waivers('')], [{ id: 'MEM-KEPT', rows: ['H-01'] }])).toEqual([
      short,
      'spec/requirements.md: H-01: is listed twice',
      'spec/requirements.md: H-01: lacks an area or a statement',
    ]);
  });

  test('reports a file that is missing', () => {
    expect(checkRequirements([], [])).toEqual(['requirements.md is missing']);
    expect(checkRequirements([table], [])).toEqual(['waived.md is missing']);
  });
});

describe('the prose of this repository', () => {
  const folder = new URL('../../docs/spec/', import.meta.url);
  const files = readdirSync(folder)
    .sort()
    .map((name) => ({ path: `docs/spec/${name}`, text: readFileSync(new URL(name, folder), 'utf8') }));

  test('parses, and accounts for every row', () => {
    expect(checkRequirements(files, parseClauses(files))).toEqual([]);
  });

  test('cites every ruling', () => {
    const waivers = files.find(({ path }) => path.endsWith('waived.md'))?.text ?? '';
    const cited = parseClauses(files).flatMap(({ sources }) => sources);
    expect([...citableIn(files).rulings].filter((id) => !cited.includes(id) && !waivers.includes(id))).toEqual([]);
  });
});
