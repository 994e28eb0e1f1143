import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hostFields, measured, written } from '../../spec/profiles/host-memory-7.3.ts';
import { hypercalls } from '../../spec/profiles/hypercalls-7.3.ts';
import { cacheFolder, findInstalled } from '../../targets/linux-pkvm/installed.ts';

test('every field is listed once, and read by hypercalls that there are, unless it is ignored', () => {
  const inStructures = hostFields.filter(({ at }) => at !== undefined);
  const names = hostFields.map(({ of, path }) => `${of} ${path}`);
  const known = new Set(hypercalls.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
  expect(inStructures.flatMap(({ readBy }) => readBy).filter((call) => !known.has(call))).toEqual([]);
  expect(hostFields.filter(({ treated, readBy }) => treated !== 'ignored' && readBy.length === 0)).toEqual([]);
});

test('a word that hunts write holds no field that they must leave alone', () => {
  const wordOf = ({ of, at = -1 }: { of: string; at?: number }): string => `${of} ${Math.floor(at / 8)}`;
  const words = new Set(written.map(wordOf));
  const left = hostFields.filter((field) => !written.includes(field) && field.at !== undefined);
  expect(left.filter((field) => words.has(wordOf(field)))).toEqual([]);
});

test('a value that hunts leave out is in a finding', () => {
  const findings = new Set(readdirSync(new URL('../../counterexamples/findings', import.meta.url)));
  const cited = hostFields.flatMap(({ stops }) => (stops ? [`${stops.finding}.json`] : []));
  expect(cited).toHaveLength(2);
  expect(cited.filter((file) => !findings.has(file))).toEqual([]);
});

const there = findInstalled(cacheFolder(), measured)?.features.hostFields;
const where = there ? '' : ` (not compared: pvm-spec target setup linux-pkvm --release ${measured})`;
test.skipIf(there === undefined)(`offsets are those of ${measured}${where}`, () => {
  for (const structure of ['kvm', 'kvm_vcpu'] as const) {
    const fields = hostFields.filter(({ of }) => of === structure);
    expect(fields.map(({ path }) => [path, there?.[structure][path]])).toEqual(
      fields.map(({ path, at }) => [path, at]),
    );
  }
});
