import { expect, test } from 'vitest';
import { html, ofNumbers, table } from './html.ts';

test('text is escaped wherever it stands, and what is markup already is not', () => {
  const hostile = `</script><img src=x onerror="alert('1')">&`;
  const part = html`<b title="${hostile}">${hostile}</b>`;
  const escaped = '&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;';
  expect(part.text).toBe(`<b title="${escaped}">${escaped}</b>`);
  expect(html`<p>${[part, [hostile], 7]}</p>`.text).toBe(`<p>${part.text}${escaped}7</p>`);
});

test('what a reader would not see is shown as a mark', () => {
  expect(html`${'a\u202eb\u0000c\ud800d\u001b[31m\u2066'}`.text).toBe('a\ufffdb\ufffdc\ufffdd\ufffd[31m\ufffd');
  expect(html`${'lines\n and 😀 stay'}`.text).toBe('lines\n and 😀 stay');
});

test('a text is never so long that it fills the page', () => {
  expect(html`${'x'.repeat(1e6)}`.text).toBe(`${'x'.repeat(2000)}… (998000 characters more)`);
});

test('a table has a caption, heads and rows, whose texts are escaped', () => {
  const rows = [
    html`<tr>
      <th scope="row">a</th>
      <td>1</td>
    </tr> `,
  ];
  const { text } = table({ kind: 'heat', caption: '<b>', heads: ['<i>', ofNumbers('count')], rows });
  expect(text.replace(/\s+(?=<)|(?<=>)\s+/g, '')).toBe(
    '<table class="heat"><caption>&lt;b&gt;</caption><thead><tr><th scope="col">&lt;i&gt;</th>' +
      '<th scope="col" class="number">count</th></tr></thead><tbody><tr><th scope="row">a</th><td>1</td></tr></tbody></table>',
  );
  expect(table({ heads: [], rows }).text).not.toMatch(/class=|caption/);
});
