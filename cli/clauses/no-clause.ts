/** Why the name of a clause is refused, in one line, with what may have been meant. */
import { nearest } from '../nearest.ts';

export function noClause(id: string, ids: Iterable<string>): string {
  const [meant] = nearest(id, ids, 1);
  const hint = meant === undefined ? '`pvm-spec clauses` lists them' : `did you mean ${meant}?`;
  return `no clause ${id}; ${hint}`;
}
