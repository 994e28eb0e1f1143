/** `npm run build`: the package's modules and their declarations, as they are shipped, into `dist/`. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundle, explorerScript } from './bundle.mjs';

const root = join(import.meta.dirname, '../..');
const dist = join(root, 'dist');
/** Where `tsc --build` leaves them. */
const declarations = join(root, 'node_modules/.cache/tsc');

/** The modules of `api/` that package.json exports, by name. */
const manifest = /** @type {{ exports: Record<string, { types?: string }> }} */ (
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
);
const names = Object.values(manifest.exports).flatMap(({ types = '' }) => /\/api\/(.+)\.d\.ts$/.exec(types)?.[1] ?? []);

rmSync(dist, { recursive: true, force: true });
await bundle(
  {
    cli: 'cli/main.ts',
    worker: 'cli/verify/worker.ts',
    ...Object.fromEntries(names.map((name) => [name, `api/${name}.ts`])),
  },
  dist,
);
writeFileSync(join(dist, 'explorer.js'), await explorerScript());
/** @type {Set<string>} */
const copied = new Set();
for (const name of names) copyDeclaration(`api/${name}.d.ts`);

/**
 * Copies a declaration file with all that it imports; test files and other layers stay behind.
 * @param {string} file
 */
function copyDeclaration(file) {
  if (copied.has(file)) return;
  copied.add(file);
  const text = readFileSync(join(declarations, file), 'utf8');
  mkdirSync(dirname(join(dist, 'types', file)), { recursive: true });
  copyFileSync(join(declarations, file), join(dist, 'types', file));
  for (const [, imported = ''] of text.matchAll(/(?:from |import\()['"](\.[^'"]+)\.ts['"]/g)) {
    copyDeclaration(join(dirname(file), `${imported}.d.ts`));
  }
}
