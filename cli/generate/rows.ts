/** The rows of the source texts: what becomes of each promise. */
import type { Clause } from './clauses.ts';
import { isAbout } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import type { Grounds } from './grounds.ts';
import { clauseLink, table } from './markdown.ts';
import type { Place } from './markdown.ts';
import { fileNamed, parseRequirements, parseWaivers } from './requirements.ts';
import type { SourceFile } from './requirements.ts';

/** For each row: its clauses with who upholds them and against whom, where they are judged, and what breaks them; or why it has none. */
export function rowsTable(
  prose: readonly SourceFile[],
  clauses: readonly Clause[],
  evidence: Evidence,
  groundsFor: (clause: string) => Grounds,
  places: ReadonlyMap<string, Place>,
): readonly string[] {
  const waived = fileNamed(prose, 'waived.md');
  const waivers = waived === undefined ? [] : parseWaivers(waived).claims;
  const rows = parseRequirements(fileNamed(prose, 'requirements.md')).map(({ id, statement }) => {
    const covering = clauses.filter((clause) => clause.rows.includes(id));
    const reasons = waivers.filter(({ row }) => row === id).map(({ reason = '' }) => `*${reason}*`);
    const each = (words: (clause: Clause) => string): string => covering.map(words).join('<br>');
    return [
      id,
      statement,
      each((clause) => clauseLink(clause.id, places)) || reasons.join(' '),
      each(({ status, upheldBy, survives }) => `${status}: ${upheldBy}, ${survives}`),
      each((clause) => judgedIn(clause.id, evidence, groundsFor)),
      each(({ id: clause }) => String(evidence.counterexamples.filter((one) => isAbout(clause, one)).length)),
    ];
  });
  return table(['row', 'promise', 'clauses', 'upheld by, against', 'judged in', 'counterexamples'], rows);
}

/** Profiles, model and evidence in which a law of the clause is judged; else those whose calls ask for it. */
function judgedIn(clause: string, { guards }: Evidence, groundsFor: (clause: string) => Grounds): string {
  const { sampled } = groundsFor(clause);
  if (sampled.length > 0) return sampled.join(', ');
  const asking = guards
    .filter((one) => one.clause === clause)
    .flatMap(({ profiles, call }) => (profiles.length > 0 ? profiles : [call]));
  return asking.length === 0 ? '–' : `asked by ${[...new Set(asking)].join(', ')}`;
}
