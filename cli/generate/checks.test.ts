import { expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { checkGroups, verifiers } from '../../spec/evidence/verifiers.ts';
import { renderChecks } from './checks.ts';
import { root } from './inputs.ts';

const page = readFileSync(new URL('docs/checks.md', root), 'utf8');

test('each group of checks is there once', () => {
  for (const clause of ['CBOR-BOUNDED', 'COSE-KEY-POINT', 'COSE-SIGNATURE']) {
    expect(page.split(`[${clause}]`).length - 1).toBe(1);
  }
  expect(checkGroups.map(({ name }) => page.split(`## ${name}\n`).length - 1)).toEqual([1, 1, 1]);
});

test('says what each group is asked of', () => {
  const [chain] = verifiers;
  if (chain === undefined) throw new Error('unreachable: there are verifiers');
  const index = { clauses: new Map(), fileOf: () => '' };
  expect(() => renderChecks([{ ...chain, asked: [] }], index)).toThrow('unreachable: it is not said what');
  expect(() => renderChecks([{ ...chain, asked: [...(chain.asked ?? []), 'more'] }], index)).toThrow('asked of more');
});
