/** The language itself: random terms, read in several ways that have to agree. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Config } from '../config.ts';
import { families, fieldNames, fields } from '../fields.ts';
import type { FieldName } from '../fields.ts';
import { profiles } from '../profiles/all.ts';
import { call, must, termOf } from '../rule.ts';
import { page } from '../parameters.ts';
import { Layout, State } from '../state.ts';
import { compileAbout, compileStep, evaluateAbout, evaluateStep } from './about.ts';
import type { Kept } from './about.ts';
import * as build from './build.ts';
import { forCall } from './for-call.ts';
import { negated, simplified } from './negate.ts';
import { compile, evaluate } from './compile.ts';
import type { Binding, Run } from './run.ts';
import { partsOf } from './term.ts';
import type { Bool, CellTerm, Effect, Num, Term } from './term.ts';
import { touchesOf } from './touches.ts';
import { wordsOf } from './words.ts';

const config: Config = {
  pages: [0, 1].map((of) => ({ kind: of === 0 ? 'memory' : 'hole', pfn: of, of, aligned: 1, name: `P${of}` })),
  gfns: [0, 1].map((of) => ({ name: `g${of}`, frame: of, of, head: 0, offset: of, tables: [0], inRange: of === 0 })),
  tables: 1,
  slots: 2,
  vcpus: 1,
  cpus: 1,
  devices: 1,
  iovas: 1,
  cids: 0,
  words: 1,
  symbolic: true,
  block: 2,
  sizes: { kvmPages: 1, vcpuPages: 1, hypVmPages: 1, hypVcpuPages: 1, pgdPages: 1, memcacheMin: 1 },
  maxShares: 3,
  hardwareAccessFlag: false,
  codeGfn: 0,
  codeWords: 1,
};
const layout = new Layout(config);
const names = ['page', 'gfn', 'each page'] as const;
const binding: Binding = { layout, config, positions: { page: 1, gfn: 2, noted: 3, 'each page': 4 } };

/** Terms over two pages, two frames of two VMs, and two parameters, each of them 0 or 1. */
const place = fc.oneof(fc.constantFrom<Num>(...names.map((name) => build.value(name))), fc.nat(1).map(build.value));
const cellTerm = fc.oneof(
  fc.tuple(fc.constantFrom('host', 'hyp', 'pins', 'link'), place).map(([field, at]) => build.cell(field as 'pins', at)),
  fc.tuple(fc.constantFrom('mapping', 'young', 'prot'), place, place).map(([field, vm, gfn]) => {
    return build.cell(field as 'prot', vm, gfn);
  }),
);
const definitionsHere = {
  isFree: build.condition(['page'], '{page} [is] unpinned', (one) => build.cell('pins', one).is(0)),
  isOlder: build.condition(['page', 'other'], '{page} [has] fewer pins than {other}', (one, other) =>
    build.isBelow(build.cell('pins', one).value, build.cell('pins', other).value),
  ),
  isAsLinked: build.condition(['page'], '{page} [has] as many pins as its link says', (one) =>
    build.equals(build.cell('pins', one).value, build.cell('link', one).value),
  ),
  after: build.number(['page'], 'the page behind {page}', (one) => build.compute(one, '+', 1)),
};
/** Kept beside the state, for each page. */
const pinned = build.tally({ name: 'pinned', subject: 'page', phrase: 'the remembered pins of {page}' });
type Sorts = Readonly<{ num: Num; bool: Bool; effect: Effect }>;
type Made = { readonly [S in keyof Sorts]: readonly fc.Arbitrary<Sorts[S]>[] };
const terms = (more: (tie: fc.LetrecTypedTie<Sorts>) => Made): fc.LetrecValue<Sorts> =>
  fc.letrec<Sorts>((tie) => ({
    num: fc.oneof(
      { maxDepth: 3 },
      place,
      cellTerm.map(({ value }) => value),
      fc.constantFrom(build.quantity('pages'), build.quantity('symbolic'), build.thisCpu),
      fc
        .tuple(tie('num'), fc.constantFrom('+', '-', 'or', 'without'), tie('num'))
        .map((parts) => build.compute(...parts)),
      fc.tuple(tie('bool'), tie('num'), tie('num')).map((parts) => build.choose(...parts)),
      tie('bool').map(build.truth),
      tie('bool').map((where) => build.first(0, 2, 'each page', where)),
      fc.tuple(place, place).map(([from, of]) => build.sum(from, 2, 'each page', of)),
      tie('bool').map((where) => build.countOf(0, 2, 'each page', where)),
      tie('num').map((one) => definitionsHere.after(one)),
      place.map((one) => build.attribute('pageKind', one).value),
      ...more(tie).num,
    ),
    bool: fc.oneof(
      { maxDepth: 3 },
      fc
        .tuple(tie('num'), fc.constantFrom('=', '≠', '<', '≤', '>', '≥'), tie('num'))
        .map((all) => build.compare(...all)),
      fc.tuple(cellTerm, fc.nat(1)).map(([one, value]) => build.equals(one.value, value)),
      tie('bool').map(build.not),
      fc.array(tie('bool'), { maxLength: 3 }).map((parts) => build.both(...parts)),
      fc.array(tie('bool'), { maxLength: 3 }).map((parts) => build.either(...parts)),
      fc
        .tuple(place, tie('num'), tie('bool'))
        .map(([from, count, holds]) => build.every(from, count, 'each page', holds)),
      fc
        .tuple(place, tie('num'), tie('bool'))
        .map(([from, count, holds]) => build.some(from, count, 'each page', holds)),
      tie('num').map((one) => definitionsHere.isFree(build.choose(build.isBelow(one, 1), 0, 1))),
      tie('num').map((one) => definitionsHere.isAsLinked(build.choose(build.isBelow(one, 1), 0, 1))),
      fc.tuple(place, place).map(([one, other]) => definitionsHere.isOlder(one, other)),
      ...more(tie).bool,
    ),
    effect: fc.oneof(
      { maxDepth: 3 },
      fc.tuple(cellTerm, tie('num'), fc.nat(1)).map(([one, to, flag]) => {
        return one.becomes('flag' in fields[one.value.field] ? flag : to);
      }),
      place.map((one) => build.cell('pins', one).grows()),
      fc.array(tie('effect'), { maxLength: 3 }).map((parts) => build.all(...parts)),
      fc.tuple(tie('bool'), tie('effect')).map((parts) => build.when(...parts)),
      fc.tuple(tie('bool'), tie('effect'), tie('effect')).map((parts) => build.when(...parts)),
      tie('effect').map((one) => build.forEach(0, 2, 'each page', one)),
      tie('num').map((one) => build.note('noted', one)),
      tie('num').map((one) => build.answers(one)),
      ...more(tie).effect,
    ),
  }));
const { num, bool, effect } = terms(() => ({ num: [place.map(pinned)], bool: [], effect: [] }));
const { bool: ofState } = terms(() => ({ num: [], bool: [], effect: [] }));
/** Conditions of laws of steps, which speak of the state before the step and of the call; no count is kept of that. */
const { bool: ofStep } = terms((tie) => ({
  num: [
    tie('num').map((one) => build.before(one)),
    cellTerm.map(({ value }) => build.before(value)),
    fc.constant(build.theAnswer),
  ],
  bool: [
    tie('bool').map((one) => build.before(one)),
    cellTerm.map(({ value }) => build.stays(value)),
    fc.constantFrom(build.callIsDone, build.callIs('donate'), build.callIs('share'), build.callIsBy('guest')),
  ],
  effect: [],
}));

/** A flag is 0 or 1. */
const isFlag = Array.from({ length: layout.length }, (_, cell) => 'flag' in fields[layout.fieldAt(cell).field]);
const wellFormed = (cells: readonly number[]): Int32Array =>
  Int32Array.from(cells, (value, cell) => (isFlag[cell] === true ? value % 2 : value));
/** Small states and arguments, the same ones for every term. */
const samples = fc
  .sample(fc.tuple(fc.array(fc.nat(2), { minLength: layout.length, maxLength: layout.length }), fc.nat(1), fc.nat(1)), {
    numRuns: 30,
    seed: 7,
  })
  .map(([cells, ...given]) => [wellFormed(cells), ...given] as const);

const withTallies = (state: State): State => Object.assign(state, { ghost: { pinned: tallied } });
/** A number beyond the pages has a tally too, as it has a cell: else nothing about it would be true, and no opposite. */
const tallied = Array.from({ length: 64 }, (_, page) => (page === 0 ? 1 : 0));

function outcomes(term: Bool | Num | Effect, make: (term: Num, binding: Binding) => Run<unknown> = compile): string {
  const run = make(term as Num, binding);
  return JSON.stringify(
    samples.map(([cells, ...given]) => {
      const state = withTallies(new State(layout, cells.slice()));
      const args = Int32Array.from({ length: 32 }, (_, i) => given[i - 1] ?? 0);
      const result = run(state, args);
      return [result, state.answer, args[3], state.written === 0 ? [] : [...state.cells]];
    }),
  );
}
const caller = { call: 'donate', actor: 'host' } as const;
/** Of steps from each sample to the next one; or from each to itself. */
function outcomesAtStep(condition: Bool, by = 1, make = compileStep): string {
  const holds = make('machine', condition, { ...binding, caller });
  const states = samples.map(([cells]) => ({ cells, ghost: {} }));
  return JSON.stringify(
    samples.map(([, ...given], i) => {
      const [was, now] = [states[i] as Kept, states[(i + by) % states.length] as Kept];
      const args = Int32Array.from({ length: 32 }, (_, at) => given[at - 1] ?? 0);
      return holds({ was, now, args, isDone: i % 3 > 0, answer: i % 4 }, 0);
    }),
  );
}
/** Of each mapping: a page is called as the number of its VM, and as that of its frame. */
function ofMembers(condition: Bool, make: typeof compileAbout): string {
  const byFrame = build.some(build.value('gfn'), 1, 'each page', condition);
  const holds = make('mapping', build.some(build.value('vm'), 1, 'page' as 'each page', byFrame), layout);
  return JSON.stringify(
    samples
      .slice(0, 10)
      .map(([cells]) => Array.from({ length: layout.size.mapping }, (_, i) => holds({ cells, ghost: {} }, i))),
  );
}
function shift({ cells }: State, field: FieldName, by: number): void {
  const end = layout.base[field] + layout.size[field];
  for (let at = layout.base[field]; at < end; at++) cells[at] = (cells[at] as number) + by;
}
const opposite = (text: string): string => text.replace(/true|false/g, (one) => (one === 'true' ? 'false' : 'true'));

describe('random terms', () => {
  test('the opposite of a condition is true exactly where it is not', () => {
    fc.assert(
      fc.property(bool, (one) => {
        expect(outcomes(negated(one))).toBe(opposite(outcomes(one)));
        expect(outcomes(simplified(one))).toBe(outcomes(one));
      }),
    );
  });

  test('what is evaluated node by node comes to what is compiled', () => {
    let told = 0;
    fc.assert(
      fc.property(fc.oneof(num, bool, effect), (one) => {
        const meaning = outcomes(one);
        expect(outcomes(one, evaluate)).toBe(meaning);
        if (new Set((JSON.parse(meaning) as unknown[]).map((one) => JSON.stringify(one))).size > 1) told++;
      }),
    );
    expect(told).toBeGreaterThan(30);
    fc.assert(
      fc.property(ofStep, ofState, (step, state) => {
        expect(outcomesAtStep(step, 1, evaluateStep)).toBe(outcomesAtStep(step));
        expect(ofMembers(state, evaluateAbout)).toBe(ofMembers(state, compileAbout));
      }),
    );
  });

  test.each([
    ['numbers', num],
    ['conditions', bool],
    ['effects', effect],
  ] as const)(
    '%s that are said alike mean the same',
    (_, terms) => {
      const said = new Map<string, string>();
      fc.assert(
        fc.property(terms as fc.Arbitrary<Num>, (one) => {
          const words = wordsOf(one);
          const meaning = outcomes(one);
          expect(said.get(words) ?? meaning, words).toBe(meaning);
          said.set(words, meaning);
        }),
        { numRuns: 200 },
      );
      expect(said.size).toBeGreaterThan(100);
      // why: a term is compiled and run in many states, thousands of times; on a busy machine that takes its time.
    },
    120_000,
  );

  test('so it is for laws of steps, and what is said of one call is what is so at its steps', () => {
    const said = new Map<string, string>();
    let told = 0;
    fc.assert(
      fc.property(ofStep, (one) => {
        const meaning = outcomesAtStep(one);
        const words = wordsOf(one);
        expect(said.get(words) ?? meaning, words).toBe(meaning);
        said.set(words, meaning);
        expect(outcomesAtStep(negated(one))).toBe(opposite(meaning));
        expect(outcomesAtStep(simplified(one))).toBe(meaning);
        expect(outcomesAtStep(forCall(one, caller))).toBe(meaning);
        if (/true/.test(meaning) && /false/.test(meaning)) told++;
      }),
      { numRuns: 120 },
    );
    expect(told).toBeGreaterThan(60);
  }, 120_000);

  test('what was so before a step is so in the state before it', () => {
    let told = 0;
    fc.assert(
      fc.property(ofState, (one) => {
        const then = outcomesAtStep(build.before(one));
        expect(then).toBe(outcomesAtStep(one, 0));
        expect(outcomesAtStep(simplified(build.before(one)))).toBe(then);
        if (then !== outcomesAtStep(one)) told++;
      }),
      { numRuns: 80 },
    );
    expect(told).toBeGreaterThan(25);
  }, 120_000);

  test('no word is the name of a field, a code or a piece of the template', () => {
    const internal = new RegExp(`[{}[\\]]|\\b(?:${fieldNames.filter((name) => /[A-Z]/.test(name)).join('|')})\\b|-1`);
    fc.assert(
      fc.property(fc.oneof(num, bool, effect, ofStep), (one) => {
        expect(wordsOf(one)).not.toMatch(internal);
      }),
    );
  });

  test('what a term does not read changes nothing, and what it does not write stays', () => {
    fc.assert(
      fc.property(effect, fc.constantFrom(...fieldNames), (one, field) => {
        const { reads, writes } = touchesOf(one);
        const run = compile(one, binding);
        for (const [cells] of samples.slice(0, 10)) {
          const [plain, changed] = [0, 1].map((by) => {
            const state = withTallies(new State(layout, Int32Array.from(cells)));
            if (!reads.has(field)) shift(state, field, by);
            const before = state.cells.slice();
            run(state, new Int32Array(32));
            return { state, before };
          }) as [{ state: State; before: Int32Array }, { state: State; before: Int32Array }];
          const differ = (one: Int32Array, other: Int32Array): FieldName[] =>
            fieldNames.filter((name) => {
              const first = layout.base[name];
              for (let at = first; at < first + layout.size[name]; at++) if (one[at] !== other[at]) return true;
              return false;
            });
          expect(differ(plain.state.cells, plain.before).filter((name) => !writes.has(name))).toEqual([]);
          expect(differ(plain.state.cells, changed.state.cells).filter((name) => name !== field)).toEqual([]);
          expect(plain.state.answer).toBe(changed.state.answer);
        }
      }),
    );
  });
});

describe('definitions', () => {
  const all = [...new Map(build.definitions.map((one) => [one.phrase, one])).values()];

  test('a phrase has one meaning', () => {
    for (const one of build.definitions) {
      const first = all.find(({ phrase }) => phrase === one.phrase);
      expect(JSON.stringify(one.means), one.phrase).toBe(JSON.stringify(first?.means));
    }
  });

  test.each(all)('$phrase', ({ subjects, phrase, means }) => {
    const places = [...phrase.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(places.filter((name) => !subjects.includes(name as string))).toEqual([]);
    const { names: free } = touchesOf(means);
    expect([...free].filter((name) => !subjects.includes(name))).toEqual([]);
  });
});

test('every cell in a rule has a number for each place of its family', () => {
  const cells = [...profiles.values()].flatMap(({ rules }) =>
    [...rules.values()].flatMap((rule) => [...rule.guards.map(termOf), ...rule.effects].flatMap(cellsIn)),
  );
  expect(cells.length).toBeGreaterThan(100);
  const wrong = cells.filter(({ field, at }) => at.length !== families[fields[field].over].length);
  expect(wrong.map(wordsOf)).toEqual([]);
});

function cellsIn(term: Term): CellTerm[] {
  const below = term.kind === 'applied' ? [...term.to, term.definition.means] : partsOf(term);
  const own = term.kind === 'cell' ? [term] : term.kind === 'set' ? [term.cell] : [];
  return [...own, ...below.flatMap(cellsIn)];
}

test('a name that is none of a rule is an error that says where', () => {
  const guards = [must('DONATE-OWNED', build.cell('host', 'pgae').is('OWNED'), 'EPERM')];
  expect(() => call('host', 'donate', { page }, { guards, effects: [] })).toThrow(
    'donate, DONATE-OWNED: no parameter pgae; there are page',
  );
});
