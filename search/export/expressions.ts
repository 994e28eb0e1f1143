/**
 * Numbers and conditions as expressions of a language with functions. A definition is a function of its own; it is
 * given what it refers to as parameters, for a function sees nothing but its own and the state.
 */
import { attributes, quantities } from '../../spec/given.ts';
import type { Attribute } from '../../spec/given.ts';
import type { Layout } from '../../spec/state.ts';
import type { Applied, Bool, CellTerm, Definition, Effect, Num, Range } from '../../spec/language/term.ts';
import { known } from './body.ts';
import type { Names } from './body.ts';
import { literal } from './dialect.ts';
import type { Expressions } from './dialect.ts';
import { cpuKey, freeInDefinition, identifier, passedKey } from './names.ts';

/** A function that is needed: its name, and all of it. */
export interface Written {
  readonly name: string;
  readonly text: string;
}

export type Searched = (Num | Bool) & { readonly range: Range };

export abstract class ExpressionWriter {
  /** The functions that terms have needed so far, each after those that it calls. */
  readonly functions: string[] = [];
  protected readonly layout: Layout;
  protected readonly expressions: Expressions;
  private readonly made = new Map<unknown, string>();

  constructor(layout: Layout, expressions: Expressions) {
    this.layout = layout;
    this.expressions = expressions;
  }

  /** A number or a condition as an expression. */
  of(term: Num | Bool, names: Names): string {
    const { comparisons, operators, choose, not, and, or } = this.expressions;
    switch (term.kind) {
      case 'number':
        return literal(term.value);
      case 'name':
        return this.named(term.name, names);
      case 'passed':
        return known(names, passedKey(term.name));
      case 'this CPU':
        return known(names, cpuKey);
      case 'quantity':
        return literal(quantities[term.name].read(this.layout.config));
      case 'attribute':
        return `${this.attribute(term.name)}(${this.list(term.of, names)})`;
      case 'cell':
        return this.layout.size[term.field] === 0 ? this.noCell() : this.cell(term, names);
      case 'arithmetic':
        return operators[term.how](this.of(term.left, names), this.of(term.right, names));
      case 'compare':
        return `(${this.of(term.left, names)} ${comparisons[term.how]} ${this.of(term.right, names)})`;
      case 'choose':
        return choose(this.of(term.when, names), this.of(term.then, names), this.of(term.otherwise, names));
      case 'not':
        return not(this.of(term.of, names));
      case 'all of':
        return this.joined(term.parts, and, this.expressions.true, names);
      case 'any of':
        return this.joined(term.parts, or, this.expressions.false, names);
      case 'first':
        return this.searched(term, term.where, names);
      case 'every':
      case 'some':
        return this.searched(term, term.holds, names);
      case 'sum':
      case 'tally':
        return this.counted(term, names);
      case 'before':
      case 'done':
      case 'call':
        throw new Error('unreachable: a law of steps in a model');
      case 'applied':
        return this.applied(term, names);
    }
  }

  /** A function from 0, 1, ... to these numbers, and from any other number to one more. */
  table(values: readonly number[], otherwise: number): string {
    return this.once([...values, otherwise].join(), () => {
      const cases = values.flatMap((value, at) => (value === otherwise ? [] : [[at, value] as const]));
      const name = `table_${this.count}`;
      return { name, text: this.tableText(name, cases, otherwise) };
    });
  }

  protected abstract cell(term: CellTerm, names: Names): string;
  /** What stands for a cell of a field that has none in this world: it must never be read. */
  protected abstract noCell(): string;
  protected abstract searched(term: Searched, where: Bool, names: Names): string;
  protected abstract counted(term: Num & { kind: 'sum' | 'tally' }, names: Names): string;
  protected abstract tableText(name: string, cases: readonly (readonly [number, number])[], otherwise: number): string;
  /** A function of numbers that is a number. */
  protected abstract numberText(name: string, parameters: readonly string[], is: string): string;
  protected abstract definedText(name: string, definition: Definition): string;

  /** How many functions there are, and are being made. */
  protected get count(): number {
    return this.made.size;
  }

  protected named(name: string, names: Names): string {
    return known(names, name);
  }

  /** What every definition is given beside its subjects and what it refers to. */
  protected abstract state(names: Names): readonly string[];

  protected applied({ definition, to }: Applied<Num | Bool | Effect>, names: Names): string {
    const name = this.once(definition, () => {
      const own = identifier(`${definition.phrase.replace(/\|[\w ]+\]/, '')} ${this.count}`);
      return { name: own, text: this.definedText(own, definition) };
    });
    const given = to.map((one) => this.of(one, names));
    const more = [...freeInDefinition(definition)].map((key) => this.named(key, names));
    return `${name}(${[...this.state(names), ...given, ...more].join(', ')})`;
  }

  /** A function that is made when it is needed first; those that it calls are made before it. */
  protected once(key: unknown, make: () => Written): string {
    const before = this.made.get(key);
    if (before !== undefined) return before;
    this.made.set(key, '');
    const { name, text } = make();
    this.made.set(key, name);
    this.functions.push(text);
    return name;
  }

  private list(terms: readonly Num[], names: Names): string {
    return terms.map((one) => this.of(one, names)).join(', ');
  }

  private joined(parts: readonly Bool[], by: string, empty: string, names: Names): string {
    return parts.length === 0 ? empty : `(${parts.map((part) => this.of(part, names)).join(` ${by} `)})`;
  }

  /** Of two numbers, the second is looked up in the row of the first. */
  private attribute(name: keyof typeof attributes): string {
    const { over, read, otherwise }: Attribute = attributes[name];
    const { config } = this.layout;
    const [rows = 0, columns] = over(config);
    if (columns === undefined) {
      return this.table(
        upTo(rows, (row) => read(config, row)),
        otherwise,
      );
    }
    return this.once(`attribute ${name}`, () => {
      const { and, choose } = this.expressions;
      const values = upTo(rows * columns, (i) => read(config, Math.floor(i / columns), i % columns));
      const found = `${this.table(values, otherwise)}(row * ${columns} + column)`;
      const is = choose(`(column >= 0 ${and} column < ${columns})`, found, literal(otherwise));
      const own = identifier(`attribute ${name}`);
      return { name: own, text: this.numberText(own, ['row', 'column'], is) };
    });
  }
}

const upTo = (count: number, of: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => of(i));

/** What a tally counts in the state, where the name of its subject is known. */
export function tallied({ tally }: Num & { kind: 'tally' }, of: string, names: Names): [Num, Names] {
  if (tally.counts === undefined) throw new Error(`unreachable: ${tally.name} is no count of the state`);
  return [tally.counts, new Map([...names, [tally.subject, of]])];
}
