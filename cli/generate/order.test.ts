import { describe, expect, test } from 'vitest';
import { page } from '../../spec/parameters.ts';
import { baseProfile } from '../../spec/profile.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { hypercall, must } from '../../spec/rule.ts';
import { isMemory } from '../../spec/vocabulary/pages.ts';
import { clausePlaces, parseClauses } from './clauses.ts';
import { readFiles } from './evidence.ts';
import { root } from './inputs.ts';
import { checkOrder, turned } from './order.ts';

const guards = [
  must('SHARE-HYP-OWNED', isMemory('page'), 'EPERM'),
  must('SHARE-HYP-MEMORY', isMemory('page'), 'EPERM'),
];
const toy = baseProfile('toy', [hypercall('toy', { page }, { guards, effects: [] })]);
const listed = (id: string, section = 'share') => ({ id, chapter: 'memory-calls', section });
const places = new Map([['SHARE-HYP-MEMORY', { path: 'docs/spec/memory-calls.md', line: 9 }]]);

describe('the check on the order of clauses', () => {
  test('accepts the order of the guards, and says nothing of two sections', () => {
    expect(checkOrder([listed('SHARE-HYP-OWNED'), listed('SHARE-HYP-MEMORY')], [toy], places)).toEqual([]);
    expect(checkOrder([listed('SHARE-HYP-MEMORY'), listed('SHARE-HYP-OWNED', 'b')], [toy], places)).toEqual([]);
  });

  test('reports two guards that are listed the other way round', () => {
    expect(checkOrder([listed('SHARE-HYP-MEMORY'), listed('SHARE-HYP-OWNED')], [toy], places)).toEqual([
      'docs/spec/memory-calls.md:9: SHARE-HYP-MEMORY: is listed before SHARE-HYP-OWNED, and toy of toy asks for SHARE-HYP-OWNED first',
    ]);
  });
});

describe('the prose of this repository', () => {
  const files = readFiles(root, 'docs/spec', '.md');
  const clauses = parseClauses(files);

  test('lists guards in their order', () => {
    expect(checkOrder(clauses, [...profiles.values()], clausePlaces(files))).toEqual([]);
  });

  test('has each exception in some profile', () => {
    const pairs = [...profiles.values()].flatMap(({ rules }) =>
      [...rules.values()].flatMap((rule) =>
        rule.guards.slice(1).map((step, i) => `${rule.guards[i]?.clause} ${step.clause}`),
      ),
    );
    expect(turned.filter(([first, second]) => !pairs.includes(`${first} ${second}`))).toEqual([]);
  });
});
