import { describe, expect, test } from 'vitest';
import { appraise } from '../../properties/evidence/appraise.ts';
import { decisionOf } from '../../properties/evidence/decision.ts';
import { allEdges } from './edges/all.ts';
import { optionsNamed } from './option-sets.ts';

describe('at each boundary', () => {
  test.each(allEdges)('$clause › $description', ({ clause, options, isBelieved, make }) => {
    const decision = decisionOf(appraise(make('a device'), optionsNamed(options)));
    if (isBelieved) expect(decision.verdict).not.toBe('denied');
    else expect(decision).toMatchObject({ verdict: 'denied', clause });
  });

  test('no two cases have one name', () => {
    const names = allEdges.map(({ clause, description }) => `${clause} ${description}`);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });
});
