/** Terms in a language with statements: an effect is some of them, and so is each search through a range. */
import type { Layout } from '../../spec/state.ts';
import { sortOf } from '../../spec/language/term.ts';
import type { Bool, CellTerm, Definition, Effect, Num, Range, Term } from '../../spec/language/term.ts';
import { Body, known } from './body.ts';
import type { Names } from './body.ts';
import { literal } from './dialect.ts';
import type { Dialect, FunctionParts } from './dialect.ts';
import { ExpressionWriter, tallied } from './expressions.ts';
import type { Searched, Written } from './expressions.ts';
import { freeIn, freeInDefinition, variableOf } from './names.ts';

export class TermWriter extends ExpressionWriter {
  private readonly dialect: Dialect;

  constructor(layout: Layout, dialect: Dialect) {
    super(layout, dialect);
    this.dialect = dialect;
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

  protected cell({ field, at }: CellTerm, names: Names): string {
    return this.dialect.cell(
      field,
      at.map((one) => this.of(one, names)),
    );
  }

  protected searched(term: Searched, where: Bool, names: Names): string {
    const keys = [...freeIn(term)];
    const name = this.once(term, () => {
      const { true: yes, false: no, when } = this.dialect;
      const stops = term.kind === 'every' ? ({ kind: 'not', of: where } as const) : where;
      return this.functionOf(`${term.kind}_${this.count}`, keys, term, (body) => {
        const loop = this.loop(term.range, body, ({ names: inside }) => {
          const found = term.kind === 'first' ? known(inside, term.range.member) : term.kind === 'some' ? yes : no;
          return when(this.of(stops, inside), [`return ${found};`]);
        });
        return [...loop, `return ${term.kind === 'first' ? literal(-1) : term.kind === 'some' ? no : yes};`];
      });
    });
    return `${name}(${keys.map((key) => known(names, key)).join(', ')})`;
  }

  /** It is there without being given. */
  protected state(): readonly string[] {
    return [];
  }

  /** A sum is a loop; a tally is what it counts in the state. */
  protected counted(term: Num & { kind: 'sum' | 'tally' }, names: Names): string {
    if (term.kind === 'tally') return this.of(...tallied(term, this.of(term.of, names), names));
    const keys = [...freeIn(term)];
    const name = this.once(term, () =>
      this.functionOf(`sum_${this.count}`, keys, term, (body) => {
        const { assign } = this.dialect;
        const total = body.variable('total');
        const loop = this.loop(term.range, body, ({ names: inside }) => [
          assign(total, `${total} + ${this.of(term.of, inside)}`),
        ]);
        return [assign(total, '0'), ...loop, `return ${total};`];
      }),
    );
    return `${name}(${keys.map((key) => known(names, key)).join(', ')})`;
  }

  protected tableText(name: string, cases: readonly (readonly [number, number])[], otherwise: number): string {
    const { comparisons, when } = this.dialect;
    const found = cases.flatMap(([at, value]) => when(`(place ${comparisons['=']} ${at})`, [returned(value)]));
    return this.text({ name, parameters: ['place'], lines: [...found, returned(otherwise)] });
  }

  protected numberText(name: string, parameters: readonly string[], is: string): string {
    return this.text({ name, parameters, lines: [`return ${is};`] });
  }

  protected definedText(name: string, definition: Definition): string {
    const { means, subjects } = definition;
    return this.functionOf(name, [...subjects, ...freeInDefinition(definition)], means, (body) =>
      isEffect(means) ? this.statements(means, body) : [`return ${this.of(means, body.names)};`],
    ).text;
  }

  protected noCell(): string {
    const lines = [this.dialect.fail('there is no such cell'), returned(0)];
    const name = 'no_cell';
    return `${this.once(name, () => ({ name, text: this.text({ name, parameters: [], lines }) }))}()`;
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

  private functionOf(name: string, keys: readonly string[], term: Term, lines: (body: Body) => string[]): Written {
    const body = new Body(new Map(keys.map((key) => [key, variableOf(key)])));
    const returns = ({ number: 'number', condition: 'boolean', effect: 'nothing' } as const)[sortOf(term)];
    const parts = { name, parameters: keys.map(variableOf), returns, lines: lines(body), variables: body.variables };
    return { name, text: this.dialect.function(parts) };
  }

  private text(parts: Pick<FunctionParts, 'name' | 'parameters' | 'lines'>): string {
    return this.dialect.function({ ...parts, returns: 'number', variables: [] });
  }
}

const isEffect = (term: Term): term is Effect => sortOf(term) === 'effect';
const returned = (value: number): string => `return ${literal(value)};`;
