/** What was found, step by step: who has each page, what each call was answered, and what its guards said. */
import type { AskedGuard, Scene, Scenes } from '../explain/scenes.ts';
import type { Life } from '../explain/timeline.ts';
import { cite, citing, sentenceOf } from './clauses.ts';
import { html, table } from './html.ts';
import type { Html } from './html.ts';
import { legend, picturesOf } from './life.ts';

/** A violation as it is shown; texts may have been written by others. */
export interface Violation {
  readonly title: string;
  /** What breaks, where, and under what; and whether it does. */
  readonly verdict: string;
  readonly isBroken: boolean;
  /** What is to be known before the steps, a paragraph each. */
  readonly words: readonly string[];
  /** The run step by step; or where it has no steps, lines. */
  readonly scenes: Scenes | undefined;
  readonly lines: readonly string[];
  /** The steps that came before the first that is drawn. */
  readonly skipped: number;
  /** What is said below the steps, a line each. */
  readonly ending: readonly string[];
  /** The clauses that it is about. */
  readonly clauses: readonly string[];
  readonly replay: string;
}

/** So many violations are drawn on one page, that it stays one which a browser opens at once. */
export const mostDrawn = 40;

/** A section for each violation, numbered from 1; of those that are too many, the command that shows each. */
export function violationSections(violations: readonly Violation[]): readonly Html[] {
  const others = violations.slice(mostDrawn);
  const drawn = violations.slice(0, mostDrawn).map((violation, i) => violationSection(violation, i + 1));
  if (others.length === 0) return drawn;
  const rest = html`<section aria-labelledby="not-drawn">
    <h2 id="not-drawn">${others.length} more, which are not drawn</h2>
    <ul>
      ${others.map(({ title, replay }) => html`<li>${title}: <code>${replay}</code></li> `)}
    </ul>
  </section>`;
  return [...drawn, rest];
}

/** A section of a page; `number` tells it from others of the page. */
function violationSection(violation: Violation, number: number): Html {
  const { title, verdict, isBroken, words, scenes, lines, skipped, ending, clauses, replay } = violation;
  const id = `violation-${number}`;
  return html`<section class="violation" id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    <p class="${isBroken ? 'verdict broken' : 'verdict'}">${citing(verdict)}</p>
    ${words.map((text) => html`<p>${citing(text)}</p> `)}
    <p>Again: <code>${replay}</code></p>
    ${scenes === undefined ? linesOf(lines) : stepped(scenes, id, skipped)}
    ${ending.map((line) => html`<p class="${line.startsWith('✗') ? 'ending broken' : 'ending'}">${citing(line)}</p> `)}
    <ul class="about" aria-label="Clauses">
      ${clauses.map((clause) => html`<li>${sentenceOf(clause)}</li> `)}
    </ul>
  </section>`;
}

/** Lines as a terminal shows them. */
export const linesOf = (lines: readonly string[]): Html =>
  html`<pre tabindex="0">${lines.flatMap((line) => [line, '\n'])}</pre>`;

/**
 * A run step by step: `id` tells it from others of the page, and `skipped` calls came before it. `beside`: what stands
 * with the step of that number.
 */
export function stepped(
  { beginning, steps, lives }: Scenes,
  id: string,
  skipped: number,
  beside: (step: number) => Html = () => html``,
): Html {
  const labels = steps.map(({ label }) => label);
  return html`${beginning === '' ? '' : html`<p class="start">${beginning}</p>`}
    <p class="stepper" hidden>
      <label for="${id}-step">Step</label>
      <input id="${id}-step" type="range" min="0" max="${steps.length}" value="${steps.length}" step="1" />
      <output for="${id}-step"></output>
    </p>
    ${lives.length === 0 ? '' : figureOf(lives, labels)}
    ${skipped === 0 ? '' : html`<p class="note">${skipped} calls before these are not drawn.</p>`}
    <ol class="steps" aria-label="Steps">
      ${steps.map((step, i) => stepItem(step, i + 1, beside(skipped + i + 1)))}
    </ol>`;
}

function figureOf(lives: readonly Life[], labels: readonly string[]): Html {
  const { drawn, leftOut } = picturesOf(lives, labels);
  return html`<figure>
    <figcaption>Who has each page, at the start and after each step</figcaption>
    ${legend}
    <div class="lives" tabindex="0" role="group" aria-label="Pages by steps">${drawn}</div>
    ${leftOut === 0 ? '' : html`<p class="note">${leftOut} more pages change hands.</p>`}
  </figure>`;
}

/** So many lines are told of one step. */
const mostChanges = 20;

function stepItem(scene: Scene, number: number, beside: Html): Html {
  const { label, cpu, actor, call, answer, changes, guards, isBroken } = scene;
  const more = changes.length - mostChanges;
  const told = changes.length === 0 ? ['nothing changes'] : changes.slice(0, mostChanges);
  return html`<li class="${isBroken ? 'step broken' : 'step'}" data-step="${number}">
    <p class="call">
      <span class="number">${label}</span> <span class="actor">${cpu === undefined ? actor : `${cpu}, ${actor}`}</span>
      <code>${call}</code> <span class="answer">${answer === '' ? '' : `→ ${answer}`}</span>${
        isBroken ? html` <strong class="breaks">✗ breaks here</strong>` : ''
      }
      ${beside}
    </p>
    <ul class="changes">
      ${[...told, ...(more > 0 ? [`and ${more} more`] : [])].map((change) => html`<li>${change}</li>`)}
    </ul>
    ${guards.length === 0 ? '' : guardTable(guards, label)}
  </li> `;
}

export const marks = { held: '✓', refused: '■', 'not asked': '–', 'left out': '○' } as const;

function guardTable(guards: readonly AskedGuard[], step: string): Html {
  const count = (wanted: AskedGuard['verdict']): number => guards.filter(({ verdict }) => verdict === wanted).length;
  const counts = (['held', 'refused', 'not asked', 'left out'] as const).flatMap((verdict) =>
    count(verdict) === 0 ? [] : [`${count(verdict)} ${verdict}`],
  );
  return html`<details open>
    <summary>Guards: ${counts.join(', ')}</summary>
    ${table({
      caption: `Guards of step ${step}, in order`,
      heads: ['guard', 'condition', 'else', 'here'],
      rows: guards.map(
        ({ clause, condition, error, verdict }) =>
          html`<tr class="guard-${verdict.replace(' ', '-')}">
            <th scope="row">${cite(clause)}</th>
            <td>${condition}</td>
            <td class="error">${error}</td>
            <td class="here">${marks[verdict]} ${verdict}</td>
          </tr> `,
      ),
    })}
  </details> `;
}
