/** Clauses as `pvm-spec clauses` lists them. */
import { styleText } from 'node:util';
import { clauses } from '../../spec/clauses.generated.ts';
import type { Clause } from '../../spec/clauses.generated.ts';
import { citationOf, placeOf } from './place.ts';
import type { Grounds } from '../generate/grounds.ts';
import type { Hit } from './search.ts';
import type { ClauseRow } from './shape.ts';

const clauseOf = (id: string): Clause => {
  const clause = (clauses as Readonly<Record<string, Clause | undefined>>)[id];
  if (clause === undefined) throw new Error(`unreachable: no clause ${id}`);
  return clause;
};

/** A row of `--json`. */
export function asRow({ id }: Hit, groundsFor: (clause: string) => Grounds): ClauseRow {
  const clause = clauseOf(id);
  return { ...clause, ...placeOf(clause), cite: citationOf(clause), grounds: groundsFor(id) };
}

/** A clause in one line, and where a word was found that its sentence does not have. */
export function formatHit({ id, note }: Hit): string[] {
  const line = `${id.padEnd(26)}${clauseOf(id).text}`;
  return note === undefined ? [line] : [line, styleText('dim', `${' '.repeat(26)}${note}`)];
}

export const placeLine = (id: string): string => styleText('dim', `cite as: ${citationOf(clauseOf(id))}`);
