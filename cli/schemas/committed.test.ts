import { readFileSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evidenceFormat } from '../../mutants/evidence/file.ts';
import { imageFormat } from '../../mutants/images/file.ts';
import { counterexampleFormat } from '../../search/counterexamples/file.ts';
import { findingFormat } from '../../search/counterexamples/finding.ts';
import { parseFile, schemaFile, written } from '../../search/counterexamples/format.ts';
import type { FileFormat } from '../../search/counterexamples/format.ts';
import { sequenceFormat } from '../../search/counterexamples/sequence-file.ts';
import { shardFormat } from '../shards/file.ts';
import { errorsOf } from './validator.ts';

type Json = Readonly<Record<string, unknown>>;

const root = new URL('../../', import.meta.url);
const linesOf = (file: URL): string[] => readFileSync(file, 'utf8').trimEnd().split('\n');

const committed = readdirSync(new URL('counterexamples/', root), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .map((name) => new URL(`counterexamples/${name}`, root))
  .map((file) => ({ file, value: JSON.parse(readFileSync(file, 'utf8')) as Json }));

test('every committed file is as the schema says to which its $schema leads', () => {
  expect(committed.length).toBeGreaterThan(500);
  for (const { file, value } of committed) {
    const schema = fileURLToPath(new URL(String(value['$schema']), file));
    expect(schema).toBe(fileURLToPath(new URL(`docs/schemas/${basename(schema)}`, root)));
    expect(errorsOf(basename(schema), value), file.href).toBeUndefined();
  }
});

test('every committed corpus is as its schema says', () => {
  const folder = new URL('search/corpus/', root);
  for (const name of readdirSync(folder))
    expect(
      errorsOf('corpus.schema.json', JSON.parse(readFileSync(new URL(name, folder), 'utf8'))),
      name,
    ).toBeUndefined();
});

test('every line of a recording is as its schema says', () => {
  const folder = new URL('targets/transcript/recorded/', root);
  for (const name of readdirSync(folder))
    for (const line of linesOf(new URL(name, folder)))
      expect(errorsOf('pvm-trace.schema.json', JSON.parse(line)), name).toBeUndefined();
  expect(errorsOf('pvm-trace.schema.json', { i: 0, op: 3, args: {} })).toBeDefined();
});

const sequence = written(sequenceFormat, {
  ...{ format: 'pvm-sequence', name: 'a.b', kind: 'done where refused', found: 'npx pvm-spec hunt', isShrunk: true },
  difference: { what: 'ret', expected: '"EPERM"', got: '0' },
  recording: {
    target: { hypervisor: 'x', release: '1', machine: 'x', mode: 'x' },
    profile: 'linux-7.3',
    calls: [{ op: 'host_unshare_hyp', args: { page: 'P0' }, answer: { ret: 0 } }],
  },
});
const shard = written(shardFormat, {
  ...{ format: 'pvm-shard', specification: '1.2.3', of: 'verify', asked: {} },
  share: { index: 0, count: 2 },
  made: {},
});

const named = (format: FileFormat<unknown>): readonly Json[] =>
  committed.map(({ value }) => value).filter(({ $schema }) => String($schema).endsWith(`/${schemaFile(format)}`));
const kinds: readonly (readonly [name: string, format: FileFormat<unknown>, samples: readonly Json[]])[] = [
  ...[counterexampleFormat, evidenceFormat, imageFormat, findingFormat].map(
    (format) => [format.name, format, named(format)] as const,
  ),
  ['sequence', sequenceFormat, [sequence]],
  ['shard', shardFormat, [shard]],
];

/** Each makes of a file one that it must not be, in one key. */
const mutations: readonly ((file: Json, key: string) => Json)[] = [
  (file, key) => Object.fromEntries(Object.entries(file).filter(([name]) => name !== key)),
  (file, key) =>
    Object.fromEntries(Object.entries(file).map(([name, value]) => [name === key ? `${name}2` : name, value])),
  (file, key) => ({ ...file, [key]: typeof file[key] === 'object' ? 'x' : { x: 1 } }),
];

describe.each(kinds)('%s', (name, format, samples) => {
  test('a file in which a key is removed, renamed or of another type is refused in one line that names it', () => {
    const mutated = fc
      .constantFrom(...samples)
      .chain((file) => fc.record({ file: fc.constant(file), key: fc.constantFrom(...Object.keys(file)) }));
    const property = fc.property(mutated, fc.constantFrom(...mutations), ({ file, key }, mutate) => {
      const value = mutate(file, key);
      const read = parseFile(format, JSON.stringify(value));
      const isRemoved = mutate === mutations[0];
      // Neither says what `made` is, and both may lack what older files lack.
      if (key === 'made') return;
      expect(typeof read === 'string', `${key}: ${JSON.stringify(read)}`).toBe(
        errorsOf(schemaFile(format), value) !== undefined,
      );
      if (typeof read !== 'string') expect(isRemoved).toBe(true);
      else expect(read).toMatch(new RegExp(`^expected ${format.what}: [^\\n]*${key.replace('$', '\\$')}[^\\n]*$`));
    });
    fc.assert(property, { seed: 1, numRuns: 60 });
  });

  test('a file of a newer version is refused by both versions, and one of another format by its name', () => {
    const [file] = samples;
    expect(parseFile(format, JSON.stringify({ ...file, version: 2 }))).toBe(
      `expected ${format.what}: version: it is of version 2, and this pvm-spec reads up to 1; use a newer pvm-spec`,
    );
    expect(parseFile(format, JSON.stringify({ ...file, $schema: 'x/verify-report.schema.json' }))).toBe(
      `expected ${format.what}: $schema: it names verify-report.schema.json, not ${name}.schema.json`,
    );
  });
});
