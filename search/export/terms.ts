/**
 * Terms in a language with statements and functions. A definition is a function of its own, and so is each search
 * through a range; they are given what they refer to as parameters, for a function sees nothing but its own and the
 * state.
 */
import { attributes, quantities } from '../../spec/given.ts';
import type { Layout } from '../../spec/state.ts';
import { sortOf } from '../../spec/language/term.ts';
import type { Applied, Bool, CellTerm, Definition, Effect, Num, Range, Term } from '../../spec/language/term.ts';
import { Body, known } from './body.ts';
import type { Names } from './body.ts';
import { literal } from './dialect.ts';
import type { Dialect, FunctionParts } from './dialect.ts';
import { cpuKey, freeIn, freeInDefinition, identifier, passedKey, variableOf } from './names.ts';

export class TermWriter {
  /** The functions that terms have needed so far, each after those that it calls. */
  readonly functions: string[] = [];
  private readonly layout: Layout;
  private readonly dialect: Dialect;
  private readonly made = new Map<unknown, string>();

  constructor(layout: Layout, dialect: Dialect) {
    this.layout = layout;
    this.dialect = dialect;
  }

  /** A number or a condition as an expression. */
  of(term: Num | Bool, names: Names): string {
    const { comparisons, operators, and, or } = this.dialect;
    switch (term.kind) {
      case 'number':
        return literal(term.value);
      case 'name':
        return known(names, term.name);
      case 'passed':
        return known(names, passedKey(term.name));
      case 'this CPU':
        return known(names, cpuKey);
      case 'quantity':
        return literal(quantities[term.name].read(this.layout.config));
      case 'attribute':
        return `${this.attribute(term.name)}(${this.list(term.of, names)})`;
      case 'cell':
        return this.layout.size[term.field] === 0 ? `${this.noCell()}()` : this.cell(term, names);
      case 'arithmetic':
        return operators[term.how](this.of(term.left, names), this.of(term.right, names));
      case 'compare':
        return `(${this.of(term.left, names)} ${comparisons[term.how]} ${this.of(term.right, names)})`;
      case 'choose':
        return `(${this.of(term.when, names)} ? ${this.of(term.then, names)} : ${this.of(term.otherwise, names)})`;
      case 'not':
        return `(!${this.of(term.of, names)})`;
      case 'all of':
        return this.joined(term.parts, and, this.dialect.true, names);
      case 'any of':
        return this.joined(term.parts, or, this.dialect.false, names);
      case 'first':
        return this.searched(term, term.where, names);
      case 'every':
      case 'some':
        return this.searched(term, term.holds, names);
      case 'sum':
      case 'tally':
      case 'before':
      case 'done':
      case 'call':
        throw new Error('unreachable: only laws count, or speak of steps');
      case 'applied':
        return this.applied(term, names);
    }
  }

  /** An effect as statements, one to a line. */
  statements(effect: Effect, body: Body): string[] {
    const { dialect } = this;
    const { names } = body;
    const inner = (one: Effect): string[] => this.statements(one, body);
    switch (effect.kind) {
      case 'set':
        if (this.layout.size[effect.cell.field] === 0) return [dialect.fail(`there is no ${effect.cell.field}`)];
        return [dialect.assign(this.cell(effect.cell, names), this.of(effect.to, names))];
      case 'sequence':
        return effect.effects.flatMap(inner);
      case 'when': {
        const otherwise = effect.otherwise && inner(effect.otherwise);
        return dialect.when(this.of(effect.condition, names), inner(effect.then), otherwise);
      }
      case 'for each':
        return this.loop(effect.range, body, (inside) => this.statements(effect.effect, inside));
      case 'while':
        return dialect.while(this.of(effect.condition, names), inner(effect.effect));
      case 'note':
        return [dialect.assign(known(names, effect.name), this.of(effect.is, names))];
      case 'answer':
        // The answer of a call is no part of the state.
        return [];
      case 'applied':
        return [`${this.applied(effect, names)};`];
    }
  }

  /** A function from 0, 1, ... to these numbers, and from any other number to one more. */
  table(values: readonly number[], otherwise: number): string {
    return this.once([...values, otherwise].join(), () => {
      const { comparisons, when } = this.dialect;
      const cases = values.flatMap((value, at) =>
        value === otherwise ? [] : when(`(place ${comparisons['=']} ${at})`, [returned(value)]),
      );
      const name = `table_${this.made.size}`;
      return { name, parameters: ['place'], returns: 'number', variables: [], lines: [...cases, returned(otherwise)] };
    });
  }

  private list(terms: readonly Num[], names: Names): string {
    return terms.map((one) => this.of(one, names)).join(', ');
  }

  private cell({ field, at }: CellTerm, names: Names): string {
    return this.dialect.cell(
      field,
      at.map((one) => this.of(one, names)),
    );
  }

  /** Of two numbers, the second is looked up in the row of the first. */
  private attribute(name: keyof typeof attributes): string {
    const { over, read, otherwise } = attributes[name];
    const { config } = this.layout;
    const [rows = 0, columns] = over(config);
    if (columns === undefined) {
      return this.table(
        upTo(rows, (row) => read(config, row)),
        otherwise,
      );
    }
    return this.once(`attribute ${name}`, () => {
      const values = upTo(rows * columns, (i) => read(config, Math.floor(i / columns), i % columns));
      const isKnown = `(column >= 0 ${this.dialect.and} column < ${columns})`;
      const found = [`return ${this.table(values, otherwise)}(row * ${columns} + column);`];
      return {
        name: identifier(`attribute ${name}`),
        parameters: ['row', 'column'],
        returns: 'number',
        variables: [],
        lines: [...this.dialect.when(isKnown, found), returned(otherwise)],
      };
    });
  }

  private joined(parts: readonly Bool[], by: string, empty: string, names: Names): string {
    return parts.length === 0 ? empty : `(${parts.map((part) => this.of(part, names)).join(` ${by} `)})`;
  }

  private searched(term: (Num | Bool) & { readonly range: Range }, where: Bool, names: Names): string {
    const keys = [...freeIn(term)];
    const name = this.once(term, () => {
      const { true: yes, false: no, when } = this.dialect;
      const stops = term.kind === 'every' ? ({ kind: 'not', of: where } as const) : where;
      return this.functionOf(`${term.kind}_${this.made.size}`, keys, term, (body) => {
        const loop = this.loop(term.range, body, ({ names: inside }) => {
          const found = term.kind === 'first' ? known(inside, term.range.member) : term.kind === 'some' ? yes : no;
          return when(this.of(stops, inside), [`return ${found};`]);
        });
        return [...loop, `return ${term.kind === 'first' ? literal(-1) : term.kind === 'some' ? no : yes};`];
      });
    });
    return `${name}(${keys.map((key) => known(names, key)).join(', ')})`;
  }

  private loop({ member, from, count }: Range, body: Body, inner: (inside: Body) => string[]): string[] {
    const { assign, while: repeat } = this.dialect;
    const own = body.variable(variableOf(member));
    const end = body.variable(`end_of_${own}`);
    return [
      assign(own, this.of(from, body.names)),
      assign(end, `${own} + ${this.of(count, body.names)}`),
      ...repeat(`(${own} < ${end})`, [...inner(body.knowing(member, own)), assign(own, `${own} + 1`)]),
    ];
  }

  private applied({ definition, to }: Applied<Num | Bool | Effect>, names: Names): string {
    const more = [...freeInDefinition(definition)].map((key) => known(names, key));
    return `${this.defined(definition)}(${[...to.map((one) => this.of(one, names)), ...more].join(', ')})`;
  }

  private defined(definition: Definition): string {
    return this.once(definition, () => {
      const { means, phrase, subjects } = definition;
      const own = identifier(`${phrase.replace(/\|[\w ]+\]/, '')} ${this.made.size}`);
      return this.functionOf(own, [...subjects, ...freeInDefinition(definition)], means, (body) =>
        isEffect(means) ? this.statements(means, body) : [`return ${this.of(means, body.names)};`],
      );
    });
  }

  private functionOf(
    name: string,
    keys: readonly string[],
    term: Term,
    lines: (body: Body) => string[],
  ): FunctionParts {
    const body = new Body(new Map(keys.map((key) => [key, variableOf(key)])));
    const returns = ({ number: 'number', condition: 'boolean', effect: 'nothing' } as const)[sortOf(term)];
    return { name, parameters: keys.map(variableOf), returns, lines: lines(body), variables: body.variables };
  }

  /** A function that is made when it is needed first; those that it calls are made before it. */
  private once(key: unknown, make: () => FunctionParts): string {
    const before = this.made.get(key);
    if (before !== undefined) return before;
    this.made.set(key, '');
    const parts = make();
    this.made.set(key, parts.name);
    this.functions.push(this.dialect.function(parts));
    return parts.name;
  }

  /** What stands for a cell of a field that has none in this world: it must never be read. */
  private noCell(): string {
    const lines = [this.dialect.fail('there is no such cell'), returned(0)];
    return this.once('no cell', () => ({ name: 'no_cell', parameters: [], returns: 'number', variables: [], lines }));
  }
}

const isEffect = (term: Term): term is Effect => sortOf(term) === 'effect';
const returned = (value: number): string => `return ${literal(value)};`;
const upTo = (count: number, of: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => of(i));
