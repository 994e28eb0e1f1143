/** How VitePress is set up: what stands beside each page, and how figures look; nothing is asked of another host. */
import { dark, light, pictures } from '../report/style.ts';
import { version } from '../version.ts';

interface Item {
  readonly text: string;
  readonly link?: string;
  readonly items?: readonly Item[];
  readonly collapsed?: boolean;
}

/** The sources of the set-up, by their paths. */
export const setUp = (sidebar: readonly Item[]): Readonly<Record<string, string>> => ({
  '.vitepress/config.mjs': [
    "import { anchorOf } from '../../../cli/generate/markdown.ts';",
    'const markdown = { anchor: { slugify: anchorOf, level: [1, 2, 3, 4] } };',
    `export default { ...${JSON.stringify(configOf(sidebar))}, markdown };`,
    '',
  ].join('\n'),
  '.vitepress/theme/index.mjs': "export { default } from 'vitepress/theme-without-fonts';\nimport './style.css';\n",
  '.vitepress/theme/style.css': style,
});

const configOf = (sidebar: readonly Item[]): object => ({
  title: 'pvm-spec',
  description: 'An executable specification of protected virtual machines',
  lang: 'en',
  // An icon that is given is not asked for.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  metaChunk: true,
  vite: { build: { chunkSizeWarningLimit: 20_000 }, logLevel: 'warn' },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Clauses', link: '/c/' },
      { text: 'Counterexamples', link: '/docs/counterexamples/' },
      { text: 'Findings', link: '/docs/findings' },
      { text: 'Explorer', link: '/explore/', target: '_self' },
    ],
    sidebar,
    footer: { message: `pvm-spec ${version}, Apache-2.0` },
  },
});

const style = `.drawn { ${light}
${pictures} }
.dark .drawn { ${dark} }
.drawn { margin: .75rem 0 1.5rem; }
.drawn .lives { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; overflow-x: auto; padding: .25rem; }
.drawn .calls { list-style: none; padding-left: 0; }
.drawn .legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; }
.drawn .legend li { display: flex; align-items: center; gap: .4rem; margin: 0; }
.drawn .patterns { position: absolute; }
`;
