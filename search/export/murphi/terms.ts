/**
 * Terms in Murphi. A definition is a function or a procedure of its own, and so is each search through a range; they
 * are given what they refer to as parameters, for a function of Murphi sees nothing but its own and the state.
 */
import type { FieldName } from '../../../spec/fields.ts';
import { attributes, quantities } from '../../../spec/given.ts';
import type { Layout } from '../../../spec/state.ts';
import { sortOf } from '../../../spec/language/term.ts';
import type { Applied, Bool, CellTerm, Definition, Effect, Num, Range, Term } from '../../../spec/language/term.ts';
import { cpuKey, freeIn, freeInDefinition, identifier, passedKey, variableOf } from './names.ts';
import { comparisons, indented, literal, operators, tableFunction } from './text.ts';

/** What each name is where a term stands. */
export type Names = ReadonlyMap<string, string>;

/** Statements in the making, with the variables that they need. */
export class Body {
  readonly names: Names;
  readonly variables: string[];

  constructor(names: Names, variables: string[] = []) {
    this.names = names;
    this.variables = variables;
  }

  /** The same body, in which one more name is known. */
  knowing(name: string, as: string): Body {
    return new Body(new Map([...this.names, [name, as]]), this.variables);
  }

  variable(name: string): string {
    const taken = this.variables.filter((one) => one === name || one.startsWith(`${name}_`)).length;
    const own = taken === 0 ? name : `${name}_${taken + 1}`;
    this.variables.push(own);
    return own;
  }

  /** The declarations of its variables. */
  declarations(): string[] {
    return this.variables.length === 0 ? [] : ['var', ...this.variables.map((name) => `  ${name}: number;`)];
  }
}

export class MurphiTerms {
  /** Functions and procedures that terms have needed so far, in an order in which each is declared before its use. */
  readonly functions: string[] = [];
  private readonly layout: Layout;
  private readonly made = new Map<unknown, string>();

  constructor(layout: Layout) {
    this.layout = layout;
  }

  of(term: Num | Bool, names: Names): string {
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
        return `${this.attribute(term.name)}(${term.of.map((one) => this.of(one, names)).join(', ')})`;
      case 'cell':
        return this.layout.size[term.field] === 0 ? `${this.noCell()}()` : this.place(term, names);
      case 'arithmetic':
        return operators[term.how](this.of(term.left, names), this.of(term.right, names));
      case 'compare':
        return `(${this.of(term.left, names)} ${comparisons[term.how]} ${this.of(term.right, names)})`;
      case 'choose':
        return `(${this.of(term.when, names)} ? ${this.of(term.then, names)} : ${this.of(term.otherwise, names)})`;
      case 'not':
        return `(!${this.of(term.of, names)})`;
      case 'all of':
        return this.joined(term.parts, '&', 'true', names);
      case 'any of':
        return this.joined(term.parts, '|', 'false', names);
      case 'first':
        return this.searched(term, term.where, names);
      case 'every':
      case 'some':
        return this.searched(term, term.holds, names);
      case 'sum':
      case 'tally':
        throw new Error('unreachable: only laws count');
      case 'applied':
        return this.applied(term, names);
    }
  }

  /** An effect as statements, one to a line. */
  statements(effect: Effect, body: Body): string[] {
    const { names } = body;
    switch (effect.kind) {
      case 'set':
        if (this.layout.size[effect.cell.field] === 0) return [`error "there is no ${effect.cell.field}";`];
        return [`${this.place(effect.cell, names)} := ${this.of(effect.to, names)};`];
      case 'sequence':
        return effect.effects.flatMap((one) => this.statements(one, body));
      case 'when': {
        const otherwise = effect.otherwise === undefined ? [] : ['else', ...this.inner(effect.otherwise, body)];
        return [
          `if ${this.of(effect.condition, names)} then`,
          ...this.inner(effect.then, body),
          ...otherwise,
          'endif;',
        ];
      }
      case 'for each':
        return this.loop(effect.range, body, (inside) => this.statements(effect.effect, inside));
      case 'while':
        return [`while ${this.of(effect.condition, names)} do`, ...this.inner(effect.effect, body), 'endwhile;'];
      case 'note':
        return [`${known(names, effect.name)} := ${this.of(effect.is, names)};`];
      case 'answer':
        // The answer of a call is no part of the state.
        return [];
      case 'applied':
        return [`${this.applied(effect, names)};`];
    }
  }

  private inner(effect: Effect, body: Body): string[] {
    return indented(this.statements(effect, body));
  }

  /** A table of numbers as a function of the place, and of what it is beyond its ends. */
  table(values: readonly number[], otherwise: number): string {
    return this.once([...values, otherwise].join(), () => {
      const name = `table_${this.made.size}`;
      return [name, tableFunction(name, values, otherwise)];
    });
  }

  private place({ field, at }: CellTerm, names: Names): string {
    return placeOf(
      field,
      at.map((one) => this.of(one, names)),
    );
  }

  /** An attribute of two numbers is a table for each number that the first can be. */
  private attribute(name: keyof typeof attributes): string {
    const { over, read, otherwise } = attributes[name];
    const { config } = this.layout;
    const [rows = 0, columns] = over(config);
    if (columns === undefined) {
      const values = Array.from({ length: rows }, (_, i) => read(config, i));
      return this.table(values, otherwise);
    }
    return this.once(`attribute ${name}`, () => {
      const own = identifier(`attribute ${name}`);
      const values = Array.from({ length: rows * columns }, (_, i) =>
        read(config, Math.floor(i / columns), i % columns),
      );
      const table = this.table(values, otherwise);
      const isKnown = `(column >= 0 & column < ${columns})`;
      const body = `  return (${isKnown} ? ${table}(row * ${columns} + column) : ${literal(otherwise)});`;
      return [own, `function ${own}(row: number; column: number): number;\nbegin\n${body}\nend;`];
    });
  }

  private joined(parts: readonly Bool[], by: string, empty: string, names: Names): string {
    return parts.length === 0 ? empty : `(${parts.map((part) => this.of(part, names)).join(` ${by} `)})`;
  }

  private searched(term: (Num | Bool) & { readonly range: Range }, where: Bool, names: Names): string {
    const name = this.once(term, () => {
      const stops = term.kind === 'every' ? ({ kind: 'not', of: where } as const) : where;
      const own = `${term.kind}_${this.made.size}`;
      const text = this.functionOf(
        own,
        [...freeIn(term)],
        sortOf(term) === 'condition' ? 'boolean' : 'number',
        (body) => {
          const found = (member: string) => (term.kind === 'first' ? member : String(term.kind === 'some'));
          const loop = this.loop(term.range, body, (inside) => [
            `if ${this.of(stops, inside.names)} then`,
            `  return ${found(known(inside.names, term.range.member))};`,
            'endif;',
          ]);
          return [...loop, `return ${term.kind === 'first' ? literal(-1) : String(term.kind === 'every')};`];
        },
      );
      return [own, text];
    });
    return `${name}(${[...freeIn(term)].map((key) => known(names, key)).join(', ')})`;
  }

  private loop({ member, from, count }: Range, body: Body, inner: (inside: Body) => string[]): string[] {
    const own = body.variable(variableOf(member));
    const end = body.variable(`end_of_${own}`);
    return [
      `${own} := ${this.of(from, body.names)};`,
      `${end} := ${own} + ${this.of(count, body.names)};`,
      `while ${own} < ${end} do`,
      ...indented([...inner(body.knowing(member, own)), `${own} := ${own} + 1;`]),
      'endwhile;',
    ];
  }

  private applied({ definition, to }: Applied<Num | Bool | Effect>, names: Names): string {
    const given = [
      ...to.map((one) => this.of(one, names)),
      ...[...freeInDefinition(definition)].map((key) => known(names, key)),
    ];
    return `${this.defined(definition)}(${given.join(', ')})`;
  }

  private defined(definition: Definition): string {
    return this.once(definition, () => {
      const { means, phrase, subjects } = definition;
      const own = identifier(`${phrase.replace(/\|[\w ]+\]/, '')} ${this.made.size}`);
      const keys = [...subjects, ...freeInDefinition(definition)];
      const sort = sortOf(means);
      const text = isEffect(means)
        ? this.functionOf(own, keys, undefined, (body) => this.statements(means, body))
        : this.functionOf(own, keys, sort === 'condition' ? 'boolean' : 'number', (body) => [
            `return ${this.of(means, body.names)};`,
          ]);
      return [own, text];
    });
  }

  private functionOf(
    name: string,
    keys: readonly string[],
    returns: 'number' | 'boolean' | undefined,
    statements: (body: Body) => string[],
  ): string {
    const body = new Body(new Map(keys.map((key) => [key, variableOf(key)])));
    const parameters = keys.map((key) => `${variableOf(key)}: number`).join('; ');
    const lines = statements(body);
    const head =
      returns === undefined ? `procedure ${name}(${parameters});` : `function ${name}(${parameters}): ${returns};`;
    return [head, ...body.declarations(), 'begin', ...indented(lines), 'end;'].join('\n');
  }

  /** A function that is made when it is needed first; those that it needs itself are made before it. */
  private once(key: unknown, make: () => [string, string]): string {
    const before = this.made.get(key);
    if (before !== undefined) return before;
    this.made.set(key, '');
    const [name, text] = make();
    this.made.set(key, name);
    this.functions.push(text);
    return name;
  }

  /** What stands for a cell of a field that has none in this world: it must never be read. */
  private noCell(): string {
    return this.once('no cell', () => [
      'no_cell',
      'function no_cell(): number;\nbegin\n  error "there is no such cell";\n  return 0;\nend;',
    ]);
  }
}

const isEffect = (term: Term): term is Effect => sortOf(term) === 'effect';

export const placeOf = (field: FieldName, at: readonly (string | number)[]): string =>
  `${identifier(field)}${at.map((one) => `[${one}]`).join('')}`;

function known(names: Names, key: string): string {
  const found = names.get(key);
  if (found === undefined) throw new Error(`unreachable: ${key} is not known here`);
  return found;
}
