/** What a Murphi model has whatever the rules say: numbers, comparisons, arithmetic, tables. */
import type { Comparison, Operator } from '../../../spec/language/term.ts';

export const literal = (value: number): string => (value < 0 ? `(-${-value})` : String(value));

export const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

export const comparisons: Readonly<Record<Comparison, string>> = {
  '=': '=',
  '≠': '!=',
  '<': '<',
  '≤': '<=',
  '>': '>',
  '≥': '>=',
};

export const operators: Readonly<Record<Operator, (left: string, right: string) => string>> = {
  '+': (left, right) => `(${left} + ${right})`,
  '-': (left, right) => `(${left} - ${right})`,
  '*': (left, right) => `(${left} * ${right})`,
  div: (left, right) => `floor_div(${left}, ${right})`,
  mod: (left, right) => `(${left} % ${right})`,
  or: (left, right) => `(${left} + ${right} - common_bits(${left}, ${right}))`,
  and: (left, right) => `common_bits(${left}, ${right})`,
  without: (left, right) => `(${left} - common_bits(${left}, ${right}))`,
};

/** Division in Murphi rounds towards zero, and its dialects do not agree on operators for bits. */
export const arithmetic = `\
function floor_div(left: number; right: number): number;
begin
  if left % right != 0 & ((left < 0) != (right < 0)) then
    return left / right - 1;
  endif;
  return left / right;
end;

function common_bits(left: number; right: number): number;
var
  bit: number;
  common: number;
begin
  if left < 0 | right < 0 then
    error "bits of a negative number";
  endif;
  bit := 1;
  common := 0;
  while bit <= left & bit <= right do
    if (left / bit) % 2 = 1 & (right / bit) % 2 = 1 then
      common := common + bit;
    endif;
    bit := bit * 2;
  endwhile;
  return common;
end;`;

/** A function from 0, 1, ... to these numbers, and from any other number to one more. */
export function tableFunction(name: string, values: readonly number[], otherwise: number): string {
  const cases = values.flatMap((value, at) =>
    value === otherwise ? [] : [`  if place = ${at} then return ${literal(value)}; endif;`],
  );
  const head = `function ${name}(place: number): number;`;
  return [head, 'begin', ...cases, `  return ${literal(otherwise)};`, 'end;'].join('\n');
}
