/** Searches that the page goes through in parts, one at a time. */
import { html } from '../../report/html.ts';
import type { Html } from '../../report/html.ts';
import type { Asked } from '../asked.ts';
import { differenceFrom } from '../beside.ts';
import { breaking, continuationIn } from '../breaking.ts';
import { breakingProgress, breakingView, differenceProgress, differenceView } from '../found-view.ts';
import type { Opened } from '../opened.ts';
import { element, fill, say } from './elements.ts';
import { inParts } from './parts.ts';

interface Search<P, T> {
  /** The elements of the page: what starts it, what cancels it, and where it says what it has found. */
  readonly button: string;
  readonly cancel: string;
  readonly result: string;
  readonly parts: Generator<P, T>;
  readonly progress: (part: P) => string;
  readonly found: (found: T) => Html;
  /** The calls to go on with, where some were found. */
  readonly next: (found: T) => Asked | undefined;
}

const forgotten = 'forgotten';

export class Searches {
  private now = new AbortController();
  private readonly offered = new Map<string, Asked>();
  /** Hears of what was found. */
  private readonly told: (found: Html) => void;

  constructor(told: (found: Html) => void) {
    this.told = told;
  }

  /** What was found is no longer about what the page shows. */
  forget(): void {
    this.now.abort(forgotten);
    this.offered.clear();
    for (const id of ['breaking', 'differing']) fill(id, html``);
  }

  cancel(): void {
    this.now.abort();
  }

  /** What a result offers. */
  offeredIn(result: string): Asked | undefined {
    return this.offered.get(result);
  }

  /** For the shortest continuation that breaks a law. */
  forBreak(at: Opened): void {
    void this.run({
      ...{ button: 'break', cancel: 'cancel-break', result: 'breaking' },
      parts: breaking(at),
      progress: breakingProgress,
      found: (explored) => breakingView(at, explored),
      next: (explored) => {
        const calls = continuationIn(at, explored)?.calls;
        return calls && { ...at.asked, calls: [...at.asked.calls, ...calls] };
      },
    });
  }

  /** For the shortest calls from the start that two releases answer differently. */
  forDifference(at: Opened): void {
    const parts = differenceFrom(at, at.asked.beside ?? '');
    if (typeof parts === 'string') {
      say('differing', `${parts}.`);
      return;
    }
    void this.run({
      ...{ button: 'differ', cancel: 'cancel-differ', result: 'differing' },
      parts,
      progress: differenceProgress,
      found: (difference) => differenceView(at, difference),
      next: ({ calls }) => calls && { ...at.asked, calls: [...calls] },
    });
  }

  private async run<P, T>({ button, cancel, result, parts, progress, found, next }: Search<P, T>): Promise<void> {
    this.now.abort();
    this.now = new AbortController();
    const { signal } = this.now;
    element(button).hidden = true;
    element(cancel).hidden = false;
    element(cancel).focus();
    // A screen reader is told what comes of it, and not of each part.
    element(result).ariaBusy = 'true';
    const end = await inParts(parts, (part) => say(result, progress(part)), signal);
    const hadFocus = document.activeElement === element(cancel);
    element(button).hidden = false;
    element(cancel).hidden = true;
    if (hadFocus) element(button).focus();
    element(result).ariaBusy = null;
    if (end === undefined) {
      say(result, signal.reason === forgotten ? '' : 'Cancelled.');
      return;
    }
    const asked = next(end);
    if (asked !== undefined) this.offered.set(result, asked);
    fill(result, found(end));
    this.told(found(end));
  }
}
