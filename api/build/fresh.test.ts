/** The command line of a checkout, in a small checkout of its own. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
let checkout = '';

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'pvm-checkout-'));
  for (const file of ['cli/pvm-spec.mjs', 'api/build/fresh.mjs', 'api/build/bundle.mjs', 'package.json']) {
    cpSync(join(root, file), join(checkout, file));
  }
  write('cli/main.ts', "import { word } from './word.ts';\nconsole.log(word);\n");
  mkdirSync(join(checkout, 'cli/verify'));
  write('cli/verify/worker.ts', 'export default (): void => undefined;\n');
  write('cli/word.ts', "export const word: string = 'one';\n");
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function write(file: string, text: string): void {
  writeFileSync(join(checkout, file), text);
}

function has(...packages: string[]): void {
  for (const name of packages) {
    mkdirSync(dirname(join(checkout, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(checkout, 'node_modules', name));
  }
}

function pvmSpec(): string {
  const { stdout, stderr } = spawnSync('node', [join(checkout, 'cli/pvm-spec.mjs')], { encoding: 'utf8' });
  return stdout + stderr;
}

const builds = (): string[] =>
  readdirSync(join(checkout, 'node_modules/.cache/pvm-spec')).filter((name) => name.startsWith('build-'));

test('a build is used as long as no source has changed, and not after that', () => {
  has('esbuild');
  expect(pvmSpec()).toBe('one\n');
  expect(pvmSpec()).toBe('one\n');
  expect(builds()).toHaveLength(1);
  write('cli/word.ts', "export const word: string = 'two';\n");
  expect(pvmSpec()).toBe('two\n');
  expect(builds()).toHaveLength(2);
});

test('a record that is damaged, or whose build is gone, is built anew', () => {
  has('esbuild');
  pvmSpec();
  write('node_modules/.cache/pvm-spec/built.json', '{');
  expect(pvmSpec()).toBe('one\n');
  for (const name of builds()) rmSync(join(checkout, 'node_modules/.cache/pvm-spec', name), { recursive: true });
  expect(pvmSpec()).toBe('one\n');
});

test('where nothing can be built, the sources run as they are', () => {
  has('tsx');
  expect(pvmSpec()).toBe('one\n');
});

test('a module finds what lies beside its source, and an error names the line of the source', () => {
  has('esbuild');
  write('cli/word.ts', 'export const word: string = `${import.meta.url} ${import.meta.dirname}`;\n');
  expect(pvmSpec()).toBe(`file://${checkout}/cli/word.ts ${checkout}/cli/\n`);
  write('cli/word.ts', "export const word: string = 'one';\n\nthrow new Error('wrong');\n");
  expect(pvmSpec()).toContain('cli/word.ts:3:7');
});

test('the help loads no more than the names of the commands', () => {
  const run = (...args: string[]): string =>
    spawnSync('node', [join(root, 'cli/pvm-spec.mjs'), ...args], { encoding: 'utf8' }).stdout;
  expect(run('--help')).toContain('Commands:');
  const cache = join(root, 'node_modules/.cache/pvm-spec');
  const { folder } = JSON.parse(readFileSync(join(cache, 'built.json'), 'utf8')) as { folder: string };
  expect([...new Set(sourcesLoadedBy(join(cache, folder, 'main.js')))]).toEqual([
    'cli/commands/all.ts',
    'cli/main.ts',
    'cli/output.ts',
    'cli/run.ts',
    'cli/version.ts',
  ]);
});

/** The sources that a built module consists of, and those of all that it imports, but for what it may import later. */
function sourcesLoadedBy(module: string, seen = new Set<string>()): string[] {
  if (seen.has(module)) return [];
  seen.add(module);
  const text = readFileSync(module, 'utf8');
  const own = [...text.matchAll(/^\/\/ (\S+\.ts)$/gm)].map(([, source = '']) => source);
  const imported = [...text.matchAll(/(?:from|^import) "(\.\/[^"]+)"/gm)].map(([, name = '']) => name);
  return [...own, ...imported.flatMap((name) => sourcesLoadedBy(join(dirname(module), name), seen))].sort();
}
