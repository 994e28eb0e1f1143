/** The check that every clause is cited or waived, that citations are of clauses that exist, and that every guard is needed. */
import type { Clause } from './clauses.ts';
import { isAbout } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { type Place, problemAt } from './markdown.ts';
import { fileNamed, type SourceFile } from './requirements.ts';

/** A clause that nothing cites, with the reason. */
export interface Waiver {
  readonly id: string;
  readonly reason: string;
  readonly at: Place;
}

/** Reads `- CLAUSE: reason` under "## Clauses without a check". */
export function parseClauseWaivers(files: readonly SourceFile[]): Waiver[] {
  const file = fileNamed(files, 'waived.md');
  let section = '';
  return (file?.text ?? '').split('\n').flatMap((line, index): Waiver[] => {
    if (line.startsWith('## ')) section = line.slice(3).trim();
    const [_, name = '', rest = ''] = /^- ([^:]+): *(.*)$/.exec(line) ?? [];
    const at = { path: file?.path ?? '', line: index + 1 };
    return name === '' || section !== 'Clauses without a check' ? [] : [{ id: name, reason: rest, at }];
  });
}

/** One line per problem; an empty list means that every clause is cited, or waived, and not both. */
export function checkCoverage(
  clauses: ReadonlyMap<string, Place>,
  evidence: Evidence,
  waivers: readonly Waiver[],
): string[] {
  return [
    ...uncited(clauses, evidence, waivers),
    ...wrongWaivers(clauses, evidence, waivers),
    ...wrongCitations(clauses, evidence),
    ...unneeded(evidence),
  ];
}

/** What a party is to uphold is checked somewhere: no reason makes up for that. */
export const checkGuarantees = (clauses: readonly Clause[], waivers: readonly Waiver[]): string[] =>
  waivers
    .filter(({ id }) => clauses.some((clause) => clause.id === id && clause.status === 'guarantee'))
    .map(({ id, at }) =>
      problemAt(at, `${id}: a guarantee that nothing checks; give it a guard or a property, or another status`),
    );

/** Who cites a clause, in words. */
function citations(id: string, { guards, properties, counterexamples }: Evidence): string[] {
  return [
    ...guards.filter(({ clause }) => clause === id).map(({ call }) => `a guard of ${call}`),
    ...properties.filter(({ clause }) => clause === id).map(({ file }) => file),
    ...counterexamples.filter((one) => isAbout(id, one)).map(({ file }) => file),
  ];
}

const uncited = (clauses: ReadonlyMap<string, Place>, evidence: Evidence, waivers: readonly Waiver[]): string[] =>
  [...clauses]
    .filter(([id]) => citations(id, evidence).length === 0 && !waivers.some((one) => one.id === id))
    .map(([id, at]) =>
      problemAt(at, `${id}: no guard, property or counterexample cites it, and docs/spec/waived.md gives no reason`),
    );

const wrongWaivers = (clauses: ReadonlyMap<string, Place>, evidence: Evidence, waivers: readonly Waiver[]): string[] =>
  waivers.flatMap(({ id, reason, at }, index) => {
    const [cited] = citations(id, evidence);
    return [
      ...(clauses.has(id) ? [] : [problemAt(at, `${id}: waived, but no such clause`)]),
      ...(reason === '' ? [problemAt(at, `${id}: waived without a reason`)] : []),
      ...(waivers.findIndex((one) => one.id === id) < index ? [problemAt(at, `${id}: waived twice`)] : []),
      ...(cited === undefined ? [] : [problemAt(at, `${id}: waived, but cited by ${cited}`)]),
    ];
  });

function wrongCitations(clauses: ReadonlyMap<string, Place>, evidence: Evidence): string[] {
  const { guards, properties, counterexamples } = evidence;
  const at = (path: string, problem: string): string => problemAt({ path, line: 1 }, problem);
  return [
    ...guards
      .filter(({ clause }) => !clauses.has(clause))
      .map(({ call, clause }) =>
        at('spec', `${call} has a guard ${clause}, which is no clause; state it in docs/spec under "### ${clause}"`),
      ),
    ...properties
      .filter(({ clause }) => !clauses.has(clause))
      .map(({ file, clause }) => at(file, `a property of ${clause}, which is no clause`)),
    ...counterexamples.flatMap(({ file, breaks, without }) => [
      ...(clauses.has(breaks) ? [] : [at(file, `breaks ${breaks}, which is no clause`)]),
      ...(without === undefined || guards.some((one) => one.call === without.call && one.clause === without.clause)
        ? []
        : [at(file, `leaves ${without.clause} out of ${without.call}, which has no such guard`)]),
    ]),
  ];
}

/** Guards that nothing shows to be needed: neither a counterexample nor a waiver. */
const unneeded = ({ guards, counterexamples }: Evidence): string[] =>
  guards
    .filter(({ kind, clause, waiver }) => {
      const isShown = counterexamples.some(
        ({ without, refusedBy }) => without?.clause === clause || refusedBy === clause,
      );
      return kind === 'must' && waiver === undefined && !isShown;
    })
    .map(({ call, clause }) =>
      problemAt(
        { path: 'spec', line: 1 },
        `${call} has a guard ${clause} without a counterexample: run npm run necessity -- ${clause}, or give the guard a waiver`,
      ),
    );
