// `npm run site`: builds the documentation as a site of static files, and fails where a link or an anchor leads nowhere,
// or a page that is opened complains.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'vitepress';
import { explorerScript } from '../commands/explore.ts';
import { exitStatus, print, warn } from '../output.ts';
import { flawsOf } from './links.ts';
import { complaintsOf, hasBrowser } from './opened.ts';
import { sourcesOf } from './sources.ts';

const root = join(import.meta.dirname, '../..');
const sources = join(root, '.cache/site');
const site = join(root, 'report/site');

rmSync(sources, { recursive: true, force: true });
for (const [path, text] of sourcesOf(await explorerScript())) {
  const file = join(sources, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
await build(sources, { outDir: site });
const flaws = flawsOf(site);
if (hasBrowser()) {
  const { pages, complaints } = await complaintsOf(site);
  flaws.push(...complaints);
  print(`opened ${pages} pages in Chromium`);
} else print('not opened in a browser: there is no Chromium');
for (const flaw of flaws) warn(flaw);
print(`${relative(process.cwd(), site)}/index.html`);
process.exitCode = flaws.length === 0 ? exitStatus.holds : exitStatus.violated;
