import { describe, expect, test } from 'vitest';
import { verifiers } from '../../spec/evidence/verifiers.ts';
import { page } from '../../spec/parameters.ts';
import { answersInstead, baseProfile, profile } from '../../spec/profile.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { hypercall, must } from '../../spec/rule.ts';
import { isMemory } from '../../spec/vocabulary/pages.ts';
import { clausePlaces, explanationsOf, parseClauses } from './clauses.ts';
import { checkErrors, type Prose } from './errors.ts';
import { readFiles } from './evidence.ts';
import { root } from './inputs.ts';

const guards = [
  must('SHARE-HYP-OWNED', isMemory('page'), 'EPERM'),
  must('LOAD-LIVE', isMemory('page'), 'IGNORED'),
  must('YOUNG-GFN', isMemory('page'), 'PANIC'),
];
const first = baseProfile('first', [hypercall('toy', { page }, { guards, effects: [] })]);
const second = profile('second', first, [answersInstead('SHARE-HYP-OWNED', 'ERANGE')]);
const verifier = { name: 'v', description: '', checks: [{ clause: 'CBOR-WHOLE', reason: '' } as const] };
const places = new Map([['SHARE-HYP-OWNED', { path: 'docs/spec/memory-calls.md', line: 3 }]]);

const problemsOf = (id: string, text: string, explanation = ''): string[] =>
  checkErrors([{ id, text, explanation }], [first, second], [verifier], places);
const at = (problem: string): string[] => [`docs/spec/memory-calls.md:3: SHARE-HYP-OWNED: ${problem}`];

describe('the check on errors', () => {
  test('accepts the error in the sentence, and in the explanation what another profile answers', () => {
    expect(problemsOf('SHARE-HYP-OWNED', 'It MUST fail with EPERM.', 'Release two answers ERANGE.')).toEqual([]);
    expect(problemsOf('LOAD-LIVE', 'It MUST be ignored.')).toEqual([]);
    expect(problemsOf('YOUNG-GFN', 'It MUST NOT succeed; Linux stops the machine.')).toEqual([]);
    expect(problemsOf('CBOR-WHOLE', 'A verifier MUST deny it.')).toEqual([]);
    expect(problemsOf('MEM-PRIVATE', 'A page MUST stay private.')).toEqual([]);
  });

  test.each<[string, string, string, string[]]>([
    ['no error', 'It MUST fail.', '', at('its sentence names no error of its guard: EPERM (first); ERANGE (second)')],
    [
      'the errors in the explanation alone',
      'It MUST fail.',
      'EPERM, or ERANGE.',
      at('its sentence names no error of its guard: EPERM (first); ERANGE (second)'),
    ],
    ['nothing of what another profile answers', 'It MUST fail with EPERM.', '', at('does not name ERANGE (second)')],
    [
      'an error of other guards',
      'It MUST fail with EPERM, and be ignored.',
      'Two: ERANGE.',
      at('its sentence names IGNORED, which no guard of it answers'),
    ],
  ])('reports a clause that names %s', (_, text, explanation, problems) => {
    expect(problemsOf('SHARE-HYP-OWNED', text, explanation)).toEqual(problems);
  });

  test('reports a check that does not say that it denies', () => {
    expect(problemsOf('CBOR-WHOLE', 'An item MUST end.')).toEqual([
      ':1: CBOR-WHOLE: is checked by a verifier, and its sentence does not say that it denies',
    ]);
  });
});

describe('the clauses of this repository', () => {
  const files = readFiles(root, 'docs/spec', '.md');
  const explanations = explanationsOf(files);
  const clauses = parseClauses(files).map((one): Prose => ({ ...one, explanation: explanations.get(one.id) ?? '' }));
  const check = (prose: readonly Prose[]): string[] =>
    checkErrors(prose, [...profiles.values()], verifiers, clausePlaces(files));

  test('name every error', () => {
    expect(check(clauses)).toEqual([]);
  });

  test('would be reported without it, each guard in each profile', () => {
    const rules = [...profiles.values()].flatMap((profile) => [...profile.rules.values()]);
    // Profiles share most of their guards.
    for (const step of new Set(rules.flatMap(({ guards }) => guards))) {
      const clause = clauses.find(({ id }) => id === step.clause);
      if (step.kind !== 'must' || clause === undefined) continue;
      const word = { IGNORED: 'ignored', PANIC: 'stops the machine' }[step.error as string] ?? step.error;
      const strip = (text: string): string => text.replaceAll(word, '');
      const without = { ...clause, text: strip(clause.text), explanation: strip(clause.explanation) };
      expect(check([without]).length, `${step.clause} without ${step.error}`).toBeGreaterThan(0);
    }
  });
});
