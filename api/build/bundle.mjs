/** The sources as modules that plain Node runs. */
import { readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build } from 'esbuild';

/** @typedef {{ readonly file: string, readonly size: number, readonly changed: number }} Read A file, as it was read. */

const root = join(import.meta.dirname, '../..');

/**
 * Bundles modules of the sources into a folder, and says which files went into them.
 * @param {Readonly<Record<string, string>>} entryPoints by the names that they get
 * @param {string} folder
 * @param {boolean} maps whether errors can name lines of the sources
 * @returns {Promise<Read[]>}
 */
export async function bundle(entryPoints, folder, maps = false) {
  const read = [await asRead(join(root, 'api/build/bundle.mjs'))];
  await build({
    absWorkingDir: root,
    entryPoints: { ...entryPoints },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    charset: 'utf8',
    sourcemap: maps,
    logLevel: 'silent',
    plugins: [inPlace(folder, read)],
  });
  return read;
}

/**
 * The script of the explorer's page, as one text. Nothing in it is of Node, and whatever is copied into it keeps its
 * licence.
 * @returns {Promise<string>}
 */
export async function explorerScript() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['cli/explore/page/main.ts'],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2023',
    charset: 'utf8',
    logLevel: 'silent',
    plugins: [
      { name: 'version', setup: (building) => building.onLoad({ filter: /cli\/version\.ts$/ }, versionAsText) },
    ],
  });
  const packages = new Set(
    Object.keys(metafile.inputs).flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []),
  );
  const licences = await Promise.all(
    [...packages].map(
      async (name) => `/* ${name}:\n${await readFile(join(root, 'node_modules', name, 'LICENSE'), 'utf8')}*/\n`,
    ),
  );
  return [...licences, outputFiles[0]?.text ?? ''].join('');
}

/** What cannot be read from a page. */
async function versionAsText() {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return { contents: `export const version = ${JSON.stringify(version)};` };
}

/**
 * Modules find their data beside their sources, wherever they run from.
 * @param {string} folder
 * @param {Read[]} read
 * @returns {import('esbuild').Plugin}
 */
const inPlace = (folder, read) => ({
  name: 'in-place',
  setup(building) {
    building.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      // Before the reading: a change in between makes the build old, not new.
      read.push(await asRead(path));
      const url = `new URL(${JSON.stringify(relative(folder, path))}, import.meta.url)`;
      const dirname = `process.getBuiltinModule('node:url').fileURLToPath(new URL('.', ${url}))`;
      const text = await readFile(path, 'utf8');
      const placed = { 'import.meta.url': `${url}.href`, 'import.meta.dirname': dirname };
      return {
        loader: 'ts',
        contents: text.replace(/import\.meta\.(url|dirname)/g, (name) => placed[/** @type {keyof placed} */ (name)]),
      };
    });
  },
});

/** @param {string} path @returns {Promise<Read>} */
async function asRead(path) {
  const { size, mtimeMs } = await stat(path);
  return { file: relative(root, path), size, changed: mtimeMs };
}
