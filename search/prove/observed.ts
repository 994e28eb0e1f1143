/**
 * Two states that differ only in what one VM has to itself, and what others see of the difference after a call: what
 * the proof of secrecy and the search for counterexamples ask alike.
 */
import type { Rule } from '../../spec/rule.ts';
import { isHidden, isShown, showing } from '../../properties/invariant/contents.ts';
import { sceneOf } from './scene.ts';
import { quantityName, smtBool, withNames } from './smt.ts';
import type { FieldFunction, Fields } from './smt.ts';
import { Twins } from './twin.ts';

/** The VM whose secrets they are. */
export const keeper = 'keeper';

export class Observed {
  readonly twins: Twins;
  private readonly rule: Rule;
  private readonly names: ReadonlyMap<string, string>;

  constructor(rule: Rule, names: ReadonlyMap<string, string>) {
    this.rule = rule;
    this.names = names;
    const stored = this.stored;
    this.twins = new Twins((name) => /^(cell\.)?word\./.test(name) || name === stored);
  }

  /** What a guest stores. */
  private get stored(): string | undefined {
    return this.rule.actor === 'guest' ? this.names.get('value') : undefined;
  }

  private get isKeeper(): string {
    return this.rule.actor === 'guest' ? `(= ${this.names.get('vm') ?? ''} ${keeper})` : 'false';
  }

  /** Another VM than the keeper stores the same in both. */
  others(): string[] {
    const stored = this.stored;
    return stored === undefined ? [] : [`(assert (or ${this.isKeeper} (= ${stored} ${stored}~)))`];
  }

  /** A word of a page is the same in both states, or hidden. */
  agrees(fields: Fields, page: string, word: string): string {
    const scene = withNames(sceneOf(fields), Object.entries({ [keeper]: keeper, page }));
    const read = `(${(fields.get('word') as FieldFunction).name} ${page} ${word})`;
    const isWord = `(and (<= 0 ${word}) (< ${word} ${quantityName('words')}))`;
    return `(or (not ${isWord}) ${smtBool(isHidden(keeper, 'page'), scene)} (= ${read} ${this.twins.of(read)}))`;
  }

  /** The same after the call, or the keeper has shown the page by it. */
  agreesAfter(start: Fields, fields: Fields, page: string, word: string): string {
    if (!showing.has(this.rule.call)) return this.agrees(fields, page, word);
    const shown = smtBool(isShown('vm', 'gfn', 'page'), withNames(sceneOf(start), [...this.names, ['page', page]]));
    return `(or ${this.agrees(fields, page, word)} (and ${this.isKeeper} ${shown}))`;
  }

  /** Whoever makes the call, unless it is the keeper, is answered the same; undefined where nothing speaks against it. */
  answersAlike(answer: string | undefined): string | undefined {
    const second = answer === undefined ? undefined : this.twins.of(answer);
    return second === answer ? undefined : `(or ${this.isKeeper} (= ${answer ?? ''} ${second ?? ''}))`;
  }
}
