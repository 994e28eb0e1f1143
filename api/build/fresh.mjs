/** The command line of a checkout: built once, and again where one of its sources has changed. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @typedef {{ readonly folder: string, readonly read: readonly import('./bundle.mjs').Read[] }} Built */

const root = join(import.meta.dirname, '../..');
const cache = join(root, 'node_modules/.cache/pvm-spec');
const record = join(cache, 'built.json');
const day = 24 * 60 * 60 * 1000;

/** The modules that are built, by the names of their files. */
const entries = { main: 'cli/main.ts', worker: 'cli/verify/worker.ts' };

export const commandLine = () => module('main');

/**
 * The module to import; where nothing can be built, the sources themselves.
 * @param {keyof typeof entries} name
 */
export async function module(name) {
  process.setSourceMapsEnabled(true);
  try {
    return pathToFileURL(join(unchanged() ?? (await buildAnew()), `${name}.js`)).href;
  } catch (error) {
    if (!cannotBuild.has(/** @type {NodeJS.ErrnoException} */ (error).code ?? '')) throw error;
    const { register } = await import('tsx/esm/api');
    register();
    return new URL(`../../${entries[name]}`, import.meta.url).href;
  }
}

/** The checkout cannot be written to, or esbuild is not installed. */
const cannotBuild = new Set(['EACCES', 'EPERM', 'EROFS', 'ERR_MODULE_NOT_FOUND']);

/** What was built last, if every file that went into it is as it was. */
function unchanged() {
  const built = lastBuilt();
  if (built === undefined || !built.read.every(isAsRead)) return undefined;
  const folder = join(cache, built.folder);
  return Object.keys(entries).every((name) => existsSync(join(folder, `${name}.js`))) ? folder : undefined;
}

/** @param {import('./bundle.mjs').Read} read */
function isAsRead({ file, size, changed }) {
  const now = statSync(join(root, file), { throwIfNoEntry: false });
  return now?.size === size && now.mtimeMs === changed;
}

/** @returns {Built | undefined} */
function lastBuilt() {
  try {
    return /** @type {Built} */ (JSON.parse(readFileSync(record, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Builds into a folder of its own, for what is running may still load from an older one. */
async function buildAnew() {
  const { bundle } = await import('./bundle.mjs');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'build-'));
  const read = await bundle(entries, folder, true);
  writeFileSync(join(folder, 'built.json'), JSON.stringify({ folder: basename(folder), read }));
  renameSync(join(folder, 'built.json'), record);
  removeOlder();
  return folder;
}

function removeOlder() {
  for (const name of readdirSync(cache).filter((one) => one.startsWith('build-'))) {
    const folder = join(cache, name);
    const changed = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - changed > day) rmSync(folder, { recursive: true, force: true });
  }
}
