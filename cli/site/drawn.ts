/** Counterexamples as the site draws them: in short on the pages of clauses, and step by step on a page of their own. */
import { addressOf } from './prose.ts';
import type { Shown } from '../explain/shown.ts';
import { html } from '../report/html.ts';
import type { Html } from '../report/html.ts';
import { legend, picturesOf } from '../report/life.ts';
import { patterns, renderPage } from '../report/page.ts';
import { pageOfShown } from '../report/replay.ts';

/** In Markdown a blank line would end it. */
const inOneLine = ({ text }: Html): string => text.replaceAll(/\s*\n\s*/g, ' ');

/** Where a counterexample is drawn step by step. */
export const drawnAt = (name: string): string => `/drawn/${name}.html`;

/** The calls, and who has each page after each of them; evidence has neither. */
export function figureOf({ scenes, title }: Shown): string {
  if (scenes === undefined) return '';
  const { drawn } = picturesOf(
    scenes.lives,
    scenes.steps.map(({ label }) => label),
  );
  const steps = scenes.steps.map(
    ({ label, actor, call, answer, isBroken }) =>
      html`<li>
        <b>${label}</b> ${actor} <code>${call}</code> ${answer === '' ? '' : `→ ${answer}`} ${isBroken ? '✗' : ''}
      </li>`,
  );
  const pictures = drawn.length === 0 ? html`` : html`<div class="lives" tabindex="0">${drawn}</div>`;
  return inOneLine(
    html`<figure class="drawn" v-pre aria-label="${title}">
      <p>${scenes.beginning}</p>
      <ol class="calls">
        ${steps}
      </ol>
      ${pictures}
    </figure>`,
  );
}

/** What the figures of a page refer to, and what their marks mean. */
export const keyOfFigures = inOneLine(html`<div class="drawn" v-pre>${patterns}${legend}</div>`);

/** The page on which it is stepped through. */
export function pageOfDrawn(shown: Shown, file: string): string {
  const page = pageOfShown(shown, file);
  const about = [...new Set([shown.breaks, ...(shown.without ? [shown.without.clause] : [])])];
  const head = html`<p>${about.map((clause) => html`<a href="..${addressOf(clause)}">${clause}</a> `)}</p>`;
  // Below, the clauses lead into the chapters, which are pages here.
  return renderPage({ ...page, head }, '../docs/').replaceAll(/(href="\.\.\/docs\/spec\/[a-z-]+)\.md#/g, '$1.html#');
}
