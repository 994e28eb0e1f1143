/**
 * How answers are compared where only ownership counts (`compares` of a profile): any refusal will do where one is due,
 * a call that is refused although it need not be has changed nothing, and a page that changes hands may be wiped.
 */
import { none } from '../../spec/config.ts';
import type { Outcome } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import type { Answer } from '../../spec/transcript.ts';
import type { Difference, Expectation } from './difference.ts';
import { anything } from './expected.ts';

/** In whichever way: an error by its name or as a negative number, a fault, an exit. */
export const isRefused = ({ ret, smccc, ok, ...answer }: Answer): boolean =>
  typeof ret === 'string' ||
  (typeof ret === 'number' && ret < 0) ||
  (typeof smccc === 'number' && smccc < 0) ||
  ok === false ||
  'fault' in answer ||
  'exit' in answer;

/** A target refuses what the rules allow. */
export const isStricter = (outcome: Outcome, answer: Answer): boolean => outcome.kind === 'done' && isRefused(answer);

/**
 * The words of pages that have changed hands and that nobody has written to since: each may have become zero. A freedom
 * of every implementation where the page went back to the host, and of one that is no Linux wherever it went.
 */
export class Handovers {
  private readonly words = new Set<number>();
  private readonly onlyBack: boolean;

  constructor(onlyBack: boolean) {
    this.onlyBack = onlyBack;
  }

  /** Told of every call that is done, before its changes are settled; `written`: the word that it wrote, if it did. */
  note(state: State, written: number): void {
    const { base, size, config } = state.layout;
    this.words.delete(written);
    for (let i = 0; i < state.written; i += 2) {
      const page = (state.journal[i] as number) - base.ownerVm;
      if (page < 0 || page >= size.ownerVm) continue;
      if (this.onlyBack && state.at(base.ownerVm + page) !== none) continue;
      for (let word = 0; word < config.words; word++) this.words.add(base.word + page * config.words + word);
    }
  }

  /** Whether a word may read as zero, whatever it held. */
  mayBeZero(cell: number): boolean {
    return this.words.has(cell);
  }
}

/** What an answer gives away that it must not, or gets wrong of a content. `text`: how a value is shown. */
export function compareOwnership(
  { answer, outcome, mayBeZero }: Expectation,
  got: Answer,
  text: (value: unknown) => string,
): Difference | undefined {
  if (outcome.kind === 'denied') {
    if (isRefused(got)) return undefined;
    return { what: 'answer', expected: 'a refusal', got: text(got), clause: outcome.clause };
  }
  const { value } = answer;
  if (isRefused(got) || value === undefined || value === anything || value === got['value']) return undefined;
  if (mayBeZero && got['value'] === '0x0') return undefined;
  return { what: 'value', expected: text(value), got: text(got['value']) };
}
