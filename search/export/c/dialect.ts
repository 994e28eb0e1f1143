/** C, with the state in some variable. */
import { bitsBy, conditions, indented } from '../dialect.ts';
import type { Dialect } from '../dialect.ts';
import { identifier } from '../names.ts';

const types = { number: 'int', boolean: 'int', nothing: 'void' } as const;

export const cDialect = (state: string): Dialect => ({
  comparisons: { '=': '==', '≠': '!=', '<': '<', '≤': '<=', '>': '>', '≥': '>=' },
  operators: {
    '+': (left, right) => `(${left} + ${right})`,
    '-': (left, right) => `(${left} - ${right})`,
    '*': (left, right) => `(${left} * ${right})`,
    div: (left, right) => `floor_div(${left}, ${right})`,
    mod: (left, right) => `(${left} % ${right})`,
    ...bitsBy((left, right) => `(${left} & ${right})`),
  },
  ...conditions,
  and: '&&',
  or: '||',
  true: '1',
  false: '0',
  cell: (field, at) => `${state}.${identifier(field)}${at.map((one) => `[${one}]`).join('')}`,
  assign: (to, value) => `${to} = ${value};`,
  when: (condition, then, otherwise = []) => [
    `if (${condition}) {`,
    ...indented(then),
    ...(otherwise.length === 0 ? [] : ['} else {', ...indented(otherwise)]),
    '}',
  ],
  while: (condition, lines) => [`while (${condition}) {`, ...indented(lines), '}'],
  fail: (why) => `fail("${why}");`,
  function: ({ name, parameters, returns, variables, lines }) =>
    [
      `static ${types[returns]} ${name}(${parameters.map((parameter) => `int ${parameter}`).join(', ')}) {`,
      ...indented([...(variables.length === 0 ? [] : [`int ${variables.join(', ')};`]), ...lines]),
      '}',
    ].join('\n'),
});

export const arithmetic = `\
static int floor_div(int left, int right) {
  return left / right - (left % right != 0 && (left < 0) != (right < 0));
}`;
