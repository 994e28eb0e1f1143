/** What a built site asks for and leads to: every link, with its anchor, has to be there. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

interface Page {
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
}

/** One line for each link that leads nowhere, and for each thing that is loaded from elsewhere. */
export function flawsOf(site: string): string[] {
  const files = readdirSync(site, { recursive: true, encoding: 'utf8' });
  const pages = new Map(
    files.filter((file) => file.endsWith('.html')).map((file) => [file, read(join(site, file))] as const),
  );
  return [...pages].flatMap(([file, { links }]) =>
    [...new Set(links)].flatMap((link) => {
      const flaw = flawOf(site, pages, file, link);
      return flaw === undefined ? [] : [`${file}: ${link}: ${flaw}`];
    }),
  );
}

function read(file: string): Page {
  const text = readFileSync(file, 'utf8').replaceAll(/<script\b[^>]*>[^]*?<\/script>/g, '');
  const valuesOf = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, value = '']) => decoded(value));
  return {
    links: [
      ...valuesOf(/<a\b[^>]*?\shref="([^"]*)"/g),
      // What is loaded with the page must be its own: it is told by a mark.
      ...valuesOf(/<(?:img|script|iframe)\b[^>]*?\ssrc="([^"]*)"/g).map((src) => `!${src}`),
      ...valuesOf(/<link\b[^>]*?\shref="([^"]*)"/g).map((href) => `!${href}`),
    ],
    anchors: new Set(valuesOf(/\s(?:id|name)="([^"]*)"/g)),
  };
}

const decoded = (value: string): string =>
  value.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"');

function flawOf(site: string, pages: ReadonlyMap<string, Page>, from: string, marked: string): string | undefined {
  const link = marked.replace(/^!/, '');
  if (/^(?:[a-z]+:|\/\/)/.test(link))
    return marked === link || link.startsWith('data:') ? undefined : 'is loaded from elsewhere';
  const [path = '', anchor = ''] = link.split('#').map(decodeURIComponent);
  const target = path === '' ? from : normalize(path.startsWith('/') ? path.slice(1) : join(dirname(from), path));
  const file = [target, `${target}.html`, join(target, 'index.html')].find(
    (one) => existsSync(join(site, one)) && statSync(join(site, one)).isFile(),
  );
  if (file === undefined) return 'leads nowhere';
  const page = pages.get(file);
  return anchor === '' || page === undefined || page.anchors.has(anchor) ? undefined : `${file} has no ${anchor}`;
}
