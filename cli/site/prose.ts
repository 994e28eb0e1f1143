/** Pages of the repository as pages of the site: what they link to leads somewhere in it. */
import { dirname, join, normalize, relative } from 'node:path/posix';

/** Where a page of the repository stands in the site's sources: a README is the page of its folder. */
export const placedAt = (path: string): string => path.replace(/(^|\/)README\.md$/, '$1index.md');

/** Where a file that is no page is shown, from the root of the site: a picture as it is, any other as text. */
export const textAt = (path: string): string => `/source/${path}${path.endsWith('.svg') ? '' : '.txt'}`;

export const addressOf = (clause: string): string => `/c/${clause}/`;

export interface Told {
  readonly text: string;
  /** Files and folders that are no pages, and are linked from it. */
  readonly files: readonly string[];
}

/**
 * The text of a page, with its links as they are from `to`, its own place in the site's sources or that of another page
 * that takes it in. Links to files that are no pages lead to their text.
 */
export function pageOf(path: string, text: string, to = placedAt(path)): Told {
  const files: string[] = [];
  const linked = (link: string): string => {
    const [, target = '', anchor = ''] = /^([^#]*)(#.*)?$/.exec(link) ?? [];
    const isElsewhere = /^[a-z]+:/.test(target) || target.startsWith('/');
    if (isElsewhere || (target === '' && to === placedAt(path))) return link;
    const file = target === '' ? path : normalize(join(dirname(path), target)).replace(/\/$/, '');
    if (file.endsWith('.md')) return `./${relative(dirname(to), placedAt(file))}${anchor}`;
    files.push(file);
    return textAt(file);
  };
  const relinked = outsideCode(text, (part) =>
    part.replaceAll(/\]\(([^)\s]+)\)/g, (_, link: string) => `](${linked(link)})`),
  );
  return { text: relinked, files };
}

/** Changes a text where it is not code. */
function outsideCode(text: string, change: (part: string) => string): string {
  const code = /(^```[^]*?^```)/gm;
  return text
    .split(code)
    .map((part, i) => (i % 2 === 1 ? part : change(part)))
    .join('');
}

/** A chapter in which each clause leads to its own page. */
export const withAddresses = (text: string): string =>
  text.replaceAll(
    /^### ([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+)$/gm,
    (heading, id: string) => `${heading}\n[What stands behind it](${addressOf(id)})\n`,
  );

/** The part of a chapter that is about a clause, without its heading. */
export function partOf(clause: string, chapter: string): string {
  const [, after = ''] = `${chapter}\n`.split(`\n### ${clause}\n`);
  return after.split(/^#{1,3} /m)[0]?.trim() ?? '';
}
