/** The package, packed and unpacked elsewhere beside its dependencies alone: what a consumer has. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, string>>;
}
interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const subpaths = Object.keys(manifest.exports).filter((one) => one !== './package.json');
const specifier = (subpath: string): string => join('pvm-spec', subpath);

const folder = mkdtempSync(join(tmpdir(), 'pvm-package-'));
const consumer = join(folder, 'consumer');
const installed = join(consumer, 'node_modules/pvm-spec');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root, stdio: 'pipe' });
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball(), '--strip-components=1', '-C', installed]);
  for (const name of [...dependencies(), '@types/node', 'undici-types']) link(name);
}, 120_000);

const tarball = (): string => join(folder, `pvm-spec-${manifest.version}.tgz`);

/** Everything that an installation brings with it: in the lockfile, and not for development alone. */
function dependencies(): string[] {
  const { packages } = JSON.parse(read('package-lock.json')) as Lock;
  return Object.entries(packages).flatMap(([path, { dev }]) => {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1];
    return name !== undefined && dev !== true && existsSync(join(root, path)) ? [name] : [];
  });
}

function link(name: string): void {
  mkdirSync(dirname(join(consumer, 'node_modules', name)), { recursive: true });
  symlinkSync(join(root, 'node_modules', name), join(consumer, 'node_modules', name));
}

interface Run {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function run(command: string, args: readonly string[], cwd = consumer): Run {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

const pvmSpec = (...args: string[]): Run => run('node', [join(installed, 'cli/pvm-spec.mjs'), ...args]);
const tsc = (...args: string[]): Run => run(join(root, 'node_modules/.bin/tsc'), args);

const shipped = (pattern: RegExp): string[] =>
  readdirSync(installed, { recursive: true, encoding: 'utf8' })
    .filter((file) => pattern.test(file))
    .sort();

const importsIn = (file: string): string[] =>
  [...readFileSync(join(installed, file), 'utf8').matchAll(/(?:^|[\s}])(?:from|import)\s?\(?['"]([^'"\s]+)['"]/gm)].map(
    ([, name = '']) => name,
  );

test('no test is shipped', () => {
  expect(shipped(/\.test\./)).toEqual([]);
});

test('what is shipped imports what is shipped, Node, and every dependency, but nothing of development', () => {
  // The script of the explorer's page is no module: whatever it needs is in it.
  const files = shipped(/^dist\/.*\.[jt]s$/).filter((file) => file !== 'dist/explorer.js');
  const imported = files.flatMap((file) => importsIn(file).map((name) => ({ file, name })));
  const inside = imported.filter(({ name }) => name.startsWith('.'));
  const missing = inside.filter(({ file, name }) => !files.includes(shippedAs(join(dirname(file), name))));
  expect(inside.length).toBeGreaterThan(files.length);
  expect(missing).toEqual([]);
  const outside = imported.map(({ name }) => name).filter((name) => !/^\.|^node:/.test(name));
  const packages = new Set(outside.map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/')));
  expect([...packages].sort()).toEqual(Object.keys(manifest.dependencies).sort());
});

/** Declarations name the sources that they were made of. */
const shippedAs = (file: string): string => file.replace(/\.ts$/, '.d.ts');

// why: npm heeds overrides of the root alone, so that with one of what a consumer gets, it gets another tree than the one
// locked here.
test('what is overridden is for development alone', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as Lock;
  for (const name of Object.keys(manifest.overrides ?? {})) {
    const locked = Object.entries(packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
    expect(locked.length, name).toBeGreaterThan(0);
    expect(locked.filter(([, { dev }]) => dev !== true)).toEqual([]);
  }
});

test('npm locks it, and installs what is locked', (context) => {
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  const flags = [
    '--prefix',
    project,
    '--prefer-offline',
    '--fetch-retries',
    '0',
    '--fetch-timeout',
    '20000',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ];
  const first = run('npm', ['install', '--package-lock-only', ...flags, tarball()], project);
  const unreachable = /E(?:NOTCACHED|AI_AGAIN|NOTFOUND|CONNREFUSED|CONNRESET|TIMEDOUT|NETUNREACH)/.exec(first.err)?.[0];
  if (unreachable !== undefined) context.skip(`npm reaches no registry (${unreachable})`);
  expect(first).toMatchObject({ status: 0 });
  expect(run('npm', ['ci', ...flags], project)).toMatchObject({ status: 0 });
  expect(run('npm', ['exec', '--', 'pvm-spec', '--version'], project).out.trim()).toBe(manifest.version);
}, 60_000);

test.each(subpaths)('Node imports %s as it is', async (subpath) => {
  const name = subpath === '.' ? 'main' : subpath;
  const source = (await import(join(import.meta.dirname, `${name}.ts`))) as object;
  const print = `console.log(Object.keys(await import('${specifier(subpath)}')).join())`;
  const { out, err } = run('node', ['--input-type=module', '--eval', print]);
  expect(err).toBe('');
  expect(out.trim().split(',').sort()).toEqual(Object.keys(source).sort());
});

test('the declarations are whole, and say more than any', () => {
  const imports = subpaths.map((one, i) => `import * as all${i} from '${specifier(one)}';`);
  const uses = subpaths.map((_, i) => `// @ts-expect-error: not any\nexport const number${i}: number = all${i};`);
  const values = `import { TransitionSystem, bare, linux73, sequences } from 'pvm-spec';
    // @ts-expect-error: not any
    export const calls: number = sequences(new TransitionSystem(linux73, bare.config), bare);`;
  writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(consumer, 'check.ts'), [...imports, ...uses, values].join('\n'));
  const options = ['--module', 'nodenext', '--target', 'es2023', '--strict', '--skipLibCheck', '--noEmit'];
  expect(tsc(...options, '--types', 'node', 'check.ts')).toEqual({ status: 0, out: '', err: '' });
});

test("the example's own target is caught, and the calls are shrunk to the two that show it", () => {
  for (const file of ['own-target.ts', 'tsconfig.json', 'package.json']) {
    cpSync(join(installed, 'examples/own-target', file), join(consumer, file));
  }
  expect(tsc()).toEqual({ status: 0, out: '', err: '' });
  const { status, err } = run('node', ['own-target.js']);
  expect(status).toBe(1);
  expect(err).toContain('Counterexample: [[host_share_hyp(P0) on CPU 0, host_share_hyp(P0) on CPU 0]]');
  expect(err).toContain('host_share_hyp was answered done, and the spec says EPERM (SHARE-HYP-OWNED)');
});

test('the command runs, and finds its data', () => {
  expect(pvmSpec('--version')).toEqual({ status: 0, out: `${manifest.version}\n`, err: '' });
  const recorded = join(installed, 'targets/transcript/recorded/scenario-share-unshare.jsonl');
  expect(pvmSpec('trace', 'check', recorded)).toMatchObject({ status: 0, err: '' });
  const [rule = ''] = shipped(/^counterexamples\/rules\/.*\.json$/);
  expect(pvmSpec('replay', join(installed, rule))).toMatchObject({ status: 1, err: '' });
  const page = join(folder, 'explorer.html');
  expect(pvmSpec('explore', '--out', page)).toMatchObject({ status: 0, err: '' });
  expect(readFileSync(page, 'utf8').length).toBeGreaterThan(500_000);
});

test('what stands behind a clause is told as in a checkout', () => {
  const told = (at: string): string => run('node', ['cli/pvm-spec.mjs', 'clauses', 'MEM-PRIVATE'], at).out;
  expect(told(installed)).toContain('counterexamples/rules/');
  expect(told(installed)).toBe(told(root));
});

test("the guest's sources are found from where the package lies", () => {
  const cache = join(folder, 'cache');
  mkdirSync(join(cache, '7.3.4'), { recursive: true });
  writeFileSync(join(cache, '7.3.4/target.json'), '{"guest":"of another version"}');
  const print = `console.log((await import('pvm-spec/targets')).findInstalled('${cache}'))`;
  expect(run('node', ['--input-type=module', '--eval', print])).toEqual({ status: 0, out: 'undefined\n', err: '' });
});
