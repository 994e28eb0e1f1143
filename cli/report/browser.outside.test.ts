/** Pages in a real browser: read without an error or a request, and stepped through by keyboard. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pvmSpec, pvmSpecIn } from '../in-process.ts';

const executablePath = '/usr/bin/chromium';
const hasBrowser = existsSync(executablePath);
if (!hasBrowser) console.log('skipped: pages are opened in Chromium here; install chromium');

const quiet = ['quic', 'background-networking', 'component-update', 'sync', 'gpu'].map((what) => `--disable-${what}`);

describe.skipIf(!hasBrowser)('in Chromium', () => {
  let folder: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pvm-browser-'));
    browser = await chromium.launch({
      executablePath,
      args: ['--headless', '--no-sandbox', '--no-first-run', ...quiet],
    });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a page; whatever it asks for or complains of is in `noise`. */
  async function opened(file: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<[Page, string[]]> {
    const page = await browser.newPage(options);
    const noise: string[] = [];
    const { href } = pathToFileURL(file);
    page.on('console', (message) => noise.push(message.text()));
    page.on('pageerror', (error) => noise.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== href) noise.push(`asks for ${request.url()}`);
    });
    await page.goto(href);
    return [page, noise];
  }

  async function replayed(name: string): Promise<string> {
    const file = join(folder, 'page.html');
    expect((await pvmSpec('replay', name, '--html', file)).status).toBe(1);
    return file;
  }

  /** The step that is marked in the text, in the picture, and for a screen reader. */
  const marked = async (page: Page): Promise<unknown[]> => [
    await page.locator('.step[aria-current=step] .number').allTextContents(),
    await page.locator('.life').first().locator('.state.is-now .number').allTextContents(),
    await page.getByRole('slider', { name: 'Step' }).getAttribute('aria-valuetext'),
    await page.locator('details[open]').count(),
  ];

  test('a violation is stepped through by keyboard, without an error or a request', async () => {
    const [page, noise] = await opened(await replayed('unshare-hyp-borrowed'));
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the report');
    for (let tabs = 0; tabs < 10 && (await page.locator('input:focus').count()) === 0; tabs++)
      await page.keyboard.press('Tab');
    const last = '2 host host_unshare_hyp(P0) on CPU 0 → 0 ✗ breaks here';
    expect(await marked(page)).toEqual([['2'], ['2'], last, 1]);
    await page.keyboard.press('ArrowLeft');
    expect(await marked(page)).toEqual([['1'], ['1'], '1 host share_guest(P0, gfn G0) on CPU 1 → 0', 1]);
    await page.keyboard.press('Home');
    expect(await marked(page)).toEqual([[], ['start'], 'start', 0]);
    await page.keyboard.press('End');
    expect(await marked(page)).toEqual([['2'], ['2'], last, 1]);
    expect(noise).toEqual([]);
    await page.close();
  });

  test('it is read whole without its script, and in either colours', async () => {
    const file = await replayed('relinquish-wipes-first');
    const [plain] = await opened(file, { javaScriptEnabled: false });
    expect(await plain.locator('.stepper').isVisible()).toBe(false);
    expect(await plain.locator('.step').count()).toBe(4);
    expect(await plain.locator('.step').last().isVisible()).toBe(true);
    const ground = async (colorScheme: 'light' | 'dark'): Promise<unknown> => {
      const [page] = await opened(file, { colorScheme });
      const colour: unknown = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      await page.close();
      return colour;
    };
    expect(await ground('light')).toBe('rgb(255, 255, 255)');
    expect(await ground('dark')).toBe('rgb(15, 19, 24)');
    await plain.close();
  });

  test('what a screen reader is told of: landmarks, headings, pictures in words, tables with captions', async () => {
    const [page] = await opened(await replayed('unshare-hyp-borrowed'));
    const tree = await page.locator('body').ariaSnapshot();
    for (const part of ['banner', 'main', 'contentinfo', 'slider "Step"', 'img "P0, by steps', 'list "Steps"'])
      expect(tree).toContain(part);
    expect(tree).toMatch(/table "Guards of step 2, in order"/);
    await page.close();
  });

  test('a page that was tampered with runs nothing', async () => {
    const file = await replayed('unshare-hyp-borrowed');
    const evil = '<img src="https://example.org/x" onerror="document.title=1"><script>document.title = 2</script>';
    writeFileSync(file, readFileSync(file, 'utf8').replace('<main', `${evil}<main`));
    const [page, noise] = await opened(file);
    expect(await page.title()).toBe('unshare-hyp-borrowed.a-vm-reaches-a-page-of-the-host');
    const refused = noise.filter((line) => line.includes('Content Security Policy'));
    expect(refused.map((line) => /^(Loading the image|Executing inline \w+( \w+)?)/.exec(line)?.[0]).sort()).toEqual([
      'Executing inline event handler',
      'Executing inline script violates',
      'Loading the image',
    ]);
    await page.close();
  });

  test('a run of verify: the verdict and the command first, and every violation drawn', async () => {
    const file = join(folder, 'run.html');
    const command = ['--seed', '1', '--runs', '5', '--check', 'linux-6.1/bare', '--profile', 'linux-6.1'];
    const { status } = await pvmSpecIn({ folder }, 'verify', ...command, '--jobs', '1', '--html', file);
    expect(status).toBe(1);
    const [page, noise] = await opened(file);
    expect(await page.locator('header .verdict').textContent()).toContain('✗ 1 violation');
    expect(await page.locator('header code').textContent()).toBe(
      'npm run verify -- --seed 1 --runs 5 --profile linux-6.1 --check linux-6.1/bare',
    );
    expect(await page.locator('.violation').count()).toBe(1);
    const captions = await page.locator('table caption').allTextContents();
    expect(captions.map((caption) => caption.trim())).toContain('Calls of linux-6.1');
    const map = page.locator('table.pairs').filter({ hasText: 'UNSHARE-HYP-MEMORY' });
    expect(await map.isVisible()).toBe(false);
    for (const summary of [page.getByText('guards have refused'), page.getByText('host_unshare_hyp: ')])
      await summary.first().click();
    expect(await map.isVisible()).toBe(true);
    const row = map.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'UNSHARE-HYP-RANGE' }) });
    expect(Number(await row.locator('td[class^=heat-]').first().textContent())).toBeGreaterThan(0);
    expect(await map.getByRole('columnheader').first().textContent()).toBe('answered by');
    expect(await page.locator('td.broken').allTextContents()).toContain('broken');
    expect(noise).toEqual([]);
    await page.close();
  });

  test('evidence: the verdict first, the part that refuses open, the others opened by keyboard', async () => {
    const file = join(folder, 'evidence.html');
    const chain = join(import.meta.dirname, '../../model/vectors/hwtrust/dice/bad_final_signature.chain');
    expect((await pvmSpec('attest', 'verify', chain, '--allow-any-mode', '--html', file)).status).toBe(1);
    const [page, noise] = await opened(file);
    expect(await page.locator('header .verdict').textContent()).toContain('✗ 1 of 1 denied');
    expect(await page.locator('header code').textContent()).toMatch(/bad_final_signature.chain --allow-any-mode$/);
    expect(await page.locator('details[open] summary').allTextContents()).toEqual([
      expect.stringMatching(/^entry 7: \d+ held, 1 refused, \d+ not asked$/),
    ]);
    const table = page.getByRole('table', { name: 'Checks of entry 0' });
    expect(await table.isVisible()).toBe(false);
    await page.locator('summary', { hasText: /^entry 0:/ }).focus();
    await page.keyboard.press('Enter');
    expect(await table.isVisible()).toBe(true);
    await page.getByRole('table', { name: 'Checks of entry 7' }).getByRole('link', { name: 'COSE-SIGNATURE' }).click();
    expect(new URL(page.url()).hash).toBe('#clause-COSE-SIGNATURE');
    expect(noise).toEqual([]);
    await page.close();
  });
});
