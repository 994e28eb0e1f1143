/** The start of a world, and how far it is followed, in a language with statements. */
import type { Layout, State } from '../../spec/state.ts';
import type { Most } from '../explore/explore.ts';
import { fieldsOf, placesOf } from './cells.ts';
import type { Dialect } from './dialect.ts';
import { followed } from './world.ts';

export const startLines = (layout: Layout, start: State, { assign, cell }: Dialect): string[] =>
  fieldsOf(layout).flatMap((field) =>
    placesOf(layout, field).map((at, i) => assign(cell(field, at), String(start.at(layout.base[field] + i)))),
  );

/** What holds in every state that is gone into. */
export const limitsOf = (layout: Layout, most: Most, { cell, comparisons }: Dialect): string[] =>
  followed(most).flatMap(([field, last]) =>
    placesOf(layout, field).map((at) => `${cell(field, at)} ${comparisons['≤']} ${last}`),
  );
