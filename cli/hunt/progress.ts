/** How far a hunt has come, for whoever stops it. */
import { onFrom } from './options.ts';
import type { HuntFlags, Wanted } from './options.ts';

export class Progress {
  private readonly flags: HuntFlags;
  private readonly wanted: Wanted;
  private readonly started = performance.now();
  private steps = 0;
  private sequences = 0;
  /** What differs has been printed, and is being made shorter. */
  isShrinking = false;

  constructor(flags: HuntFlags, wanted: Wanted) {
    this.flags = flags;
    this.wanted = wanted;
  }

  readonly take = ({ steps, sequences }: { readonly steps: number; readonly sequences: number }): void => {
    this.steps = steps;
    this.sequences = sequences;
  };

  /** What was done, the seed, and how to go on. */
  interrupted(): string[] {
    const { steps, sequences, wanted, flags } = this;
    if (this.isShrinking) return ['', 'stopped while it was being made shorter'];
    const seconds = (performance.now() - this.started) / 1000;
    const on = onFrom(flags, wanted, { sequences, seconds });
    const done =
      sequences === 0 ? 'before the first sequence was through' : `after ${steps} calls in ${sequences} sequences`;
    return [
      `stopped ${done}, ${seconds.toFixed(1)} s, seed ${wanted.seed}${sequences === 0 ? '' : '; nothing has differed so far'}`,
      ...(on === undefined ? [] : [`  go on: ${on}`]),
    ];
  }
}
