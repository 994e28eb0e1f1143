/** A report as one file: it asks the network for nothing, and is read whole without its script. */
import { createHash } from 'node:crypto';
import { version } from '../version.ts';
import { clauseList } from './clauses.ts';
import { html, Html } from './html.ts';
import { script } from './script.ts';
import { style } from './style.ts';

export interface Page {
  readonly title: string;
  /** What comes before everything else: the verdict, and what leads to it again. */
  readonly head: Html;
  readonly sections: readonly Html[];
}

/** What a page is that runs this script, and looks like this, and loads nothing. */
export const policyOf = (script: string, style: string): string =>
  [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The whole file. `docs`: the way from it to the folder of the documentation, where there is one. */
export const renderPage = ({ title, head, sections }: Page, docs: string | undefined): string =>
  renderDocument({
    title,
    style,
    script,
    body: html`<a class="skip" href="#main">Skip to the report</a>
      <header>
        <h1>${title}</h1>
        ${head}
      </header>
      <main id="main">${sections}${clauseList(html`${head}${sections}`, docs)}</main>`,
  });

interface Document {
  readonly title: string;
  readonly style: string;
  /** Nothing else runs, and nothing is loaded. */
  readonly script: string;
  readonly body: Html;
}

/** A page that stands for itself. */
export function renderDocument({ title, style, script, body }: Document): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Html(policyOf(script, style))}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        ${patterns}${body}
        <footer>pvm-spec ${version}</footer>
        ${new Html(`<script>${script}</script>`)}
      </body>
    </html> `;
  return page.text;
}

/** How a page that is owned and shared is filled: it is told from others without colour, too. */
export const patterns = html`<svg class="patterns" aria-hidden="true" width="0" height="0">
  <defs>
    <pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect class="stripe-ground" width="6" height="6" />
      <rect class="stripe" width="3" height="6" />
    </pattern>
  </defs>
</svg>`;
