/**
 * A world as a Promela model for Spin: one process that makes any call, on any CPU with any of the arguments that are
 * tried, again and again. State and calls are in C, which Spin takes as it is. The first step brings about the start; a
 * step beyond what is followed is taken back.
 */
import type { Layout } from '../../../spec/state.ts';
import { fieldsOf, rangeOf, sizesOf } from '../cells.ts';
import { indented } from '../dialect.ts';
import { identifier } from '../names.ts';
import { limitsOf, startLines } from '../parts.ts';
import { rulesOf } from '../rules.ts';
import type { RuleParts } from '../rules.ts';
import { TermWriter } from '../terms.ts';
import { nameOf, opened } from '../world.ts';
import type { World } from '../world.ts';
import { arithmetic, cDialect } from '../c/dialect.ts';

const dialect = cDialect('now.cells');

const fail = `\
static void fail(const char *why) {
  printf("pan: %s\\n", why);
  exit(1);
}`;

export function promela(world: World): string {
  const { system, start } = opened(world);
  const { layout } = system;
  const terms = new TermWriter(layout, dialect);
  const rules = rulesOf(system, terms, dialect);
  const limits = limitsOf(layout, world.most, dialect);
  const lines = startLines(layout, start, dialect);
  const begin = dialect.function({ name: 'start', parameters: [], returns: 'nothing', variables: [], lines });
  const code = [fail, arithmetic, ...terms.functions, begin, ...rules.flatMap((rule) => ruleText(rule, limits))];
  return [
    `/* ${nameOf(world)}, written by pvm-spec export from its rules. */`,
    `c_decl {\n${cellsType(layout)}\n}`,
    'c_state "Cells cells" "Global"',
    // Spin takes only so much C at a time.
    ...code.map((part) => `c_code {\n${part}\n}`),
    'active proctype calls() {',
    '  d_step { c_code { start(); } };',
    ['  do', ...rules.flatMap(options), '  od'].join('\n'),
    '}\n',
  ].join('\n');
}

function cellsType(layout: Layout): string {
  const members = fieldsOf(layout).map((field) => {
    const type = rangeOf(layout, field)[1] > 127 ? 'short' : 'signed char';
    const arrays = sizesOf(layout, field).map((size) => `[${size}]`);
    return `${type} ${identifier(field)}${arrays.join('')};`;
  });
  return ['typedef struct {', ...indented(members), '} Cells;'].join('\n');
}

/** Whether a call can be made, and what it does, by the number of its tuple of CPU and arguments. */
function ruleText({ call, places, guards, variables, lines }: RuleParts, limits: readonly string[]): string[] {
  const parameters = places.map(({ name }) => name);
  const name = identifier(call);
  const can = guards.length === 0 ? ['1'] : guards.map(({ text }) => text);
  const wholly = `do_${name}(${digits(places).join(', ')});`;
  const made =
    limits.length === 0
      ? [wholly]
      : ['Cells before = now.cells;', wholly, `if (!(${limits.join(' && ')})) now.cells = before;`];
  return [
    dialect.function({
      name: `if_${name}`,
      parameters,
      returns: 'boolean',
      variables: [],
      lines: [`return ${can.join('\n    && ')};`],
    }),
    dialect.function({ name: `do_${name}`, parameters, returns: 'nothing', variables, lines }),
    `static int can_${name}(int tuple) { return if_${name}(${digits(places).join(', ')}); }`,
    [`static void make_${name}(int tuple) {`, ...indented(made), '}'].join('\n'),
  ];
}

/** The places that a number stands for, the last one running fastest. */
const digits = (places: RuleParts['places']): string[] =>
  places.map(({ count }, at) => {
    const below = places.slice(at + 1).reduce((product, one) => product * one.count, 1);
    return `tuple / ${below} % ${count}`;
  });

/** Spin takes a name before a parenthesis for a call with side effects, unless it is in parentheses itself. */
function options({ call, places }: RuleParts): string[] {
  const name = identifier(call);
  const tuples = places.reduce((product, { count }) => product * count, 1);
  return Array.from(
    { length: tuples },
    (_, tuple) => `  :: d_step { c_expr { (can_${name})(${tuple}) } -> c_code { make_${name}(${tuple}); } }`,
  );
}
