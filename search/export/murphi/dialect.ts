/** Murphi, as far as all of its checkers know it. */
import { bitsBy, conditions, indented } from '../dialect.ts';
import type { Dialect } from '../dialect.ts';
import { identifier } from '../names.ts';

export const murphiDialect: Dialect = {
  comparisons: { '=': '=', '≠': '!=', '<': '<', '≤': '<=', '>': '>', '≥': '>=' },
  operators: {
    '+': (left, right) => `(${left} + ${right})`,
    '-': (left, right) => `(${left} - ${right})`,
    '*': (left, right) => `(${left} * ${right})`,
    div: (left, right) => `floor_div(${left}, ${right})`,
    mod: (left, right) => `(${left} % ${right})`,
    ...bitsBy((left, right) => `common_bits(${left}, ${right})`),
  },
  ...conditions,
  and: '&',
  or: '|',
  true: 'true',
  false: 'false',
  cell: (field, at) => `${identifier(field)}${at.map((one) => `[${one}]`).join('')}`,
  assign: (to, value) => `${to} := ${value};`,
  when: (condition, then, otherwise = []) => [
    `if ${condition} then`,
    ...indented(then),
    ...(otherwise.length === 0 ? [] : ['else', ...indented(otherwise)]),
    'endif;',
  ],
  while: (condition, lines) => [`while ${condition} do`, ...indented(lines), 'endwhile;'],
  fail: (why) => `error "${why}";`,
  function: ({ name, parameters, returns, variables, lines }) => {
    const given = parameters.map((parameter) => `${parameter}: number`).join('; ');
    const head = returns === 'nothing' ? `procedure ${name}(${given});` : `function ${name}(${given}): ${returns};`;
    return [head, ...declared(variables), 'begin', ...indented(lines), 'end;'].join('\n');
  },
};

export const declared = (variables: readonly string[]): string[] =>
  variables.length === 0 ? [] : ['var', ...variables.map((name) => `  ${name}: number;`)];

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
