import { expect, test } from 'vitest';
import { pvmSpec } from '../in-process.ts';
import type { ClauseRow } from '../clauses/shape.ts';
import { version } from '../version.ts';

async function run(...args: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  const { status, stdout, stderr } = await pvmSpec(...args);
  return { status, out: stdout, err: stderr };
}

test('words need no quotes, and a term is found by another name', async () => {
  const { status, out } = await run('clauses', 'context', 'identifier');
  expect(status).toBe(0);
  expect(out).toMatch(/^CID-LIVE-UNIQUE /);
});

test('an id in small letters shows the clause, where it is and how to cite it', async () => {
  const { status, out } = await run('clauses', 'mem-wipe');
  expect(status).toBe(0);
  expect(out).toContain(`\ncite as: pvm-spec ${version}, MEM-WIPE (docs/spec/memory.md#mem-wipe)\n`);
  expect(out).toContain('properties/memory/contents.ts');
});

test('a row that no clause covers is shown all the same', async () => {
  const { status, out } = await run('clauses', 'P-02');
  expect(status).toBe(0);
  expect(out).toMatch(/^P-02 {3}Only apps with the permission/);
});

test('what is found nowhere is exit status 1, with what may have been meant', async () => {
  expect(await run('clauses', 'recliam')).toMatchObject({
    status: 1,
    out: 'no clause has recliam; did you mean RECLAIM?\n',
  });
});

test('as JSON, each clause has its page, its anchor and how to cite it', async () => {
  const { status, out } = await run('clauses', '--json', 'h-03');
  expect(status).toBe(0);
  const { clauses: rows } = JSON.parse(out) as { clauses: ClauseRow[] };
  expect(rows.find(({ id }) => id === 'MEM-WIPE')).toMatchObject({
    file: 'docs/spec/memory.md',
    anchor: 'mem-wipe',
    cite: `pvm-spec ${version}, MEM-WIPE (docs/spec/memory.md#mem-wipe)`,
  });
});

test.each([
  ['there is no file, counterexample or clause', 'explain', 'MEM-WIPR'],
  ['no clause', 'verify', '--clause', 'MEM-WIPR'],
])('%s: a near miss is suggested', async (what, ...args) => {
  expect(await run(...args)).toEqual({
    status: 2,
    out: '',
    err: `pvm-spec: ${what} MEM-WIPR; did you mean MEM-WIPE?\n`,
  });
});
