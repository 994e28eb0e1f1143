/** Pages of counterexamples, findings and saved sequences: whole, small, and without a way in for what they show. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFinding } from '../../search/counterexamples/finding.ts';
import type { Finding } from '../../search/counterexamples/finding.ts';
import { show } from '../explain/shown.ts';
import type { Shown } from '../explain/shown.ts';
import { pvmSpec } from '../in-process.ts';
import { renderPage } from './page.ts';
import { problemsOf } from './problems.ts';
import { pageOfFinding, pageOfShown } from './replay.ts';
import { wayToDocs } from './write.ts';

const root = join(import.meta.dirname, '../..');
const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json') && !file.endsWith('tsconfig.json'))
    .map((file) => join(root, folder, file));
const read = (file: string): string => readFileSync(file, 'utf8');

function shown(file: string): Shown {
  const one = show(read(file));
  if (typeof one === 'string') throw new Error(one);
  return one;
}
function finding(file: string): Finding {
  const one = parseFinding(read(file));
  if (typeof one === 'string') throw new Error(one);
  return one;
}

describe('a page', () => {
  const rules = filesIn('counterexamples/rules/memory');
  const others = ['model', 'boot', 'evidence', 'images'].flatMap((kind) =>
    filesIn(`counterexamples/${kind}`).slice(0, 3),
  );
  const findings = filesIn('counterexamples/findings');

  test('of a counterexample is whole, small, and says where it breaks', () => {
    expect(rules.length).toBeGreaterThan(20);
    for (const file of [...rules, ...others]) {
      const one = shown(file);
      const page = renderPage(pageOfShown(one, one.name), '../docs/');
      expect(problemsOf(page), file).toEqual([]);
      expect(page.length, file).toBeLessThan(500_000);
      expect(page, file).toContain(`npx pvm-spec replay ${one.name}`);
      if (one.scenes !== undefined) expect(page.match(/✗ breaks here/g), file).toHaveLength(1);
      else expect(page, file).toContain('<pre');
    }
  });

  test('of a finding has a section for each release', () => {
    const largest = ['a-dead-vm-s-note', 'el2-writes', 'pages-mapped-at-the-end'];
    for (const file of findings.filter((one) => largest.some((name) => one.includes(name)))) {
      const one = finding(file);
      const page = renderPage(pageOfFinding(one), undefined);
      expect(problemsOf(page), file).toEqual([]);
      expect(page.length, file).toBeLessThan(2_000_000);
      expect(page.match(/class="violation"/g) ?? [], file).toHaveLength(one.recordings.length);
    }
  });

  test('shows the pages by steps, the guards in order, and the one that is left out', () => {
    const file = rules.find((one) => one.includes('unshare-hyp-borrowed.')) ?? '';
    const one = shown(file);
    const [life] = one.scenes?.lives ?? [];
    expect(life).toMatchObject({
      page: 'P0',
      parties: [
        { party: 'host', holds: ['owns', 'shares', 'owns'] },
        { party: 'VM1', holds: ['nothing', 'borrows', 'borrows'] },
      ],
    });
    const guards = one.scenes?.steps.at(-1)?.guards.map(({ clause, verdict }) => `${clause} ${verdict}`);
    expect(guards).toEqual([
      'UNSHARE-HYP-RANGE held',
      'UNSHARE-HYP-MEMORY held',
      'UNSHARE-HYP-LENT held',
      'UNSHARE-HYP-BORROWED left out',
      'UNSHARE-HYP-UNPINNED held',
    ]);
    const page = renderPage(pageOfShown(one, one.name), undefined);
    expect(page).toMatch(
      /<desc>\s*At the start: host owns, it holds [^.]*\. Step 1: host owns and shares, VM1 borrows/,
    );
  });

  test('of recordings shows the calls up to the first answer that differs, and what each file comes to', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pvm-spec-pages-'));
    const sound = join(root, 'targets/transcript/recorded/scenario-share-unshare.jsonl');
    const lines = read(sound).split('\n');
    const at = lines.findIndex((line) => line.includes('"EPERM"'));
    const [wrong, page] = [join(folder, 'wrong.jsonl'), join(folder, 'page.html')];
    writeFileSync(wrong, lines.map((line, i) => (i === at ? line.replace('EPERM', '<b>') : line)).join('\n'));
    const { status } = await pvmSpec('trace', 'check', sound, wrong, '--html', page);
    const text = read(page);
    expect((await pvmSpec('trace', 'check', sound, join(folder, 'absent'), '--html', page)).status).toBe(2);
    expect(read(page)).toContain('✗ 1 cannot be read to its end');
    rmSync(folder, { recursive: true });
    expect(status).toBe(1);
    expect(problemsOf(text)).toEqual([]);
    expect(text).toContain(`wrong.jsonl, line ${at + 1}`);
    expect(text).toMatch(/got +ret &quot;&lt;b&gt;&quot;/);
    expect(text.match(/✗ breaks here/g)).toHaveLength(1);
    expect(text).toContain('✗ 1 recording differs from the spec');
    expect(text).toMatch(/scenario-share-unshare\.jsonl: 30 events and 5 state lines explained/);
  });

  test('leads into the documentation from inside the project, and names no folder elsewhere', () => {
    expect(wayToDocs(join(root, 'report/page.html'))).toBe('../docs/');
    expect(wayToDocs('/tmp/page.html')).toBeUndefined();
  });

  test('after a guard that refuses, none is asked', () => {
    const { recordings } = finding(findings.find((file) => file.includes('7.3.numbers-alias')) ?? '');
    const page = renderPage(pageOfFinding({ ...finding(findings[0] ?? ''), recordings }), undefined);
    expect(page).toMatch(/guard-refused[^]*?guard-not-asked/);
  });
});

test('a page has an end: of too many violations the rest are named by their commands', () => {
  const file = filesIn('counterexamples/findings').find((one) => one.includes('7.3.numbers-alias')) ?? '';
  const one = finding(file);
  const [first] = one.recordings;
  const many = {
    ...one,
    recordings: Array.from({ length: 43 }, () => ({ ...first, calls: [] })),
  } as unknown as Finding;
  const page = renderPage(pageOfFinding(many), undefined);
  expect(page.match(/class="violation"/g)).toHaveLength(40);
  expect(page).toContain('3 more, which are not drawn');
  expect(problemsOf(page)).toEqual([]);
});

describe('hostile text', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'pvm-html-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const evil = `</script><img src=x onerror=alert(1)>"'<svg onload=alert(2)>`;

  /** Each text of a file, one after the other, with this in its place. */
  function* poisoned(value: unknown): Generator {
    if (typeof value === 'string') yield `${value}${evil}`;
    else if (Array.isArray(value))
      for (const [i, one] of (value as unknown[]).entries())
        for (const bad of poisoned(one)) yield (value as unknown[]).with(i, bad);
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value as Record<string, unknown>)) {
        for (const bad of poisoned(one)) yield { ...value, [key]: bad };
        yield { ...value, [`${key}${evil}`]: one };
      }
  }

  test.each([
    ['a counterexample', 'counterexamples/rules/memory/unshare-hyp-borrowed.a-vm-reaches-a-page-of-the-host.json'],
    ['a finding', 'counterexamples/findings/linux-7.3.numbers-alias.json'],
  ])('in %s is text, or is refused in one line', async (_, name) => {
    const file = join(folder, 'evil.json');
    const out = join(folder, 'evil.html');
    let pages = 0;
    const given = JSON.parse(read(join(root, name))) as { recordings?: { calls: unknown[] }[] };
    const short = given.recordings?.slice(0, 1).map((one) => ({ ...one, calls: one.calls.slice(0, 2) }));
    // why: to judge a recording takes its time, and one text is like another.
    const each = short === undefined ? 1 : 3;
    const files = [...poisoned({ ...given, ...(short && { recordings: short }) })].filter((_, i) => i % each === 0);
    for (const value of files) {
      writeFileSync(file, JSON.stringify(value));
      rmSync(out, { force: true });
      const { status, stderr } = await pvmSpec('replay', file, '--html', out);
      if (status === 2) {
        expect(stderr).toMatch(/^pvm-spec: [^\n]*\n$/);
        continue;
      }
      const page = read(out);
      pages++;
      expect(page).not.toMatch(/<img|<svg onload/);
      expect(page.match(/<script/g)).toHaveLength(1);
      expect(problemsOf(page)).toEqual([]);
    }
    expect(pages).toBeGreaterThan(0);
  });

  test('of a target is text, whatever it answers', async () => {
    const [file, out] = [join(folder, 'target.cjs'), join(folder, 'hunt.html')];
    const about = { hypervisor: evil, release: evil, machine: evil, mode: evil };
    const hello = { pvmTarget: 1, target: about, profile: 'linux-7.3', calls: ['host_share_hyp', 'host_unshare_hyp'] };
    for (const answer of [{ ret: evil }, { [evil]: { [evil]: 1 } }, { ret: 0, panic: evil }]) {
      writeFileSync(
        file,
        `const say = (one) => console.log(JSON.stringify(one));
        say(${JSON.stringify(hello)});
        require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
          say(line.includes('format') ? { ready: true } : ${JSON.stringify(answer)}); });`,
      );
      const target = `stdio:${process.execPath} ${file}`;
      const options = ['--seed', '1', '--steps', '20', '--shrink', '1', '--jobs', '1', '--patience', '1000'];
      const { status } = await pvmSpec('hunt', '--target', target, ...options, '--html', out);
      expect(status).toBe(1);
      const page = read(out);
      expect(page).toContain('&lt;img src=x');
      expect(page).not.toMatch(/<img|<svg onload/);
      expect(problemsOf(page)).toEqual([]);
    }
  });

  test('a page that cannot be written is one line, and no part of it is left', async () => {
    const { status, stderr } = await pvmSpec(
      'replay',
      'unshare-hyp-borrowed',
      '--html',
      join(folder, 'no/such/page.html'),
    );
    expect(stderr).toMatch(/^pvm-spec: cannot write [^\n]*no\/such\/page\.html: [^\n]*\n$/);
    expect(status).toBe(1);
    const over = await pvmSpec('replay', 'unshare-hyp-borrowed', '--html', folder);
    expect(over.stderr).toMatch(/^pvm-spec: cannot write [^\n]*\n$/);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('--html is not for a target', async () => {
    const { status, stderr } = await pvmSpec(
      'replay',
      'linux-7.3.numbers-alias',
      '--target',
      'linux-pkvm',
      '--html',
      'x',
    );
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'pvm-spec: --html shows what is in the file: it is not for --target\n',
    });
  });
});
