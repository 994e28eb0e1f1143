/** What languages with functions, and with statements and arrays as well, write differently. */
import type { FieldName } from '../../spec/fields.ts';
import type { Comparison, Operator } from '../../spec/language/term.ts';

export interface FunctionParts {
  readonly name: string;
  /** All are numbers. */
  readonly parameters: readonly string[];
  readonly returns: 'number' | 'boolean' | 'nothing';
  readonly variables: readonly string[];
  readonly lines: readonly string[];
}

export interface Expressions {
  readonly comparisons: Readonly<Record<Comparison, string>>;
  readonly operators: Readonly<Record<Operator, (left: string, right: string) => string>>;
  readonly choose: (when: string, then: string, otherwise: string) => string;
  readonly not: (condition: string) => string;
  readonly and: string;
  readonly or: string;
  readonly true: string;
  readonly false: string;
}

export interface Dialect extends Expressions {
  readonly cell: (field: FieldName, at: readonly (string | number)[]) => string;
  readonly assign: (to: string, value: string) => string;
  readonly when: (condition: string, then: readonly string[], otherwise?: readonly string[]) => string[];
  readonly while: (condition: string, lines: readonly string[]) => string[];
  /** The model is wrong. */
  readonly fail: (why: string) => string;
  readonly function: (parts: FunctionParts) => string;
}

export const literal = (value: number): string => (value < 0 ? `(-${-value})` : String(value));

export const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

/** Where conditions are written as in C. */
export const conditions: Pick<Expressions, 'choose' | 'not'> = {
  choose: (when, then, otherwise) => `(${when} ? ${then} : ${otherwise})`,
  not: (condition) => `(!${condition})`,
};

type Bits = Pick<Dialect['operators'], 'or' | 'and' | 'without'>;

/** Sets of bits, by what two of them have in common. */
export const bitsBy = (common: (left: string, right: string) => string): Bits => ({
  or: (left, right) => `(${left} + ${right} - ${common(left, right)})`,
  and: common,
  without: (left, right) => `(${left} - ${common(left, right)})`,
});
