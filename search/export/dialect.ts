/** What languages with statements, functions and arrays write differently. */
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

export interface Dialect {
  readonly comparisons: Readonly<Record<Comparison, string>>;
  readonly operators: Readonly<Record<Operator, (left: string, right: string) => string>>;
  readonly and: string;
  readonly or: string;
  readonly true: string;
  readonly false: string;
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

type Bits = Pick<Dialect['operators'], 'or' | 'and' | 'without'>;

/** Sets of bits, by what two of them have in common. */
export const bitsBy = (common: (left: string, right: string) => string): Bits => ({
  or: (left, right) => `(${left} + ${right} - ${common(left, right)})`,
  and: common,
  without: (left, right) => `(${left} - ${common(left, right)})`,
});
