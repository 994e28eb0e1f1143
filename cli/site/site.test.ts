import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clauses } from '../../spec/clauses.generated.ts';
import { clausePage } from './clause.ts';
import { flawsOf } from './links.ts';
import { pageOf, partOf, withAddresses } from './prose.ts';
import { readKnown } from './sources.ts';

describe('the page of a clause', () => {
  const { text, files } = clausePage(clauses['UNSHARE-HYP-BORROWED'], readKnown());

  test('has its sentence, its guard, who answered by it, and how it is cited', () => {
    expect(text).toContain('# UNSHARE-HYP-BORROWED\n\n`host_unshare_hyp` MUST fail with EPERM');
    expect(text).toContain(
      '| [host_unshare_hyp](/docs/guards/memory.md#host_unshare_hyp) | the hypervisor view of page is SHARED_BORROWED, else EPERM |',
    );
    expect(text).toMatch(/^\| linux-7\.3 \| host_unshare_hyp \| 7\.3\.\d/m);
    expect(text).toContain('(docs/spec/memory-calls.md#unshare-hyp-borrowed)\n```');
    expect(text).toContain('`/c/UNSHARE-HYP-BORROWED/`');
  });

  test('draws its counterexample, in one line of HTML, and leads to the page of it', () => {
    const figures = text.split('\n').filter((line) => line.startsWith('<figure'));
    expect(figures).toHaveLength(1);
    expect(figures[0]).toMatch(/<code>host_unshare_hyp\(P0\) on CPU 0<\/code>.*<svg class="life".*<\/figure>$/);
    expect(text).toContain('(/drawn/unshare-hyp-borrowed.a-vm-reaches-a-page-of-the-host.html)');
    expect(files).toContain('mutants/kernel/unshare-hyp-asks-one-side.patch');
  });
});

test('links lead to pages of the site, and others to the text of files', () => {
  const page = '[a](README.md#b) [c](../spec/rule.ts) [d](https://example.org) [e](#f)\n```\n[g](h.md)\n```\n';
  const told = pageOf('docs/x.md', page);
  expect(told.text).toBe(
    '[a](./index.md#b) [c](/source/spec/rule.ts.txt) [d](https://example.org) [e](#f)\n```\n[g](h.md)\n```\n',
  );
  expect(told.files).toEqual(['spec/rule.ts']);
  expect(pageOf('docs/x.md', '[e](#f)', 'c/X/index.md').text).toBe('[e](./../../docs/x.md#f)');
});

test('a chapter leads to the page of each clause, and its part is found again', () => {
  const chapter = '## A\n\n### MEM-ONE\nIt MUST.\n\n### MEM-TWO\nNot.\n';
  expect(withAddresses(chapter)).toContain('### MEM-ONE\n[What stands behind it](/c/MEM-ONE/)\n\nIt MUST.');
  expect([partOf('MEM-ONE', chapter), partOf('MEM-TWO', chapter)]).toEqual(['It MUST.', 'Not.']);
});

test('links and anchors that lead nowhere are told, and what is loaded from elsewhere', () => {
  const site = mkdtempSync(join(tmpdir(), 'pvm-site-'));
  mkdirSync(join(site, 'c'));
  const links = ['/c/#there', '/c/#gone', '/none', 'c/index.html', 'https://example.org'];
  const page = links.map((link) => `<a href="${link}">x</a>`).join('');
  writeFileSync(join(site, 'index.html'), `${page}<img src="https://example.org/x.png"><img src="/none.png">`);
  writeFileSync(join(site, 'c/index.html'), '<h1 id="there">x</h1>');
  expect(flawsOf(site)).toEqual([
    `index.html: /c/#gone: ${join('c', 'index.html')} has no gone`,
    'index.html: /none: leads nowhere',
    'index.html: !https://example.org/x.png: is loaded from elsewhere',
    'index.html: !/none.png: leads nowhere',
  ]);
  rmSync(site, { recursive: true });
});
