/** What is wrong with a page as HTML, for tests: links within it that lead nowhere, ids that are there twice, tags left open. */
export function problemsOf(page: string): string[] {
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([_, id]) => id);
  const lost = [...page.matchAll(/ href="#([^"]*)"/g)].map(([_, to]) => to).filter((to) => !ids.includes(to));
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
  const count = (what: RegExp): number => page.match(what)?.length ?? 0;
  const tags = ['section', 'table', 'li', 'ol', 'ul', 'svg', 'g', 'p', 'code', 'details', 'figure', 'dl', 'a'];
  const open = tags.filter(
    (tag) => count(new RegExp(`<${tag}[\\s>]`, 'g')) !== count(new RegExp(`</${tag}\\s*>`, 'g')),
  );
  return [...lost.map((to) => `leads to ${to ?? ''}`), ...twice.map((id) => `twice: ${id ?? ''}`), ...open];
}
