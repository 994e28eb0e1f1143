import { describe, expect, test } from 'vitest';
import { scenesFor } from '../../search/pairs/scenes.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { page } from '../../spec/parameters.ts';
import { baseProfile, has, profile, type Profile } from '../../spec/profile.ts';
import { hypercall, must, neverDecides, noSubject, onFailure } from '../../spec/rule.ts';
import { hostState, isMemory, wipe } from '../../spec/vocabulary/pages.ts';
import { offsets } from '../../spec/profiles/host-memory-7.3.ts';
import { readLastRun } from '../pairs/last-run.ts';
import { checkCoverage, parseClauseWaivers } from './coverage.ts';
import { counterexampleUses, type Evidence, guardUses, propertyUses } from './evidence.ts';
import { indexOf, staleFiles } from './generate.ts';
import { renderGuards, renderRule } from './guards.ts';
import { table } from './markdown.ts';
import { renderMatrix } from './matrix.ts';
import { renderProfiles } from './profiles.ts';
import { lastRunLines } from './two-cpus.ts';
import { checkGlossary, checkSources } from './words.ts';

const toy = hypercall(
  'host_share_hyp',
  { page },
  {
    guards: [
      must('SHARE-HYP-MEMORY', isMemory('page'), 'EPERM', noSubject),
      onFailure('LIFE-SCRUB', wipe('page')),
      must('SHARE-HYP-OWNED', hostState('page').is('OWNED'), 'EPERM'),
      must('SHARE-HYP-UNLENT', hostState('page').isNot('NOPAGE'), 'EBUSY', neverDecides('it is owned')),
    ],
    effects: [hostState('page').becomes('SHARED_OWNED')],
  },
);
const empty = hypercall('vcpu_put', {}, { guards: [], effects: [] });
const older = hypercall('vcpu_load', {}, { guards: [], effects: [] });
const first = baseProfile('first', [toy, empty]);
const second = profile('second', first, [has(older), has(empty)]);

const prose = 'docs/spec/memory-calls.md';
const ids = ['SHARE-HYP-MEMORY', 'LIFE-SCRUB', 'SHARE-HYP-OWNED', 'SHARE-HYP-UNLENT', 'MEM-KEPT'];
const places = new Map(ids.map((id, at) => [id, { path: prose, line: at + 1 }]));
const files = [
  { path: 'spec/calls/memory/host-share-hyp.ts', text: "'host_share_hyp' 'SHARE-HYP-MEMORY'" },
  { path: 'spec/profiles/some.ts', text: "'first' 'vcpu_put' 'SHARE-HYP-OWNED'" },
];
const index = indexOf(places, files);
const none: Evidence = { guards: [], properties: [], counterexamples: [] };

describe('the page of guards', () => {
  test('shows a rule: parameters, guards in order, effects on failure, effects', () => {
    expect(renderRule(toy, index)).toEqual([
      '### host_share_hyp',
      '',
      'Made by the host; parameters: `page`. Defined in [spec/calls/memory/host-share-hyp.ts](../spec/calls/memory/host-share-hyp.ts).',
      '',
      '|  | clause | condition | else | why it has no counterexample |',
      '| --- | --- | --- | --- | --- |',
      `| 1 | [SHARE-HYP-MEMORY](spec/memory-calls.md#share-hyp-memory) | page is memory | \`EPERM\` | ${noSubject.waiver ?? ''} |`,
      '| 2 | [LIFE-SCRUB](spec/memory-calls.md#life-scrub) | *also on failure:* page is wiped |  |  |',
      '| 3 | [SHARE-HYP-OWNED](spec/memory-calls.md#share-hyp-owned) | the host view of page is OWNED | `EPERM` |  |',
      '| 4 | [SHARE-HYP-UNLENT](spec/memory-calls.md#share-hyp-unlent) | the host view of page is not NOPAGE | `EBUSY` | never refuses: it is owned |',
      '',
      'Effects:',
      '',
      '1. the host view of page becomes SHARED_OWNED',
    ]);
  });

  test('says which release has refused by a guard, and when, or that it was only read', () => {
    const one = { machine: 'a board', calls: 10, pairs: ['host_share_hyp SHARE-HYP-MEMORY SHARE-HYP-OWNED'] };
    const answered = [
      { ...one, release: '7.10.1-x', profile: 'first', refused: { host_share_hyp: ['SHARE-HYP-MEMORY'] } },
      { ...one, release: '7.9.2+y', profile: 'second', refused: { host_share_hyp: ['SHARE-HYP-MEMORY'] } },
      {
        ...one,
        release: '7.9.2+y',
        profile: 'first',
        on: '2026-01-02',
        refused: { host_share_hyp: ['SHARE-HYP-MEMORY'] },
      },
      { ...one, release: '1.0', profile: 'elsewhere', refused: { host_share_hyp: ['SHARE-HYP-OWNED'] } },
    ];
    const [readme, ...pages] = renderGuards([first, second], index, answered).map(({ text }) => text);
    const last = pages
      .join('\n')
      .split('\n')
      .filter((line) => /^\| \d/.test(line))
      .map((line) => line.split(' | ').at(-1));
    expect(last).toEqual(
      ['7.9.2 (2026-01-02), 7.10.1 |', '', '*read* |', ''].map((cell) => (cell === '' ? ' |' : cell)),
    );
    expect(readme).toContain('On 2026-01-02 Linux 7.9.2 (a board) answered 10 calls');
    expect(readme).toContain('Of 1 pairs of guards of first');
  });

  test('shows every call once, in its chapter, and of other profiles only what differs', () => {
    const headings = renderGuards([first, second], index).map(({ path, text }) => [
      path,
      ...(text.match(/^##.*$/gm) ?? []),
    ]);
    expect(headings).toEqual([
      ['docs/guards/README.md'],
      ['docs/guards/calls.md', '## Calls of second, where they differ', '### vcpu_load (second)'],
      ['docs/guards/memory.md', '## Calls of first', '### host_share_hyp'],
      ['docs/guards/profiles.md', '## Calls of first', '### vcpu_put'],
    ]);
  });

  test('escapes a bar in a cell', () => {
    expect(table(['a'], [['x | y']])).toEqual(['| a |', '| --- |', '| x \\| y |']);
  });
});

test('the pages of profiles list differences, and which profile has which call', () => {
  const [list, { path, text } = { path: '', text: '' }, ...more] = renderProfiles([first, second], index);
  expect(list?.text).toMatch(/\| \[second\]\(profiles\/others\.md#second\) \| 3 \| first \| [1-9] \|/);
  expect(more).toEqual([]);
  expect(path).toBe('docs/profiles/others.md');
  expect(text).toContain(
    '## second\n\n3 calls, in [spec/calls](../../spec/calls). It is based on first.\n\n- has vcpu_load\n',
  );
  expect(text).toContain('| vcpu_load |  | yes |');
  expect(text).toContain(
    '2 calls, in [spec/profiles/some.ts](../../spec/profiles/some.ts). It is not based on another.',
  );
});

describe('evidence', () => {
  test('has each guard once per call, with the profiles that have it', () => {
    const uses = guardUses([first, second]);
    expect(uses.map(({ clause, kind }) => [clause, kind])).toEqual([
      ['SHARE-HYP-MEMORY', 'must'],
      ['LIFE-SCRUB', 'onFailure'],
      ['SHARE-HYP-OWNED', 'must'],
      ['SHARE-HYP-UNLENT', 'must'],
    ]);
    expect(uses[0]).toMatchObject({ call: 'host_share_hyp', profiles: ['first', 'second'], waiver: noSubject.waiver });
  });

  test('has each property once, with the file that states it', () => {
    const one = { clause: 'MEM-KEPT', kind: 'always', statement: 'a page is kept' };
    const sources = [
      { path: 'properties/other.ts', text: "'MEM-KEPT'" },
      { path: 'properties/memory.ts', text: "statement: 'a page is kept'" },
    ];
    const found = { ...one, file: 'properties/memory.ts' };
    expect(propertyUses([one, one], sources)).toEqual([found]);
  });

  test('has the counterexamples, and reports a file that is none', () => {
    const good = { name: 'a.b', breaks: 'MEM-KEPT', without: { call: 'host_share_hyp', clause: 'SHARE-HYP-OWNED' } };
    const rest = { profile: 'first', scope: 'w', property: 'p', calls: [{ call: 'vcpu_put', cpu: 0, args: {} }] };
    const { uses, problems } = counterexampleUses([
      { path: 'counterexamples/a.json', text: JSON.stringify({ ...good, ...rest }) },
      { path: 'counterexamples/b.json', text: '{"name": "b"}' },
      { path: 'counterexamples/c.json', text: '{' },
    ]);
    expect(uses).toEqual([{ ...good, property: 'p', file: 'counterexamples/a.json' }]);
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'counterexamples/b.json',
      'counterexamples/c.json',
    ]);
  });
});

test('the matrix leads from a clause to guards, properties and counterexamples, or to the reason for having none', () => {
  const clause = (id: string) =>
    ({ chapter: 'memory', section: '', text: '', status: 'guarantee', upheldBy: 'hypervisor', id }) as const;
  const clauses = ids.map((id) => ({ ...clause(id), survives: 'bad app' as const, sources: [], rows: [] }));
  const evidence: Evidence = {
    guards: guardUses([first]),
    properties: [{ clause: 'MEM-KEPT', kind: 'always', statement: 'a page is kept', file: 'properties/memory.ts' }],
    counterexamples: [
      {
        name: 'unowned.lost',
        file: 'counterexamples/unowned.lost.json',
        breaks: 'MEM-KEPT',
        without: { call: 'host_share_hyp', clause: 'SHARE-HYP-OWNED' },
      },
    ],
  };
  const lines = renderMatrix(clauses, evidence, [], index).flatMap(({ text }) => text.split('\n'));
  const line = (id: string): string | undefined => lines.find((one) => one.startsWith(`| [${id}]`));
  const shown = '[unowned.lost](../../counterexamples/unowned.lost.json)';
  expect(line('MEM-KEPT')).toContain(`|  | [always](../../properties/memory.ts): a page is kept | ${shown} |`);
  expect(line('SHARE-HYP-OWNED')).toContain(`| [host_share_hyp](../../spec/profiles/some.ts) |  | ${shown} |`);
  expect(line('SHARE-HYP-MEMORY')).toContain(`| *${noSubject.waiver ?? ''}* |`);
  expect(line('LIFE-SCRUB')).toContain('host-share-hyp.ts) also on failure |');
  expect(lines).toContain('| with a counterexample | 2 |');
});

describe('the check that every clause is cited or waived', () => {
  const waived = (...lines: string[]) =>
    parseClauseWaivers([{ path: 'docs/spec/waived.md', text: ['## Clauses without a check', ...lines].join('\n') }]);
  const kept = new Map([['MEM-KEPT', { path: 'docs/spec/memory.md', line: 7 }]]);
  const property = { clause: 'MEM-KEPT', kind: 'always', statement: '', file: 'properties/memory.ts' };

  test.each<[string, ReturnType<typeof waived>, Partial<Evidence>, string[]]>([
    [
      'a clause that nothing cites',
      [],
      {},
      [
        'docs/spec/memory.md:7: MEM-KEPT: no guard, property or counterexample cites it, and docs/spec/waived.md gives no reason',
      ],
    ],
    ['nothing, of a clause with a waiver', waived('- MEM-KEPT: it is so'), {}, []],
    [
      'a waiver without a reason',
      waived('- MEM-KEPT:'),
      {},
      ['docs/spec/waived.md:2: MEM-KEPT: waived without a reason'],
    ],
    [
      'a waiver that is not needed',
      waived('- MEM-KEPT: it is so'),
      { properties: [property] },
      ['docs/spec/waived.md:2: MEM-KEPT: waived, but cited by properties/memory.ts'],
    ],
    [
      'a waiver given twice, and one for no clause',
      waived('- MEM-KEPT: it is so', '- MEM-KEPT: it is so', '- MEM-GONE: it is so'),
      {},
      ['docs/spec/waived.md:3: MEM-KEPT: waived twice', 'docs/spec/waived.md:4: MEM-GONE: waived, but no such clause'],
    ],
    [
      'a property and a guard of no clause',
      [],
      { properties: [property, { ...property, clause: 'MEM-GONE' }], guards: guardUses([profileOf('LIFE-SCRUB')]) },
      [
        'spec:1: vcpu_put has a guard LIFE-SCRUB, which is no clause; state it in docs/spec under "### LIFE-SCRUB"',
        'properties/memory.ts:1: a property of MEM-GONE, which is no clause',
      ],
    ],
    [
      'a guard with neither a counterexample nor a waiver',
      [],
      { properties: [property], guards: guardUses([guardOf('MEM-KEPT')]) },
      [
        'spec:1: vcpu_put has a guard MEM-KEPT without a counterexample: run npm run necessity -- MEM-KEPT, or give the guard a waiver',
      ],
    ],
    [
      'nothing, of a guard with a counterexample',
      [],
      {
        guards: guardUses([guardOf('MEM-KEPT')]),
        counterexamples: [
          { name: 'y', file: 'y.json', breaks: 'MEM-KEPT', without: { call: 'vcpu_put', clause: 'MEM-KEPT' } },
        ],
      },
      [],
    ],
    [
      'a counterexample without a guard, or of no clause',
      [],
      {
        properties: [property],
        counterexamples: [
          { name: 'x', file: 'x.json', breaks: 'MEM-GONE' },
          { name: 'y', file: 'y.json', breaks: 'MEM-KEPT', without: { call: 'vcpu_put', clause: 'MEM-KEPT' } },
        ],
      },
      [
        'x.json:1: breaks MEM-GONE, which is no clause',
        'y.json:1: leaves MEM-KEPT out of vcpu_put, which has no such guard',
      ],
    ],
  ])('reports %s', (_, waivers, evidence, problems) => {
    expect(checkCoverage(kept, { ...none, ...evidence }, waivers)).toEqual(problems);
  });

  function guardOf(clause: string): Profile {
    const guard = must(clause as ClauseId, isMemory('page'), 'EPERM');
    return baseProfile('p', [hypercall('vcpu_put', { page }, { guards: [guard], effects: [] })]);
  }

  function profileOf(clause: 'LIFE-SCRUB'): Profile {
    return baseProfile('p', [
      hypercall('vcpu_put', { page }, { guards: [onFailure(clause, wipe('page'))], effects: [] }),
    ]);
  }
});

describe('the checks on words', () => {
  const glossary = (...lines: string[]) => ({ path: 'docs/glossary.md', text: lines.join('\n') });
  const chapter = (text: string) => ({ path: 'docs/spec/memory.md', text });

  test.each<[string, ReturnType<typeof glossary>, string, string[]]>([
    ['nothing, of a term in use', glossary('- **pin**: a count'), 'It is pinned.', []],
    [
      'a term that is not used',
      glossary('- **pin**: a count'),
      'It spins.',
      ['docs/glossary.md:1: "pin" is used nowhere else'],
    ],
    [
      'a term that is listed twice',
      glossary('- **pin**: a', '- **pin**: b'),
      'A pin.',
      ['docs/glossary.md:2: "pin" is listed twice'],
    ],
    [
      'another name that is listed twice',
      glossary('- **pin** (peg): a', '- **page** (frame, peg): b'),
      'A pin of a page.',
      ['docs/glossary.md:2: "peg" is listed twice'],
    ],
    [
      'a word in italics without an entry',
      glossary("- **pin**: of a *page*, a *pin's* count"),
      'A pin.',
      ['docs/glossary.md:1: "page" is marked as a term and has no entry in the glossary'],
    ],
    [
      'a bold word in a chapter without an entry',
      glossary(),
      'A **page**.',
      ['docs/spec/memory.md:1: "page" is marked as a term and has no entry in the glossary'],
    ],
  ])('report %s', (_, terms, text, problems) => {
    expect(checkGlossary(terms, [chapter(text)])).toEqual(problems);
  });

  test('report a source that sources.md does not name', () => {
    const known = [{ path: 'docs/spec/sources.md', text: '- **Linux 7.3**: a release' }];
    const clauses = [{ id: 'MEM-KEPT', sources: ['Linux 7.3 `f`', 'R-ONE', 'hearsay'] }];
    expect(checkSources(known, clauses, places)).toEqual([
      `${prose}:5: MEM-KEPT: "hearsay" begins with no name of sources.md`,
    ]);
  });
});

test('a stale file is reported with its first line that differs, a missing one too, and a fresh one not', () => {
  const outputs = [
    { path: 'a', text: 'one\ntwo\n' },
    { path: 'b', text: 'one\n' },
    { path: 'c', text: 'one\n' },
    { path: 'd', text: 'one\n' },
  ];
  const now: Readonly<Record<string, string>> = { a: 'one\nTWO\n', b: 'one\n', d: 'one\nmore\n' };
  expect(staleFiles(outputs, (path) => now[path])).toEqual([
    'a:2: is out of date; run npm run generate',
    'c:1: is missing; run npm run generate',
    'd:2: is out of date; run npm run generate',
  ]);
});

describe('the table of two CPUs', () => {
  const one = {
    scene: 'a page',
    date: '2026-01-02',
    machine: 'qemu',
    seconds: 30,
    schedules: 1234,
    steps: 5678,
    endings: 3,
    restarts: 0,
    isComplete: true,
    found: 0,
  };

  test('says how far each scene was run, and where something was found', () => {
    const late = { ...one, isComplete: false, found: 2 };
    const lines = lastRunLines({ scenes: [one, { ...late, date: '2026-01-04' }] });
    expect(lines[0]).toBe('2026-01-02 to 2026-01-04, qemu: 1 of 2 scenes were run to the end; 1 show a difference.');
    expect(lines.slice(-2)).toEqual([
      '| a page | 1,234 | 5,678 | 3 | 0 | yes | 0 |',
      '| a page | 1,234 | 5,678 | 3 | 0 | 30 s were up | 2 |',
    ]);
  });

  test('is of the scenes that there are, and shows no difference', () => {
    const { scenes } = readLastRun();
    expect(scenes.map(({ scene }) => scene)).toEqual(scenesFor({}, offsets).map(({ name }) => name));
    expect(scenes.filter(({ found }) => found > 0)).toEqual([]);
  });
});
