/** Where an implementation may be stricter than Linux without harm, it is not told otherwise. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { judge, parseFinding } from '../counterexamples/finding.ts';
import type { Recording } from '../counterexamples/finding.ts';

function recorded(name: string): Recording {
  const file = new URL(`../../counterexamples/findings/${name}.json`, import.meta.url);
  const finding = parseFinding(readFileSync(file, 'utf8'));
  if (typeof finding === 'string') throw new Error(finding);
  return finding.recordings[0] as Recording;
}

const shared = recorded('linux-7.3.shared-pages-return-as-they-are');
const reads = (page: string, value: string): Recording['calls'][number] => ({
  op: 'host_read',
  args: { page, offset: 8 },
  answer: { value },
});
const writes = (page: string): Recording['calls'][number] => ({
  op: 'host_write',
  args: { page, offset: 8, value: '0xfeed' },
  answer: { ok: true },
});
const lastOf = (...calls: Recording['calls']) =>
  judge({ ...shared, calls: [...shared.calls.slice(0, -1), ...calls] }).at(-1)?.difference;

test('a page that its VM shared comes back as it is, or wiped, and in no other way', () => {
  expect(lastOf(reads('P0', '0xbeef'))).toBeUndefined();
  expect(lastOf(reads('P0', '0x0'))).toBeUndefined();
  expect(lastOf(reads('P0', '0xdead'))).toEqual({ what: 'value', expected: '"0xbeef"', got: '"0xdead"' });
});

test('what the host writes after that stays', () => {
  expect(lastOf(writes('P0'), reads('P0', '0xfeed'))).toBeUndefined();
  expect(lastOf(writes('P0'), reads('P0', '0x0'))).toEqual({ what: 'value', expected: '"0xfeed"', got: '"0x0"' });
});

test('a page that never changed hands is as the host left it', () => {
  expect(lastOf(writes('P1'), reads('P1', '0x0'))).toEqual({ what: 'value', expected: '"0xfeed"', got: '"0x0"' });
});

test('whoever reads it next may find it wiped, until somebody has written there', () => {
  const shares = {
    op: 'ffa_share',
    args: { page: 'P0', offset: 0, descriptor: 'well-formed', refused: false },
    answer: { ret: 0 },
  };
  const secure = (op: string, ...[value, answer]: [string?, object?]): Recording['calls'][number] => ({
    op,
    args: { page: 'P0', offset: 8, ...(value !== undefined && { value }) },
    answer: { ...answer },
  });
  const read = (value: string) => secure('secure_read', undefined, { value });
  expect(lastOf(shares, read('0xbeef'))).toBeUndefined();
  expect(lastOf(shares, read('0x0'))).toBeUndefined();
  expect(lastOf(shares, read('0xdead'))).toMatchObject({ what: 'value' });
  expect(lastOf(shares, secure('secure_write', '0xfeed', { ok: true }), read('0x0'))).toMatchObject({ what: 'value' });
});
