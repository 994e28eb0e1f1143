/**
 * A world as a Murphi model: the state, the start, and one rule for each call on each CPU with each of the arguments
 * that are tried. A rule fires where the call is done, or is refused after it may have changed something.
 */
import type { FieldName } from '../../../spec/fields.ts';
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
import { arithmetic, declared, murphiDialect as dialect } from './dialect.ts';

export function murphi(world: World): string {
  const { system, start } = opened(world);
  const { layout } = system;
  const terms = new TermWriter(layout, dialect);
  const rules = rulesOf(system, terms, dialect).map(ruleText);
  const limits = limitsOf(layout, world.most, dialect);
  return [
    `-- ${nameOf(world)}, written by pvm-spec export from its rules.`,
    'type number: -2147483647 .. 2147483647;',
    ['var', ...fieldsOf(layout).map((field) => `  ${identifier(field)}: ${typeOf(layout, field)};`)].join('\n'),
    arithmetic,
    ...terms.functions,
    ['startstate "start"', 'begin', ...indented(startLines(layout, start, dialect)), 'end;'].join('\n'),
    ...rules,
    // A state beyond what is followed is not gone into.
    ...(limits.length === 0 ? [] : [`assume "followed" ${limits.join(' & ')};`]),
    '',
  ].join('\n\n');
}

/** Nested arrays of a range that holds all that the field can. */
function typeOf(layout: Layout, field: FieldName): string {
  const arrays = sizesOf(layout, field).map((size) => `array [0..${size - 1}] of `);
  return `${arrays.join('')}${rangeOf(layout, field).join('..')}`;
}

function ruleText({ call, places, guards, variables, lines }: RuleParts): string {
  const conditions = guards.map(({ clause, text }, i) => `${i === 0 ? '' : '& '}${text} -- ${clause}`);
  return [
    places.map(({ name, count }) => `ruleset ${name}: 0..${count - 1} do`).join(' '),
    `rule "${call}"`,
    ...indented(conditions.length === 0 ? ['true'] : conditions),
    '==>',
    ...declared(variables),
    'begin',
    ...indented(lines),
    'end;',
    places.map(() => 'endruleset;').join(' '),
  ].join('\n');
}
