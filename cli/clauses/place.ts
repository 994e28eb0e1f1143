/** Where a clause is for good, and how it is cited. */
import { version } from '../version.ts';

interface Placed {
  readonly id: string;
  readonly chapter: string;
}

/** The page of a clause, from the root of the repository and of the package, and its anchor there. */
export const placeOf = ({ id, chapter }: Placed): { readonly file: string; readonly anchor: string } => ({
  file: `docs/spec/${chapter}.md`,
  anchor: id.toLowerCase(),
});

export function citationOf(clause: Placed): string {
  const { file, anchor } = placeOf(clause);
  return `pvm-spec ${version}, ${clause.id} (${file}#${anchor})`;
}
