/**
 * How many entries reach a page. A solver cannot count, and is told what it needs to know of the number: it is at least
 * one where an entry reaches the page, changes with the entry that a call changes, and does not grow where no entry
 * reaches anything that it did not reach before.
 */
import type { Family, FieldName } from '../../spec/fields.ts';
import { cell, value } from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';
import { lends } from '../../properties/invariant/entries.ts';
import { sceneOf } from './scene.ts';
import { smtBool, withNames } from './smt.ts';
import type { Fields } from './smt.ts';

interface Counted {
  readonly name: string;
  /** What holds the count that is kept of them, and must never be too low. */
  readonly field: FieldName;
  readonly family: Family;
  /** An entry, by the names `a` and `b` of its two numbers, reaches `page`. */
  readonly reaches: Bool;
}

export const counted: readonly Counted[] = [
  { name: 'shares counted', field: 'shares', family: 'mapping', reaches: lends('a', 'b', 'page') },
  {
    name: 'device mappings counted',
    field: 'dmaMaps',
    family: 'dmaMapping',
    reaches: cell('dmaPage', 'a', 'b').is(value('page')),
  },
];

type Cells = readonly (readonly string[])[] | undefined;

export class Tally {
  readonly what: Counted;
  private readonly tag: string;
  private readonly start: Fields;

  constructor(what: Counted, tag: string, start: Fields) {
    this.what = what;
    this.tag = `${what.field}.${tag}`;
    this.start = start;
  }

  private reaches(fields: Fields, a: string, b: string): string {
    const names = Object.entries({ a, b, page: 'p' });
    return smtBool(this.what.reaches, withNames(sceneOf(fields), names));
  }

  private get before(): string {
    return `count.${this.tag}.start`;
  }

  /** What is known of the number in one state. */
  private facts(name: string, fields: Fields): string[] {
    return [
      `(declare-fun ${name} (Int) Int)`,
      `(assert (forall ((p Int)) (>= (${name} p) 0)))`,
      `(assert (forall ((v Int) (g Int) (p Int)) (=> ${this.reaches(fields, 'v', 'g')} (>= (${name} p) 1))))`,
    ];
  }

  /** No page is counted less often than it is reached; -1 is no page. */
  private covered(name: string, fields: Fields): string {
    const count = fields.get(this.what.field)?.name ?? '';
    return `(forall ((p Int)) (=> (>= p 0) (<= (${name} p) (${count} p))))`;
  }

  atStart(): string[] {
    return [...this.facts(this.before, this.start), `(assert ${this.covered(this.before, this.start)})`];
  }

  /** `touched`: the entries that have been written to, or undefined where a loop went through them. */
  after(fields: Fields, touched: Cells, number: number): { lines: string[]; covered: string } {
    const name = `count.${this.tag}.${number}`;
    if (touched !== undefined && touched.length > 1)
      throw new Error(`unreachable: ${this.tag} changes several entries`);
    const told = touched === undefined ? this.fewer(name, fields) : this.changed(name, fields, touched[0]);
    return { lines: [...this.facts(name, fields), `(assert ${told})`], covered: this.covered(name, fields) };
  }

  private fewer(name: string, fields: Fields): string {
    const [now, was] = [fields, this.start].map((one) => this.reaches(one, 'v', 'g'));
    const isSubset = `(forall ((v Int) (g Int) (p Int)) (=> ${now ?? ''} ${was ?? ''}))`;
    return `(=> ${isSubset} (forall ((p Int)) (<= (${name} p) (${this.before} p))))`;
  }

  private changed(name: string, fields: Fields, [a = '', b = '']: readonly string[] = []): string {
    if (a === '') return `(forall ((p Int)) (= (${name} p) (${this.before} p)))`;
    const [now, was] = [fields, this.start].map((one) => `(ite ${this.reaches(one, a, b)} 1 0)`);
    return `(forall ((p Int)) (= (${name} p) (+ (${this.before} p) (- ${now ?? ''} ${was ?? ''}))))`;
  }
}
