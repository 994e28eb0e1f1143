import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parsePatch, patchesIn } from './patch.ts';
import type { Patch } from './patch.ts';

const diff = '--- a/arch/x.c\n+++ b/arch/x.c\n@@ -1,2 +1,1 @@\n kept\n-gone\n';
const header = ['Source: linux-source-7.3 7.3.4-1', 'Kind: fault', 'Says: it is\n gone.', 'Breaks: MEM-PRIVATE'];
const parse = (lines: readonly string[]) => parsePatch('some/gone.patch', `${lines.join('\n')}\n\n${diff}`);

describe('the header of a patch', () => {
  test('says what it does, to which source, and what it breaks', () => {
    expect(parse([...header, 'From: 985bb51f17ab'])).toEqual({
      name: 'gone',
      file: 'some/gone.patch',
      kind: 'fault',
      description: 'it is gone.',
      source: { name: 'linux-source-7.3', version: '7.3.4-1' },
      from: '985bb51f17ab',
      breaks: 'MEM-PRIVATE',
      scene: undefined,
      needsSecureWorld: false,
      unseen: undefined,
      changes: ['arch/x.c'],
    });
  });
  test.each([
    ['the header lacks Source', header.slice(1)],
    ['the header lacks Breaks', header.slice(0, 3)],
    ['Source is a package and its version', ['Source: linux', ...header.slice(1)]],
    ['Kind is one of fault, harmless', [header[0] ?? '', 'Kind: bug', ...header.slice(2)]],
    ['no field of a header: Note: it', [...header, 'Note: it']],
    ['Machine is secure world, or is not there', [...header, 'Machine: with TrustZone']],
    ['Kind is there twice', [...header, 'Kind: harmless']],
  ])('%s', (problem, lines) => {
    expect(() => parse(lines)).toThrow(`gone.patch: ${problem}`);
  });
  test('there is a diff behind it', () => {
    expect(() => parsePatch('gone.patch', header.join('\n'))).toThrow('no header, or no diff behind it');
  });
});

describe('the patches of the project', () => {
  const [forOne, forTwo] = ['kernel', 'kernel/races'].map((folder) =>
    patchesIn(fileURLToPath(new URL(`../../../mutants/${folder}`, import.meta.url))),
  ) as [Patch[], Patch[]];
  const all = [...forOne, ...forTwo];

  test('are against one source', () => {
    expect(new Set(all.map(({ source }) => `${source.name} ${source.version}`)).size).toBe(1);
  });
  test.each([
    ['of one CPU', forOne, 20, 2],
    ['of two CPUs', forTwo, 15, 3],
  ])('%s are faults and harmless changes', (_, some, faults, harmless) => {
    expect(some.filter(({ kind }) => kind === 'fault').length).toBeGreaterThanOrEqual(faults);
    expect(some.filter(({ kind }) => kind === 'harmless').length).toBeGreaterThanOrEqual(harmless);
  });
  test('have a scene where they are for two CPUs', () => {
    expect(forOne.filter(({ scene }) => scene !== undefined).map(({ name }) => name)).toEqual([]);
    expect(forTwo.filter(({ scene }) => scene === undefined).map(({ name }) => name)).toEqual([]);
  });
  test.each(all.map(({ name, file }) => [name, file]))('%s is whole', (_, file) => {
    const hunks = readFileSync(file, 'utf8')
      .split(/^(?=@@ )/m)
      .slice(1);
    expect(hunks.length).toBeGreaterThan(0);
    for (const hunk of hunks) {
      const [head = '', ...body] = hunk.split(/\n(?=[-+ @])/).map((line) => line.trimEnd());
      const [_, before, after] = /^@@ -\d+,(\d+) \+\d+,(\d+) @@$/.exec(head) ?? [];
      const lines = body.filter((line) => !/^(---|\+\+\+) /.test(line));
      expect(lines.filter((line) => !line.startsWith('+')).length).toBe(Number(before));
      expect(lines.filter((line) => !line.startsWith('-')).length).toBe(Number(after));
    }
  });
});
