/**
 * A world as a Quint module: a variable for each field of the state, an action for each call, and the laws of states.
 * An action can be taken where the call is done, or is refused after it may have changed something.
 */
import type { FieldName } from '../../../spec/fields.ts';
import { notesOf } from '../../../spec/rule.ts';
import type { Layout, State } from '../../../spec/state.ts';
import { fieldsOf, placesOf, sizesOf } from '../cells.ts';
import { indented, literal } from '../dialect.ts';
import { identifier, variableOf } from '../names.ts';
import { possible } from '../rules.ts';
import { followed, nameOf, opened } from '../world.ts';
import type { World } from '../world.ts';
import { arithmetic, placeOf } from './dialect.ts';
import { lawsOf } from './laws.ts';
import { actionsOf } from './rules.ts';
import { QuintWriter } from './terms.ts';

export function quint(world: World): string {
  const { system, start } = opened(world);
  const { layout } = system;
  const notes = new Set(possible(system).flatMap(notesOf));
  const terms = new QuintWriter(layout, notes);
  const actions = actionsOf(system, terms, limitsOf(layout, world)).flat();
  const laws = lawsOf(system, terms);
  const fields = fieldsOf(layout);
  return `${[
    `// ${nameOf(world)}, written by pvm-spec export from its rules.`,
    `module ${identifier(nameOf(world))} {`,
    ...indented(
      [
        ...stateLines(layout, [...notes]),
        arithmetic,
        '/// There is no such state.',
        'pure def no_state(s0: Cells): Cells = [s0].tail().head()',
        ...terms.functions,
        `action becomes(s0: Cells): bool = all { ${fields.map((field) => `${identifier(field)}' = s0.${identifier(field)}`).join(', ')} }`,
        `action init = all {\n  ${fields.map((field) => `${identifier(field)}' = ${startOf(layout, start, field)}`).join(',\n  ')}\n}`,
        ...actions,
        `action step = any { ${possible(system)
          .map(({ call }) => identifier(call))
          .join(', ')} }`,
        ...laws,
      ].flatMap((part) => part.split('\n')),
    ),
    '}',
  ].join('\n')}\n`;
}

function stateLines(layout: Layout, notes: readonly string[]): string[] {
  const fields = fieldsOf(layout);
  const members = [
    ...fields.map((field) => `${identifier(field)}: ${typeOf(layout, field)}`),
    ...notes.map((note) => `${variableOf(note)}: int`),
  ];
  const now = [
    ...fields.map((field) => `${identifier(field)}: ${identifier(field)}`),
    ...notes.map((note) => `${variableOf(note)}: 0`),
  ];
  return [
    '/// The state, and what a call notes on its way.',
    `type Cells = { ${members.join(', ')} }`,
    ...fields.map((field) => `var ${identifier(field)}: ${typeOf(layout, field)}`),
    `val now: Cells = { ${now.join(', ')} }`,
  ];
}

function typeOf(layout: Layout, field: FieldName): string {
  const { length } = sizesOf(layout, field);
  return length === 0 ? 'int' : `${length === 1 ? 'int' : `(${Array(length).fill('int').join(', ')})`} -> int`;
}

function startOf(layout: Layout, start: State, field: FieldName): string {
  const numbers = placesOf(layout, field).map((at, i) => [at, literal(start.at(layout.base[field] + i))] as const);
  const [only] = numbers;
  if (only?.[0].length === 0) return only[1];
  return `Map(${numbers.map(([at, number]) => `${placeOf(at)} -> ${number}`).join(', ')})`;
}

/** A state beyond what is followed is not gone into. */
const limitsOf = (layout: Layout, { most }: World): string[] =>
  followed(most).flatMap(([field, last]) =>
    placesOf(layout, field).map((at) => {
      const cell = `next_state.${identifier(field)}`;
      return `${at.length === 0 ? cell : `${cell}.get(${placeOf(at)})`} <= ${last}`;
    }),
  );
