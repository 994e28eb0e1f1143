/** A built site in a real browser: what its pages complain of, ask of others, or do not find. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const executablePath = '/usr/bin/chromium';
export const hasBrowser = (): boolean => existsSync(executablePath);

/** So many pages of each part are opened. */
const ofEachPart = 2;
/** A page is quiet for half a second before it is looked at. */
const atATime = 4;

/** One line for each complaint; the pages are the first of each part. */
export async function complaintsOf(site: string): Promise<{ readonly pages: number; readonly complaints: string[] }> {
  const server = serve(site);
  const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
  try {
    const { port } = server.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    const pages = somePages(site);
    const complaints: string[] = [];
    for (let at = 0; at < pages.length; at += atATime) {
      const some = pages.slice(at, at + atATime).map((page) => open(browser, origin, page));
      complaints.push(...(await Promise.all(some)).flat());
    }
    complaints.push(...(await search(browser, origin)));
    return { pages: pages.length, complaints };
  } finally {
    await browser.close();
    server.close();
  }
}

/** Of each part of the site, which a folder at its top is, or one in docs/, the first pages. */
function somePages(site: string): string[] {
  const files = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));
  const partOf = (file: string): string => /^(?:docs\/)?[^/]*\//.exec(file)?.[0] ?? '';
  const parts = [...new Set(files.map(partOf))];
  const first = parts.flatMap((part) =>
    files
      .filter((file) => partOf(file) === part)
      .sort()
      .slice(0, ofEachPart),
  );
  return [...new Set(['index.html', ...first])];
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The files of a folder, to this machine alone. */
function serve(site: string): Server {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://site').pathname));
    const file = [path, `${path}.html`, join(path, 'index.html')].find(
      (one) => extname(one) !== '' && existsSync(join(site, one)),
    );
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': types[extname(file ?? '')] ?? 'text/plain' });
    response.end(file === undefined ? '' : readFileSync(join(site, file)));
  });
  return server.listen(0, '127.0.0.1');
}

async function open(browser: Browser, origin: string, path: string): Promise<string[]> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${path}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`${path}: ${error.message}`));
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(origin))
      complaints.push(`${path}: asks ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${path}: ${response.url()}: ${response.status()}`);
  });
  await page.goto(`${origin}/${path}`, { waitUntil: 'networkidle' });
  if ((await page.locator('h1').count()) === 0 && path !== '404.html') complaints.push(`${path}: has no heading`);
  await page.close();
  return complaints;
}

/** A clause is found by its name, and leads to its page. */
async function search(browser: Browser, origin: string): Promise<string[]> {
  const page = await browser.newPage();
  await page.goto(`${origin}/`, { waitUntil: 'networkidle' });
  await page.keyboard.press('Control+k');
  await page.locator('.VPLocalSearchBox input').fill('MEM-WIPE');
  const found = page.locator('.VPLocalSearchBox .result').first();
  const isFound = await found.waitFor({ timeout: 20_000 }).then(
    () => true,
    () => false,
  );
  await page.close();
  return isFound ? [] : ['the search finds no MEM-WIPE'];
}
