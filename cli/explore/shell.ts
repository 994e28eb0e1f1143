/** The page of the explorer, before its script has filled it. */
import { html, Html } from '../report/html.ts';
import { renderDocument } from '../report/page.ts';
import { style as reports } from '../report/style.ts';
import { style as own } from './style.ts';

/** A file that the page opens with. */
export interface Given {
  readonly name: string;
  readonly text: string;
}

export const style = reports + own;

/** `script`: what `page/main.ts` becomes. */
export const explorerPage = (script: string, given?: Given): string =>
  renderDocument({
    title: 'pvm-spec explorer',
    style,
    script,
    body: html`<a class="skip" href="#answer">Skip to the answer</a>
      <header>
        <h1>pvm-spec explorer</h1>
        <p>
          Make calls, and see what the specification answers, by which guard, and what each call changes. The rules run
          in this page; the address holds the sequence.
        </p>
        <noscript><p class="verdict broken">The rules run in this page: it needs its script.</p></noscript>
        <form id="settings" aria-label="Rules"></form>
        <p>
          <label
            >Load a counterexample, a finding or a transcript <input type="file" id="file" accept=".json,.jsonl"
          /></label>
          <span class="note">or drop it anywhere</span>
        </p>
        <p id="problem" class="verdict broken" role="alert"></p>
        <p id="note"></p>
      </header>
      <div class="bar">
        <p id="answer" role="status" tabindex="-1"></p>
        <button type="button" id="undo">Undo</button>
        <button type="button" id="clear">Start over</button>
      </div>
      <main>
        <section id="recordings" aria-label="Recorded" hidden></section>
        <div class="both">
          <section aria-labelledby="calls-title">
            <h2 id="calls-title">Calls</h2>
            <p>
              <label>Find a call <input type="search" id="find" autocomplete="off" /></label>
            </p>
            <div id="calls"></div>
          </section>
          <section aria-labelledby="run-title">
            <h2 id="run-title">Sequence</h2>
            <div id="run"></div>
            <h3>What breaks</h3>
            <p>
              <button type="button" id="break">Find the shortest continuation that breaks a law</button>
              <button type="button" id="cancel-break" hidden>Cancel</button>
            </p>
            <div id="breaking" role="status"></div>
            <section id="beside" aria-labelledby="beside-title" hidden>
              <h3 id="beside-title">Side by side</h3>
              <div id="besides"></div>
              <p>
                <button type="button" id="differ">Find the shortest calls that they answer differently</button>
                <button type="button" id="cancel-differ" hidden>Cancel</button>
              </p>
              <div id="differing" role="status"></div>
            </section>
          </section>
        </div>
        <div id="clauses-cited"></div>
      </main>
      ${given === undefined ? '' : new Html(`<script type="application/json" id="given">${data(given)}</script>`)}`,
  });

/** Data in a page cannot end the element that holds it. */
const data = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');
