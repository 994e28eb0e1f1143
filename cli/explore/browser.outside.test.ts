/** The explorer in a real browser, as the command serves it: under its policy, by keyboard, without another request. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pvmSpec } from '../in-process.ts';

const root = join(import.meta.dirname, '../..');
const cli = join(root, 'cli/pvm-spec.mjs');
const executablePath = '/usr/bin/chromium';
const hasBrowser = existsSync(executablePath);
if (!hasBrowser) console.log('skipped: the explorer is opened in Chromium here; install chromium');

const quiet = ['quic', 'background-networking', 'component-update', 'sync', 'gpu'].map((what) => `--disable-${what}`);
const borrowed = 'without=host_unshare_hyp:UNSHARE-HYP-BORROWED';
const pages = 'v=1&profile=linux-7.3&scope=pages';
const share = 'share_guest@1(page=P0,gfn=G0,nr=1,prot=PX+UX+W+R)';

describe.skipIf(!hasBrowser)('in Chromium', () => {
  let folder: string;
  let browser: Browser;
  let server: ChildProcess;
  let address: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pvm-explore-'));
    server = spawn(process.execPath, [cli, 'explore'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: server.stdout as NodeJS.ReadableStream });
    const [line] = await new Promise<string[]>((resolve) => lines.once('line', (text: string) => resolve([text])));
    address = line?.split(' ')[0] ?? '';
    browser = await chromium.launch({
      executablePath,
      args: ['--headless', '--no-sandbox', '--no-first-run', ...quiet],
    });
  });
  afterAll(async () => {
    server.kill();
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the page; whatever else it asks for, or complains of, is in `noise`. */
  async function opened(fragment: string, where = address): Promise<[Page, string[]]> {
    const page = await browser.newPage();
    const noise: string[] = [];
    page.on('console', (message) => noise.push(message.text()));
    page.on('pageerror', (error) => noise.push(error.message));
    page.on('request', (request) => {
      if (request.url().split('#')[0] !== where) noise.push(`asks for ${request.url()}`);
    });
    await page.goto(`${where}${fragment === '' ? '' : `#${fragment}`}`);
    await answer(page, /./);
    return [page, noise];
  }

  /** What the live region says, once it says this. */
  async function answer(page: Page, wanted: RegExp): Promise<string> {
    await page.locator('#answer').filter({ hasText: wanted }).waitFor();
    return (await page.locator('#answer').textContent()) ?? '';
  }
  const fragmentOf = (page: Page): string => page.url().split('#')[1] ?? '';
  const stepsOf = (page: Page): Promise<string[]> => page.locator('#run .step .call code').allTextContents();

  test('a call is made by keyboard, refused, undone, and made again by the address', async () => {
    const [page, noise] = await opened('');
    const policy = (await page.request.get(address)).headers()['content-security-policy'] ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+';/);
    expect(policy).not.toContain('unsafe');
    expect(fragmentOf(page)).toBe(pages);
    await page.locator('#find').focus();
    await page.keyboard.type('host_unshare');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    // Past the link to the clause of the first guard.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await answer(page, /Step 1/)).toBe('Step 1: host_unshare_hyp(wrapping) → EINVAL (UNSHARE-HYP-RANGE).');
    expect(fragmentOf(page)).toBe(`${pages}&calls=host_unshare_hyp(page=wrapping)`);
    // The focus stays on the button, and Enter makes the call again.
    await page.keyboard.press('Enter');
    await answer(page, /Step 2/);
    await page.reload();
    await answer(page, /Step 2/);
    expect(await stepsOf(page)).toHaveLength(2);
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await answer(page, /Step 1/);
    await page.goBack();
    await answer(page, /Step 2/);
    expect(await page.locator('body').ariaSnapshot()).toMatch(/status: "Step 2|status: Step 2/);
    expect(noise).toEqual([]);
    await page.close();
  });

  test('without a guard, the two calls that break a law are found, and taken', async () => {
    const [page, noise] = await opened('');
    await page.getByLabel('Guard left out').selectOption('host_unshare_hyp:UNSHARE-HYP-BORROWED');
    await page.getByRole('button', { name: 'Find the shortest continuation' }).press('Enter');
    await page.getByText('breaks by 2 more calls: a VM reaches a page of the host').waitFor();
    await page.getByRole('button', { name: 'Make these calls' }).press('Enter');
    expect(await answer(page, /Step 2/)).toContain('MEM-HOST-PRIVATE broke at step 2');
    expect(fragmentOf(page)).toBe(`${pages}&${borrowed}&calls=${share};host_unshare_hyp(page=P0)`);
    expect(await page.locator('.life').first().locator('desc').textContent()).toContain(
      'Step 2: host owns, VM1 borrows',
    );
    // A clause that is cited leads to its text, and the address stays.
    await page.locator('#run .verdict a.id').first().click();
    expect(await page.evaluate('document.activeElement.id')).toBe('clause-MEM-HOST-PRIVATE');
    expect(fragmentOf(page)).toContain(borrowed);
    expect(noise).toEqual([]);
    await page.close();
  });

  test('a search that goes on for long is cancelled, and the page answers meanwhile', async () => {
    const [page, noise] = await opened('v=1&profile=linux-7.3&scope=full');
    await page.getByRole('button', { name: 'Find the shortest continuation' }).click();
    await page.locator('#breaking', { hasText: /states?, .* tried/ }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled.').waitFor();
    expect(await page.getByRole('button', { name: 'Find the shortest continuation' }).isVisible()).toBe(true);
    expect(noise).toEqual([]);
    await page.close();
  });

  test('two releases: their first difference is found and marked', async () => {
    const [page, noise] = await opened(`v=1&profile=linux-7.3&scope=bare&beside=linux-6.12`);
    await page.getByRole('button', { name: 'answer differently' }).click();
    await page.getByRole('button', { name: 'Make these calls' }).click();
    await page.getByText('Step 1 is the first that they answer differently').waitFor();
    expect(await page.locator('tr.differs').allInnerTexts()).toEqual([
      '1 host_share_hyp(beyond)\tEPERM SHARE-HYP-MEMORY\tERANGE SHARE-HYP-TABLE ✗ differs',
    ]);
    expect(noise).toEqual([]);
    await page.close();
  });

  test('files are loaded; one that is none is refused in one line', async () => {
    const [page, noise] = await opened('');
    const load = (file: string): Promise<void> => page.locator('#file').setInputFiles(join(root, file));
    await load('counterexamples/rules/memory/donate-free.a-page-has-no-owner.json');
    expect(await answer(page, /broke/)).toContain('MEM-OWNED broke at step 2');
    await load('counterexamples/findings/linux-7.3.numbers-alias.json');
    await page
      .getByRole('heading', { name: /in|numbers/i, level: 2 })
      .first()
      .waitFor();
    expect(await page.locator('#recordings .step').count()).toBeGreaterThan(0);
    await load('targets/transcript/recorded/scenario-share-unshare.jsonl');
    await page.getByRole('heading', { name: 'A transcript of' }).waitFor();
    await load('package.json');
    await page.getByRole('alert').filter({ hasText: 'cannot load package.json: expected a counterexample' }).waitFor();
    expect(await answer(page, /broke/)).toContain('MEM-OWNED');
    expect(noise).toEqual([]);
    await page.close();
  });

  test('a finding and a transcript are gone on from, at any step, and the address holds it', async () => {
    const [page, noise] = await opened('');
    await page.locator('#file').setInputFiles(join(root, 'counterexamples/findings/linux-7.3.numbers-alias.json'));
    const third = page.locator('#recordings .steps').first().locator('.step').nth(2);
    await third.getByRole('button', { name: 'Go on from here' }).press('Enter');
    expect(await answer(page, /Step 3/)).not.toContain('✗');
    expect(await page.locator('#recordings').isVisible()).toBe(false);
    expect(await page.evaluate('document.activeElement.id')).toBe('answer');
    expect(fragmentOf(page)).toMatch(/^v=1&profile=linux-7\.3&scope=recorded&world=%7B.*&calls=[^;]*;[^;]*;[^;]*$/);
    // What can be called now is listed, and clicked.
    await page.locator('.offer[data-call="host_share_hyp"] summary').click();
    await page.locator('.offer[data-call="host_share_hyp"] button[data-key]').first().click();
    const said = await answer(page, /Step 4: host_share_hyp/);
    await page.reload();
    expect(await answer(page, /Step 4/)).toBe(said);
    await page.locator('#file').setInputFiles(join(root, 'targets/transcript/recorded/scenario-share-unshare.jsonl'));
    await page.getByRole('button', { name: 'Go on from its end' }).click();
    await answer(page, /Step 30/);
    expect(noise).toEqual([]);
    await page.close();
  });

  test('an address that cannot be read is said in one line, above a page that works', async () => {
    const [page, noise] = await opened('v=2&profile=linux-7.3');
    expect(await page.getByRole('alert').textContent()).toBe(
      'the address cannot be read: it is not of version 1 (v=1).',
    );
    expect(await page.locator('.offer').count()).toBeGreaterThan(20);
    expect(noise).toEqual([]);
    await page.close();
  });

  test('a page that is written opens with the file that it was given', async () => {
    const file = join(folder, 'page.html');
    expect(await pvmSpec('explore', 'unshare-hyp-borrowed', '--out', file)).toMatchObject({ status: 0, stderr: '' });
    const [page, noise] = await opened('', pathToFileURL(file).href);
    expect(await answer(page, /broke/)).toContain('Step 2: host_unshare_hyp(P0) on CPU 0 → 0.');
    expect(noise).toEqual([]);
    await page.close();
  });
});
